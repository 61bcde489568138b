"""Units of a table's columns, and the wavelengths in Angstrom that they stand for."""

import warnings
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from astropy import units

from specoracle.errors import LoaderError
from specoracle.loaders.tables.words import UNITS

Pixels = npt.NDArray[np.float64]

_LOGARITHMS = ("log10", "log", "dex")
_SPECTRAL = frozenset({"length", "frequency", "energy", "wavenumber"})
_SPEED = "speed"
_FLUX_DENSITIES = (
    "spectral flux density",
    "spectral flux density wav",
    "photon flux density wav",
)

# Where nothing says the unit, only numbers that can be read in one way are.
_ANGSTROM = (2500.0, 30_000.0)
_NANOMETRE = (200.0, 1100.0)
_LOG_ANGSTROM = (3.0, 4.7)


@lru_cache(maxsize=256)
def unit_named(text: str) -> units.UnitBase | None:
    """Return the unit that a text means; ``None`` where it means none.

    Examples
    --------
    >>> unit_named("microns"), unit_named("A"), unit_named("parsnips") is None
    (Unit("um"), Unit("Angstrom"), True)
    """
    words = text.strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            unit = units.Unit(UNITS.get(words.lower(), words)) if words else None
    except (ValueError, TypeError):
        return None
    return unit if isinstance(unit, units.UnitBase) else None


def is_spectral(text: str) -> bool:
    """Whether a unit is one of wavelength, frequency or energy."""
    unit = unit_named(text)
    return unit is not None and bool(_SPECTRAL & set(unit.physical_type))


def is_length(text: str) -> bool:
    """Whether a unit is one of wavelength; also where it is empty, and guessed as one."""
    unit = unit_named(_without_logarithm(text)[0])
    return unit is None or "length" in unit.physical_type


def is_flux_density(text: str) -> bool:
    """Whether a unit is one of flux density."""
    unit = unit_named(text)
    return unit is not None and bool({*_FLUX_DENSITIES} & set(unit.physical_type))


def angstroms(values: Pixels, unit: str, *, logarithm: bool) -> Pixels:
    """Convert a spectral coordinate to wavelengths.

    Parameters
    ----------
    values
        Shape ``(n_pixels,)`` [unit].
    unit
        As the file or the user has it; guessed of the numbers where it is empty.
    logarithm
        Whether ``values`` are log10 of Angstrom where no unit says otherwise.

    Returns
    -------
    Pixels
        Shape ``(n_pixels,)`` [Angstrom].

    Raises
    ------
    LoaderError
        If the unit is missing and cannot be guessed, or is none of wavelengths.
    """
    linear, is_log = _without_logarithm(unit)
    if logarithm or is_log:
        with np.errstate(over="ignore"):  # infinite wavelengths are refused later
            values = 10.0**values
        linear = linear or "Angstrom"
    if not linear:
        return _guessed(values)
    known = unit_named(linear)
    if known is None or not _SPECTRAL & set(known.physical_type):
        raise LoaderError(_no_wavelength(linear, known))
    if known == units.AA:
        return values
    with np.errstate(divide="ignore"):
        return np.asarray((values * known).to_value(units.AA, units.spectral()), np.float64)


def _without_logarithm(unit: str) -> tuple[str, bool]:
    """Part "log10(Angstrom)" into what it is a logarithm of, and that it is one."""
    words = unit.strip()
    for prefix in _LOGARITHMS:
        if words.lower().startswith(prefix):
            return words[len(prefix) :].strip(" ()[]"), True
    return words, False


def _no_wavelength(text: str, unit: units.UnitBase | None) -> str:
    if unit is not None and _SPEED in unit.physical_type:
        return (
            f"expected wavelengths, got a velocity axis in {text}, such as radio spectra "
            "have. Leave the file out."
        )
    return (
        f"expected a unit of wavelength, frequency or energy, got {text!r}. Say it: "
        "--loader 'table:unit=Angstrom', or another."
    )


def _guessed(values: Pixels) -> Pixels:
    known = values[np.isfinite(values)]
    if known.size:
        low, high = float(known.min()), float(known.max())
        for (least, most), scale in ((_ANGSTROM, 1.0), (_NANOMETRE, 10.0)):
            if least <= low and high <= most:
                return values * scale
        if _LOG_ANGSTROM[0] <= low and high <= _LOG_ANGSTROM[1]:
            raise LoaderError(_unclear(low, high, "log10 or um"))
        raise LoaderError(_unclear(low, high, "Angstrom, nm or um"))
    return values


def _unclear(low: float, high: float, choices: str) -> str:
    return (
        f"expected a unit of the wavelengths, got none, and {low:g} to {high:g} might be "
        f"anything. Say it: --loader 'table:unit=…' with {choices}."
    )
