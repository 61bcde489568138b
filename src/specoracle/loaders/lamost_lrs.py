"""LAMOST low-resolution spectra, in the three layouts of its data releases.

* DR1 era: an image of five rows whose third is *not* the wavelength;
* DR2–DR8: an image of five rows whose third is the wavelength;
* DR9 on: a table COADD with one row of array columns.

Which of the images it is stands in the card EXTEN0. Wavelengths are in vacuum. Data
model: https://www.lamost.org/dr9/v2.0/doc/lr-data-production-description
"""

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import number, text
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

IMAGE_ROWS = 5


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is a LAMOST low-resolution spectrum."""
    header = hdus[0].header
    if "LAMOST" not in (text(header, ["TELESCOP", "ORIGIN"]) or ""):
        return False
    return _is_image(header) or _is_table(hdus)


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    header = hdus[0].header
    image = _is_image(header)
    wavelength, flux, ivar = _image(hdus[0]) if image else _table(hdus[1])
    spectrum = Spectrum(
        identifier=_identifier(header),
        wavelength=wavelength.astype(np.float64),
        flux=_native(flux),
        ivar=_native(ivar),
    )
    return [
        Observation(spectrum=spectrum, catalogue=_catalogue(header), hdu=0 if image else 1)
    ]


def _is_image(header: fits.Header) -> bool:
    # NAXIS=0 files of the table layout carry NAXIS1 and NAXIS2 cards all the same.
    return header.get("NAXIS") == 2 and header.get("NAXIS2") == IMAGE_ROWS


def _is_table(hdus: fits.HDUList) -> bool:
    if len(hdus) < 2 or not isinstance(hdus[1], fits.BinTableHDU):
        return False
    wanted = {"FLUX", "IVAR", "WAVELENGTH"}
    return hdus[1].name == "COADD" and wanted <= set(hdus[1].columns.names)


def _image(hdu: fits.PrimaryHDU) -> tuple[npt.NDArray[np.floating], ...]:
    data = hdu.data
    if "wavelength" in str(hdu.header.get("EXTEN0", "")).lower():
        return data[2], data[0], data[1]
    return _log_linear(hdu.header, data.shape[1]), data[0], data[1]


def _log_linear(header: fits.Header, n_pixels: int) -> npt.NDArray[np.floating]:
    start, step = number(header, ["COEFF0"]), number(header, ["COEFF1"])
    if start is None or step is None:
        raise LoaderError(
            "Expected COEFF0 and COEFF1 in the header of a file without a wavelength "
            "row, got none. The file cannot be calibrated; ask the survey for another."
        )
    return 10 ** (start + step * np.arange(n_pixels))


def _table(hdu: fits.BinTableHDU) -> tuple[npt.NDArray[np.floating], ...]:
    if len(hdu.data) != 1:
        raise LoaderError(
            f"COADD: expected one row of array columns, got {len(hdu.data)} rows. It "
            "is not a LAMOST low-resolution spectrum."
        )
    row = hdu.data[0]
    return row["WAVELENGTH"], row["FLUX"], row["IVAR"]


def _native(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return values.astype(values.dtype.newbyteorder("="))


def _identifier(header: fits.Header) -> str:
    """Local night, plan, spectrograph and fibre: unique in all releases."""
    plan = text(header, ["PLANID"])
    numbers = [header.get(key) for key in ("LMJD", "SPID", "FIBERID")]
    try:
        night, spectrograph, fibre = (int(value) for value in numbers)
    except (TypeError, ValueError):
        plan = None
    if plan is None:
        raise LoaderError(
            "Expected LMJD, PLANID, SPID and FIBERID in the header, got "
            f"{header.get('PLANID')!r} and {numbers}. Without them the spectrum has no "
            "identifier; restore the header from the survey."
        )
    return f"lamost:{night}-{plan}_sp{spectrograph:02d}-{fibre:03d}"


def _catalogue(header: fits.Header) -> CatalogueRow:
    row = CatalogueRow()
    for column, keys in {
        "ra": ["RA"],
        "dec": ["DEC"],
        "z": ["Z"],
        # SN_U … until the DR1 and DR2 pipelines, SNRU … since.
        **{f"snr_{band}": [f"SNR{band}", f"SN_{band}"] for band in "ugriz"},
    }.items():
        if (value := number(header, [key.upper() for key in keys])) is not None:
            row[column] = value  # type: ignore[literal-required]
    for column, keys in {
        "object_class": ["CLASS"],
        "subclass": ["SUBCLASS"],
        "observed": ["DATE-OBS"],
        "plan": ["PLANID"],
        "release": ["DATA_V", "VERSPIPE"],
    }.items():
        if (words := text(header, keys)) is not None:
            row[column] = words  # type: ignore[literal-required]
    return row
