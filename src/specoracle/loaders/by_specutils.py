"""FITS files that only specutils knows, where it is installed: the last resort.

specutils converts no wavelengths from air and does not say what they are in, so they are
taken to be in vacuum unless the file has an axis AWAV, FITS's word for air wavelengths.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from astropy import units

from specoracle.errors import LoaderError
from specoracle.loaders.lamost_lrs import is_lamost
from specoracle.loaders.measured import Medium, Noise, measured_spectrum
from specoracle.loaders.opened import Opened
from specoracle.loaders.sdss_spec import is_sdss
from specoracle.loaders.tables.cards import catalogue
from specoracle.spectra.observation import Observation

SURVEY = "specutils"
"""First part of the identifiers."""


def is_installed() -> bool:
    """Whether specutils can be imported."""
    return find_spec("specutils") is not None


def advice() -> str:
    """End of a refusal: what else might read a FITS file."""
    if is_installed():
        return "; specutils does not know it either."
    return ". More layouts are read with specutils: pip install 'specoracle[formats]'."


def recognises(opened: Opened) -> bool:
    """Whether specutils knows the layout of a FITS file of no survey with a loader here."""
    hdus = opened.hdus
    if not hdus or not is_installed():
        return False
    if is_lamost(hdus[0].header) or is_sdss(hdus[0].header):
        return False
    with _on_disk(opened) as path:
        return _reader(path) is not None


def read(opened: Opened) -> list[Observation]:
    """Read all spectra that specutils finds.

    Raises
    ------
    LoaderError
        If specutils is not installed, does not know the file, or finds no wavelengths.
    """
    if not is_installed():
        raise LoaderError(
            "expected specutils, got an environment without. Install it: pip install "
            "'specoracle[formats]'."
        )
    with _on_disk(opened) as path:
        if (reader := _reader(path)) is None:
            raise LoaderError(
                "expected a layout that specutils knows, got another. Leave the file out."
            )
        found = _found(reader, path)
        spectra = [found] if hasattr(found, "spectral_axis") else list(found)
        arrays = [row for spectrum in spectra for row in _rows(spectrum)]
    header = opened.hdus[0].header if opened.hdus else {}
    medium: Medium = "air" if str(header.get("CTYPE1", "")).startswith("AWAV") else "vacuum"
    return [
        Observation(
            spectrum=measured_spectrum(
                f"{SURVEY}:{opened.key}" + (f"-{row}" if len(arrays) > 1 else ""),
                wavelength,
                flux,
                medium=medium,
                noise=noise,
            ),
            catalogue=catalogue(dict(header)),
            row=row,
        )
        for row, (wavelength, flux, noise) in enumerate(arrays)
    ]


@contextmanager
def _on_disk(opened: Opened) -> Iterator[str]:
    """Write the bytes where specutils, which wants a path, may look at them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spectrum.fits"
        path.write_bytes(opened.content)
        yield str(path)


def _reader(path: str) -> Any:
    """The class of specutils that reads a file; ``None`` where there is none."""
    from specutils import Spectrum, SpectrumList
    from specutils.io.registers import identify_spectrum_format

    for each in (Spectrum, SpectrumList):
        if identify_spectrum_format(path, each):
            return each
    return None


def _found(reader: Any, path: str) -> Any:
    try:
        return reader.read(path)
    except Exception as reason:  # whatever its many loaders stumble over
        raise LoaderError(
            f"expected a layout that specutils reads, got {type(reason).__name__}: "
            f"{' '.join(str(reason).split())[:200]}. Leave the file out, or write your own "
            "loader for it."
        ) from reason


def _rows(spectrum: Any) -> Iterator[tuple[Any, Any, Noise | None]]:
    """The spectra of an object of specutils, which may share one axis."""
    wavelength = _wavelength(spectrum.spectral_axis)
    flux = np.array(spectrum.flux.value, np.float64)
    if spectrum.mask is not None and np.shape(spectrum.mask) == flux.shape:
        flux[np.asarray(spectrum.mask, bool)] = np.nan
    ivar = _ivar(spectrum.uncertainty)
    n_pixels = flux.shape[-1]
    fluxes = flux.reshape(-1, n_pixels)
    ivars = (
        None if ivar is None else np.broadcast_to(ivar, flux.shape).reshape(-1, n_pixels)
    )
    for row, values in enumerate(fluxes):
        noise = None if ivars is None else Noise(ivars[row], "ivar", "uncertainty")
        yield wavelength, values, noise


def _wavelength(axis: Any) -> Any:
    if "speed" in axis.unit.physical_type:
        raise LoaderError(
            f"expected wavelengths, got a velocity axis in {axis.unit}, such as radio "
            "spectra have. Leave the file out."
        )
    try:
        quantity = units.Quantity(axis.value, axis.unit)
        return np.asarray(quantity.to_value(units.AA, units.spectral()), np.float64)
    except units.UnitConversionError as reason:
        raise LoaderError(
            f"expected wavelengths, frequencies or energies, got an axis in "
            f"{str(axis.unit) or 'no unit'!r}. Leave the file out, or write your own "
            "loader for it."
        ) from reason


def _ivar(uncertainty: Any) -> Any:
    from astropy.nddata import InverseVariance, UnknownUncertainty

    if uncertainty is None or isinstance(uncertainty, UnknownUncertainty):
        return None
    with np.errstate(all="ignore"):
        ivar = np.asarray(uncertainty.represent_as(InverseVariance).array, np.float64)
    return np.where(np.isfinite(ivar), ivar, 0.0)
