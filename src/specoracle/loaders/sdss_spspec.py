"""SDSS spectra in files ``spSpec-MJD-PLATE-FIBER`` of the releases up to the seventh.

An image whose rows are named by ARRAY1, ARRAY2 …: the spectrum, the same without its
continuum, the error (a standard deviation) and the mask; in DR7 a fifth, without a name, of
the sky. The wavelengths, in vacuum, stand in COEFF0, of the first pixel, and COEFF1. The
tables that follow, of lines and redshifts, are never touched.

An error of 0 marks a pixel without data, and is the only mark that is heeded. SDSS says of
its masks that what is very bad has an infinite error already; in the two real files all
pixels of NODATA (bit 24) and BADFLUXFACTOR (bit 26), and one that no bit marks, have the
error 0, and NGOOD counts the others. Bit 30, EMLINE, must not be heeded in any case: it is
set on the emission lines that were found.

Spectra of these releases and of later ones (`sdss_spec`) have the same identifiers: they
are two reductions of one observation.

Data model: https://classic.sdss.org/dr7/dm/flatFiles/spSpec.html
Masks: https://www.sdss3.org/dr10/algorithms/bitmask_sppixmask.php
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import AnyHeader, number, text
from specoracle.loaders.sdss_spec import is_sdss, observation
from specoracle.loaders.wavelength import log_linear
from specoracle.spectra.observation import BANDS, Observation

CLASSES = {
    1: ("STAR", ""),
    2: ("GALAXY", ""),
    3: ("QSO", ""),
    4: ("QSO", "HIZ_QSO"),
    6: ("STAR", "STAR_LATE"),
    7: ("GALAXY", "GAL_EM"),
}
"""Class and subclass of SPEC_CLN; 0 is unknown and 5 is sky.

specClass in http://www.sdss.jhu.edu/ScienceArchive/sdssQT/sxSpecObj.html
"""

NO_REDSHIFT = frozenset({0, 1})
"""Z_STATUS of a redshift that was not measured, and of one that could not be."""

_SPECTRUM, _ERROR = "SPECTRUM", "ERROR"
_MOST_ROWS = 9


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is one of SDSS's images of one spectrum."""
    header = hdus[0].header
    image = header.get("NAXIS") == 2 and _SPECTRUM in _rows(header)
    return image and is_sdss(header)


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    if not hdus or not recognises(hdus):
        raise LoaderError(
            "expected an SDSS image with a row SPECTRUM (spSpec, up to DR7), got another "
            "file. Leave the choice of the loader to the file."
        )
    header = hdus[0].header
    flux, error = _pixels(header, hdus[0].data)
    start, step = number(header, ["COEFF0"]), number(header, ["COEFF1"])
    if start is None or step is None:
        raise LoaderError(
            "expected COEFF0 and COEFF1 in the header, got none. The file cannot be "
            "calibrated; fetch it again from SDSS."
        )
    wavelength = log_linear(start, step, flux.size)
    found = observation(header, wavelength, flux, _ivar(error), row=_row(header))
    return [replace(found, hdu=0)]


def _rows(header: AnyHeader) -> dict[str, int]:
    """Names of the image's rows, and the place of each."""
    names = (text(header, [f"ARRAY{n}"]) for n in range(1, _MOST_ROWS + 1))
    return {name: place for place, name in enumerate(names) if name is not None}


def _pixels(header: AnyHeader, image: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    rows = _rows(header)
    last = max(rows[_SPECTRUM], rows.get(_ERROR, _MOST_ROWS))
    if image is None or last >= len(image):
        shape = None if image is None else image.shape
        raise LoaderError(
            f"expected an image with the rows {_SPECTRUM} and {_ERROR}, got {shape} with "
            f"rows named {sorted(rows)}. Fetch the file again from SDSS."
        )
    return image[rows[_SPECTRUM]], image[rows[_ERROR]]


def _ivar(error: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    sigma = np.asarray(error, np.float64)
    known = np.isfinite(sigma) & (sigma > 0)
    return np.where(known, np.where(known, sigma, 1.0) ** -2.0, 0.0)


def _row(header: AnyHeader) -> dict[str, Any]:
    """What the header says, by the name of the catalogue's column.

    RA and DEC are those of the telescope. MAG holds the magnitudes of the image through the
    fibre, from the target's catalogue; MAG_G … were measured on the spectrum.
    """
    code = header.get("SPEC_CLN")
    kind, subclass = CLASSES.get(code, ("", "")) if type(code) is int else ("", "")
    row: dict[str, Any] = {
        "ra": number(header, ["RAOBJ"]),
        "dec": number(header, ["DECOBJ"]),
        "object_class": kind,
        "subclass": subclass,
        "spectrograph": number(header, ["SPECID"]),
        "release": text(header, ["VERS2D"]),
        "target": " ".join((text(header, ["OBJID"]) or "").split()),
    }
    if header.get("Z_STATUS") not in NO_REDSHIFT:
        row["z"] = number(header, ["Z"])
    row |= {f"snr_{band}": number(header, [f"SN_{band.upper()}"]) for band in "gri"}
    return row | _magnitudes(text(header, ["MAG"]) or "")


def _magnitudes(words: str) -> dict[str, float]:
    try:
        values = [float(word) for word in words.split()]
    except ValueError:
        return {}
    names = [f"mag_{band}" for band in BANDS]
    return dict(zip(names, values, strict=True)) if len(values) == len(names) else {}
