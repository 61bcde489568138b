"""What a loader of one's own yields."""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
from astropy import units

from specoracle.errors import LoaderError
from specoracle.loaders.measured import MEDIA, Medium, Noise, measured_spectrum
from specoracle.spectra.observation import NUMBERS, TEXTS, CatalogueRow, Observation

_LONGEST = 200


def spectrum(
    identifier: str,
    wavelength: npt.ArrayLike,
    flux: npt.ArrayLike,
    *,
    medium: Medium,
    error: npt.ArrayLike | None = None,
    ivar: npt.ArrayLike | None = None,
    **catalogue: float | str | None,
) -> Observation:
    """Describe one spectrum of a file.

    Parameters
    ----------
    identifier
        Survey and a key that no other spectrum of it has, ``"harps:2013-04-01-17"``.
    wavelength
        Shape ``(n_pixels,)`` [Angstrom], or a Quantity of any spectral unit; increasing
        or decreasing.
    flux
        Flux density, shape ``(n_pixels,)`` [any unit]; NaN marks an unusable pixel.
    medium
        What ``wavelength`` is measured in: air or vacuum.
    error, ivar
        Standard deviation or inverse variance of ``flux``, shape ``(n_pixels,)``; 0 marks
        an unusable pixel in both. Without either the noise is estimated.
    **catalogue
        What else is known: ``ra`` and ``dec`` [degree, ICRS], ``mjd`` [day, UTC], ``z``,
        ``object_name``, ``object_class`` and the other columns of the catalogue.

    Returns
    -------
    Observation
        What the loader has to yield.

    Raises
    ------
    LoaderError
        If the arrays are no spectrum, or a column of the catalogue is unknown.

    Examples
    --------
    >>> found = spectrum("my:1", [6560, 6570], [1.0, 0.9], medium="air", ra=10.5)
    >>> found.spectrum.wavelength.round(2), found.catalogue["ra"]
    (array([6561.81, 6571.81]), 10.5)
    """
    if medium not in MEDIA:
        raise LoaderError(
            f"medium: expected 'air' or 'vacuum', got {medium!r}. Correct the loader."
        )
    survey, _, key = identifier.partition(":")
    if not (survey and key and identifier.isprintable() and len(identifier) <= _LONGEST):
        raise LoaderError(
            f"identifier: expected 'survey:key' on one line of at most {_LONGEST} "
            f"characters, got {identifier[:_LONGEST]!r}. Correct the loader."
        )
    return Observation(
        spectrum=measured_spectrum(
            identifier,
            _angstroms(wavelength),
            _numbers(flux),
            medium=medium,
            noise=_noise(error, ivar),
        ),
        catalogue=_catalogue(catalogue),
    )


def _numbers(values: Any) -> npt.NDArray[np.float64]:
    bare = getattr(values, "value", values)  # of a Quantity
    return np.ma.filled(np.ma.asarray(bare, np.float64), np.nan)


def _angstroms(wavelength: Any) -> npt.NDArray[np.float64]:
    if not isinstance(wavelength, units.Quantity):
        return _numbers(wavelength)
    return np.asarray(wavelength.to_value(units.AA, units.spectral()), np.float64)


def _noise(error: Any, ivar: Any) -> Noise | None:
    if error is not None and ivar is not None:
        raise LoaderError("Noise: expected error or ivar, got both. Leave one of them out.")
    if error is not None:
        return Noise(_numbers(error), "error", "error")
    return None if ivar is None else Noise(_numbers(ivar), "ivar", "ivar")


def _catalogue(values: dict[str, Any]) -> CatalogueRow:
    if unknown := sorted(values.keys() - {*NUMBERS, *TEXTS}):
        raise LoaderError(
            f"Catalogue: expected columns of {', '.join((*NUMBERS, *TEXTS))}, got "
            f"{', '.join(unknown)}. Correct the loader."
        )
    row: dict[str, Any] = {}
    for name, value in values.items():
        if value is None:
            continue
        if name in TEXTS:
            row[name] = str(value).strip()
        elif np.isfinite(number := float(value)):
            row[name] = number
    return cast(CatalogueRow, {name: value for name, value in row.items() if value != ""})
