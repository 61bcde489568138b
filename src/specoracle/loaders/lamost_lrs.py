"""LAMOST low-resolution spectra, in the three layouts of its data releases.

* DR1 era: an image of five rows whose third is *not* the wavelength;
* DR2–DR8: an image of five rows whose third is the wavelength;
* DR9 on: a table COADD with one row of array columns.

Which of the images it is stands in the card EXTEN0. Wavelengths are in vacuum. Data
model: https://www.lamost.org/dr9/v2.0/doc/lr-data-production-description
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders import lamost_catalogue
from specoracle.loaders.header import AnyHeader, number, text
from specoracle.loaders.wavelength import as_stored, log_linear
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

IMAGE_ROWS = 5

_SURVEY = ("TELESCOP", "ORIGIN")
_IDENTITY = ("LMJD", "SPID", "FIBERID")


class Key(NamedTuple):
    """Local night, plan, spectrograph and fibre: unique in all releases.

    Examples
    --------
    >>> str(Key(55859, "F5902", 1, 1))
    '55859-F5902_sp01-001'
    """

    night: int
    plan: str
    spectrograph: int
    fibre: int

    def __str__(self) -> str:
        """As the survey writes it in the names of its files."""
        return f"{self.night}-{self.plan}_sp{self.spectrograph:02d}-{self.fibre:03d}"


KEYS = (*_SURVEY, *_IDENTITY, "EXTEN0", *lamost_catalogue.KEYS)
NUMBER_KEYS = ("COEFF0", "COEFF1", *lamost_catalogue.NUMBER_KEYS)
TEXT_KEYS = lamost_catalogue.TEXT_KEYS
"""Cards of the first header that matter; some stand in other releases only."""

FORM_KEYS = (*_SURVEY, "EXTEN0", "COEFF0", "COEFF1")
"""Those that tell how to read the rest, whatever the spectrum is of."""


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is a LAMOST low-resolution spectrum."""
    header = hdus[0].header
    return is_lamost(header) and (_is_image(header) or _is_table(hdus))


def is_lamost(header: AnyHeader) -> bool:
    """Whether the first header is that of a LAMOST file."""
    return "LAMOST" in (text(header, _SURVEY) or "")


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    if not recognises(hdus):
        raise LoaderError(
            "expected a LAMOST low-resolution file, got another. Leave it out, or choose "
            "no loader."
        )
    header = hdus[0].header
    if _is_image(header):
        return [observation(header, hdus[0].data, layout="image")]
    return [observation(header, _columns(hdus[1]), layout="table")]


def observation(header: AnyHeader, rows: Any, *, layout: str) -> Observation:
    """Make an observation of the first header and the numbers of a file.

    Parameters
    ----------
    header
        Of the primary HDU.
    rows
        The five rows of an image, or the columns of a table by name.
    layout
        ``"image"`` or ``"table"``.
    """
    stored = stored_wavelength(header, rows, layout=layout)
    flux, ivar = (rows[0], rows[1]) if layout == "image" else (rows["FLUX"], rows["IVAR"])
    wavelength = _log_linear(header, rows) if stored is None else as_stored(stored)
    return observation_of(header, wavelength, flux, ivar, hdu=int(layout == "table"))


def stored_wavelength(header: AnyHeader, rows: Any, *, layout: str) -> Any:
    """Return the wavelengths among ``rows``, or ``None`` where the header says them."""
    if layout == "table":
        return rows["WAVELENGTH"]
    named = "wavelength" in str(header.get("EXTEN0", "")).lower()
    return rows[2] if named else None


def observation_of(
    header: AnyHeader,
    wavelength: npt.NDArray[np.float64],
    flux: Any,
    ivar: Any,
    *,
    hdu: int,
) -> Observation:
    """Make an observation whose wavelengths [Angstrom] are known."""
    key = key_of(header)
    spectrum = Spectrum(
        identifier=f"lamost:{key}",
        wavelength=wavelength,
        flux=flux,
        ivar=ivar,
    )
    row = lamost_catalogue.catalogue_row(header, key.spectrograph, key.fibre)
    return Observation(spectrum=spectrum, catalogue=row, hdu=hdu)


def key_of(header: AnyHeader) -> Key:
    """Make the key of a spectrum of its first header.

    Raises
    ------
    LoaderError
        If a part of it is missing.
    """
    plan = text(header, ["PLANID"])
    numbers = [header.get(key) for key in _IDENTITY]
    try:
        night, spectrograph, fibre = (int(value) for value in numbers)
    except (TypeError, ValueError, OverflowError):
        plan = None
    if plan is None:
        raise LoaderError(
            "Expected LMJD, PLANID, SPID and FIBERID in the header, got "
            f"{header.get('PLANID')!r} and {numbers}. Without them the spectrum has no "
            "identifier; restore the header from the survey."
        )
    return Key(night, plan, spectrograph, fibre)


def _is_image(header: fits.Header) -> bool:
    # NAXIS=0 files of the table layout carry NAXIS1 and NAXIS2 cards all the same.
    return header.get("NAXIS") == 2 and header.get("NAXIS2") == IMAGE_ROWS


def _is_table(hdus: fits.HDUList) -> bool:
    try:
        table = hdus[1]  # not len(): that would make astropy read every HDU
    except IndexError:
        return False
    wanted = {"FLUX", "IVAR", "WAVELENGTH"}
    is_coadd = isinstance(table, fits.BinTableHDU) and table.name == "COADD"
    return is_coadd and wanted <= set(table.columns.names)


def _log_linear(header: AnyHeader, rows: Any) -> npt.NDArray[np.float64]:
    start, step = number(header, ["COEFF0"]), number(header, ["COEFF1"])
    if start is None or step is None:
        raise LoaderError(
            "Expected COEFF0 and COEFF1 in the header of a file without a wavelength "
            "row, got none. The file cannot be calibrated; ask the survey for another."
        )
    return log_linear(start, step, rows.shape[1])


def _columns(hdu: fits.BinTableHDU) -> Any:
    if len(hdu.data) != 1:
        raise LoaderError(
            f"COADD: expected one row of array columns, got {len(hdu.data)} rows. It "
            "is not a LAMOST low-resolution spectrum."
        )
    return hdu.data[0]
