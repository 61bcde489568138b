"""LAMOST medium-resolution spectra (MRS), in files ``med-…``.

HDU 0, Information, has no data. COADD_B and COADD_R follow, of the blue and the red arm,
then every single exposure of each arm (`lamost_mrs_exposures`). In DR7 a table holds one
row a pixel with LOGLAM; of later releases, with one row of arrays and WAVELENGTH, no file
was at hand. Both are in vacuum. Red exposures run from long wavelengths to short ones, so
pixels are sorted.

The two coadds make one spectrum, with the stretch between them marked as unobserved. The
survey lacks one of them for some objects; then, or where one has no usable pixel, the
spectrum is that of the other. If the header says that a coadd exists (COMBIN_B, COMBIN_R)
and the file ends before it, the file is refused: read with half of its pixels, it would
keep its identifier when it is fetched again.

SNR 0 is what LAMOST writes for a negative one; such spectra are read, as their ivar says
what they are worth. The masks are left alone: in four real files no ANDMASK is set, and
where ORMASK or PIXMASK is, residuals from a running median scatter by 0.44 and 0.90 of what
ivar says, elsewhere by 0.57 and 0.70. DATE-OBS is UTC in these files (hour angles of -1.5
to -0.3 h; 6.5 to 7.5 h if it were local time), and of the first exposure alone.

Data model: https://www.lamost.org/dr9/v1.0/doc/mr-data-production-description
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import number
from specoracle.loaders.lamost_catalogue import catalogue_row
from specoracle.loaders.lamost_lrs import is_lamost, key_of
from specoracle.spectra.arms import Arm, join_arms
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

SIGNAL_TO_NOISE = {"B": "snr_g", "R": "snr_r"}
"""Arms, and where their SNR goes: 4900 to 5390 Å lie in g, 6270 to 6870 Å in r."""


class Seen(NamedTuple):
    """What one arm saw, and where it stands in the file."""

    letter: str
    place: int
    hdu: Any
    arm: Arm


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is a LAMOST medium-resolution spectrum."""
    try:
        first, second = hdus[0], hdus[1]
    except IndexError:
        return False
    is_arm = second.name.startswith(("COADD_B", "COADD_R", "B-", "R-"))
    return is_lamost(first.header) and isinstance(second, fits.BinTableHDU) and is_arm


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the coadds of the file's arms, as one spectrum."""
    return [_coadded(hdus, "BR")]


def _read_one(hdus: fits.HDUList, *, letter: str, colour: str) -> list[Observation]:
    return [_coadded(hdus, letter, suffix=f"-{colour}")]


read_blue = partial(_read_one, letter="B", colour="blue")
"""Read the coadd of the blue arm alone."""

read_red = partial(_read_one, letter="R", colour="red")
"""Read the coadd of the red arm alone."""


def observation(header: fits.Header, seen: Sequence[Seen], *, suffix: str) -> Observation:
    """Make one observation of what the arms saw.

    Parameters
    ----------
    header
        Of HDU 0.
    seen
        At least one arm.
    suffix
        What tells this spectrum from the others of the file, after the file's key.
    """
    key = key_of(header)
    joined = join_arms([each.arm for each in seen])
    row = catalogue_row(header, key.spectrograph, key.fibre)
    for each in seen:
        if (value := number(each.hdu.header, ["SNR"])) is not None:
            row[SIGNAL_TO_NOISE[each.letter]] = value  # type: ignore[literal-required]
    spectrum = Spectrum(identifier=f"lamost-mrs:{key}{suffix}", **joined._asdict())
    return Observation(spectrum=spectrum, catalogue=row, hdu=seen[0].place)


def usable(tables: Sequence[tuple[str, int, Any]]) -> tuple[list[Seen], list[str]]:
    """Sort tables, each with arm and place, into what can be used and why others cannot."""
    seen, reasons = [], []
    for letter, index, hdu in tables:
        try:
            seen.append(Seen(letter, index, hdu, _arm(hdu)))
        except LoaderError as reason:
            reasons.append(str(reason))
    return seen, reasons


def check_survey(hdus: fits.HDUList) -> None:
    """Refuse what is no medium-resolution file: this loader can be chosen by name."""
    if not recognises(hdus):
        names = ", ".join(hdu.name or "HDU" for hdu in hdus[:3]) or "no FITS file"
        raise LoaderError(
            "expected a LAMOST medium-resolution file with COADD_B, COADD_R or exposures "
            f"after its first HDU, got {names}. Leave the choice of the loader to the file."
        )


def _coadded(hdus: fits.HDUList, letters: str, *, suffix: str = "") -> Observation:
    check_survey(hdus)
    found = [(letter, _find(hdus, f"COADD_{letter}")) for letter in letters]
    for letter, index in found:
        if index is None and hdus[0].header.get(f"COMBIN_{letter}") is True:
            raise LoaderError(
                f"COADD_{letter}: expected a table, as COMBIN_{letter} says, got a file "
                "that ends before it. Fetch the file again."
            )
    tables = [(letter, index, hdus[index]) for letter, index in found if index is not None]
    seen, reasons = usable(tables)
    if not seen:
        names = " or ".join(f"COADD_{letter}" for letter in letters)
        raise LoaderError(
            " ".join(reasons)
            or f"expected {names}, got none: the survey did not coadd it. Read its "
            "exposures with the loader lamost-mrs-exposures, or leave the file out."
        )
    return observation(hdus[0].header, seen, suffix=suffix)


def _find(hdus: fits.HDUList, name: str) -> int | None:
    # One by one: a look-up by name would make astropy read every HDU.
    return next((index for index, hdu in enumerate(hdus) if hdu.name == name), None)


def _arm(hdu: Any) -> Arm:
    """Read one table as float64, by increasing wavelength."""
    axis, *others = values = _columns(hdu)
    if len({each.shape for each in values}) != 1 or axis.ndim != 1 or axis.size < 2:
        raise LoaderError(
            f"{hdu.name}: expected one row a pixel or one row of arrays, got "
            f"{', '.join(str(each.shape) for each in values)}. Leave the arm out."
        )
    order = np.argsort(axis, kind="stable")
    arm = Arm(axis[order], *(each[order] for each in others))
    if not np.all(np.diff(arm.wavelength) > 0):
        raise LoaderError(
            f"{hdu.name}: expected a wavelength of its own for each pixel, got some that "
            "are missing or the same. Fetch the file again."
        )
    if not np.any((arm.ivar > 0) & np.isfinite(arm.flux)):
        raise LoaderError(
            f"{hdu.name}: expected pixels with flux and an ivar above 0, got none. "
            "Nothing was measured; leave it out."
        )
    return arm


def _columns(hdu: Any) -> list[npt.NDArray[np.float64]]:
    """Wavelength [Angstrom], flux and ivar as the table holds them."""
    is_table = isinstance(hdu, fits.BinTableHDU)
    names = set(filter(None, hdu.columns.names)) if is_table else set()
    axis = "WAVELENGTH" if "WAVELENGTH" in names else "LOGLAM"
    if not {axis, "FLUX", "IVAR"} <= names:
        raise LoaderError(
            f"{hdu.name}: expected a table of FLUX, IVAR and LOGLAM or WAVELENGTH, got "
            f"{sorted(names) or 'no table'}. Fetch the file again."
        )
    values = [np.asarray(hdu.data[name], np.float64) for name in (axis, "FLUX", "IVAR")]
    values = [each[0] if each.ndim == 2 and len(each) == 1 else each for each in values]
    if axis == "LOGLAM":
        with np.errstate(over="ignore"):  # a damaged file may hold anything
            values[0] = 10.0 ** values[0]
    return values
