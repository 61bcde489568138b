"""SDSS spectra in files ``spec-PLATE-MJD-FIBER``, lite and full.

HDU 1, COADD, holds one row a pixel; HDU 2, SPECOBJ or SPALL, one row of what the pipelines
of SDSS say of the object. Later HDUs (lines, single exposures) are never touched. The
images spSpec of releases before the eighth and the files of SDSS-V are other layouts.

Wavelengths are in vacuum and come from ``loglam``: COEFF0 of the header is that of the
whole plate, and most spectra begin later. The masks are left alone, as ``ivar`` already
knows them: where AND_MASK is set and ivar is not 0, most often for BRIGHTSKY, residuals of
36 real files scatter by 0.98 of what ivar says, elsewhere by 0.92. Nor do SDSS's own fits
go by AND_MASK (in later versions of `skymask` of idlspec2d; by two bits of OR_MASK only).
Data model: https://data.sdss.org/datamodel/files/SPECTRO_REDUX/RUN2D/spectra/lite/
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import AnyHeader, text
from specoracle.loaders.observing_time import day
from specoracle.loaders.sdss_record import catalogue_of, row_of
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.floating]

PIXEL_COLUMNS = ("flux", "loglam", "ivar")
"""Columns of COADD that make a spectrum."""

RECORDS = ("SPECOBJ", "SPALL")
"""Names of HDU 2: until SDSS-II, and of BOSS and eBOSS."""

_IDENTITY = ("PLATEID", "MJD", "FIBERID")
KEYS = ("TELESCOP", *_IDENTITY)
"""Cards of the first header that matter."""

_STEP = 1e-4
_FIRST, _LAST = 30_000, 45_000  # steps: 1000 to 31,600 Å
_SINGLE = (np.dtype(">f4"), np.dtype("<f4"))


def is_sdss(header: AnyHeader) -> bool:
    """Whether the first header is of SDSS's telescope."""
    return "SDSS" in (text(header, ["TELESCOP"]) or "")


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is one of SDSS's coadded spectra with its record."""
    if not is_sdss(hdus[0].header):
        return False
    try:
        # By number: len() or a name would make astropy read every HDU of a full file.
        coadd, record = hdus[1], hdus[2]
    except IndexError:
        return False
    tables = isinstance(coadd, fits.BinTableHDU) and isinstance(record, fits.BinTableHDU)
    named = tables and coadd.name == "COADD" and record.name in RECORDS
    return named and set(PIXEL_COLUMNS) <= set(coadd.columns.names)


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    if not recognises(hdus):
        raise LoaderError(
            "expected an SDSS spec file, got another. Leave it out, or choose no loader."
        )
    pixels = hdus[1].data
    loglam = pixels["loglam"]
    wavelength = survey_wavelength(loglam)
    if wavelength is None:
        wavelength = np.power(10.0, loglam.astype(np.float64))
    row = row_of(hdus[2])
    return [
        observation(hdus[0].header, wavelength, pixels["flux"], pixels["ivar"], row=row)
    ]


def observation(
    header: AnyHeader,
    wavelength: npt.NDArray[np.float64],
    flux: Pixels,
    ivar: Pixels,
    *,
    row: Mapping[str, Any],
) -> Observation:
    """Make an observation of the parts of a file.

    Parameters
    ----------
    header
        Of the primary HDU.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux
        Flux density, shape ``(n_pixels,)``, of any byte order [1e-17 erg/s/cm2/Angstrom].
    ivar
        Inverse variance of ``flux``, shape ``(n_pixels,)``, of any byte order.
    row
        What HDU 2 says, by the name of the catalogue's column.

    Raises
    ------
    LoaderError
        If the header does not say which plate, day and fibre.
    SpectrumError
        If wavelengths do not increase.
    """
    plate, mjd, fibre = _key(header)
    spectrum = Spectrum(
        # SDSS's own name of the file: four digits of the plate, or five, and of the fibre.
        identifier=f"sdss:{plate:04d}-{mjd}-{fibre:04d}",
        wavelength=wavelength,
        flux=_native(flux),
        ivar=_native(ivar),
    )
    catalogue = catalogue_of(row)
    catalogue["mjd"] = float(mjd)
    catalogue["observed"] = day(mjd)
    catalogue["fibre"] = float(fibre)
    catalogue["plan"] = f"{plate:04d}"
    return Observation(spectrum=spectrum, catalogue=catalogue, hdu=1)


def survey_wavelength(loglam: Pixels) -> npt.NDArray[np.float64] | None:
    """Look wavelengths up where ``loglam`` lies on SDSS's common steps of 1e-4.

    Ten times as fast as to raise 10 to each, with the same bits.

    Parameters
    ----------
    loglam
        log10 of vacuum wavelengths [Angstrom], shape ``(n_pixels,)``.

    Returns
    -------
    npt.NDArray[np.float64] | None
        Read-only wavelengths, shape ``(n_pixels,)`` [Angstrom]; ``None`` off the steps.

    Examples
    --------
    >>> survey_wavelength(np.float32([3.6, 3.6001])).round(2)
    array([3981.07, 3981.99])
    """
    if loglam.ndim != 1 or loglam.size < 2 or loglam.dtype not in _SINGLE:
        return None
    first = float(loglam[0])
    if not _FIRST * _STEP < first < _LAST * _STEP:
        return None
    stored, wavelengths = _steps()
    start = round(first / _STEP) - _FIRST
    # As bytes of a file, numbers need not be turned round before they are compared.
    raw = loglam.astype(_SINGLE[0], copy=False).tobytes()
    same = stored.startswith(raw, start * _SINGLE[0].itemsize)
    return wavelengths[start : start + loglam.size] if same else None


@lru_cache(maxsize=1)
def _steps() -> tuple[bytes, npt.NDArray[np.float64]]:
    """All steps, as files hold them, and their wavelengths."""
    steps = (np.arange(_FIRST, _LAST) * _STEP).astype(np.float32)
    wavelengths = np.power(10.0, steps.astype(np.float64))
    wavelengths.flags.writeable = False
    return steps.astype(_SINGLE[0]).tobytes(), wavelengths


def _native(values: Pixels) -> Pixels:
    return values.astype(values.dtype.newbyteorder("="))


def _key(header: AnyHeader) -> tuple[int, int, int]:
    """Plate, modified Julian day and fibre: unique, whatever the reduction."""
    values = [header.get(key) for key in _IDENTITY]
    try:
        plate, mjd, fibre = (int(value) for value in values)
        known = 0 < plate < 10**6 and 10**4 <= mjd < 10**5 and 0 < fibre < 10**4
    except (TypeError, ValueError, OverflowError):
        known = False
    if not known:
        raise LoaderError(
            f"Expected PLATEID, MJD and FIBERID in the header, got {values}. Without them "
            "the spectrum has no identifier; restore the header from SDSS."
        )
    return plate, mjd, fibre
