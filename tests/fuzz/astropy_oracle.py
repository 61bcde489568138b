"""What an archive must hold of a file, by gzip, astropy and numpy alone.

Written from the surveys' data models and the recipe's documentation and sharing no line
with the package, so that a fault of the package cannot excuse itself here.
"""

import gzip
import math
import signal
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO

import numpy as np
from astropy.io import fits
from halpha_row import faults_of, row_of

PATIENCE = 5
"""Seconds of computing that astropy gets for a file; some headers keep it for hours."""

UNREADABLE = "unreadable"
"""The fault of a file that gzip or astropy does not read."""

FAULTS = {
    "layout": "expected a layout|at most 999",
    "rows": "expected one row|with the rows",
    "calibration": "COEFF0",
    "identifier": "LMJD|PLATE|astropy cannot read",
    "shape": "one shape|two pixels|astropy cannot read",
    "order": "increasing",
    "window": "covers",
    "numbers": "",
    "catalogue": "astropy cannot read",
    "behind": "astropy cannot read|at most 999",
}
"""Why a file that astropy reads may be refused, and what its refusal then speaks of."""

NUMBERS = {"ra": ["RA"], "dec": ["DEC"], "z": ["Z"]} | {
    f"snr_{band}": [f"SNR{band.upper()}", f"SN_{band.upper()}"] for band in "ugriz"
}
TEXTS = {
    "object_class": ["CLASS"],
    "subclass": ["SUBCLASS"],
    "plan": ["PLANID"],
    "release": ["DATA_V", "VERSPIPE"],
    "object_name": ["DESIG"],
    "target": ["OBJNAME"],
}

ASIDE = ("DATE-OBS", "DATE-BEG", "MAGTYPE", *(f"MAG{n}" for n in range(1, 6)))
ASIDE += tuple(f"MAG_PS_{band}" for band in "GRIZ")
"""Cards that make columns of the catalogue which are not compared here."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is in a file.

    Attributes
    ----------
    survey
        Whose file it is, as far as that can be told.
    faults
        Keys of `FAULTS`, or `UNREADABLE`; empty for a whole spectrum.
    behind
        Whether it is a spectrum with damage behind it, which may be refused for that.
    row
        Values of the archive's columns by name, where there are no faults.
    catalogue
        Values of its catalogue, where the survey is known well enough.
    """

    survey: str = ""
    faults: tuple[str, ...] = ()
    row: dict = field(default_factory=dict)
    catalogue: dict | None = None
    behind: bool = False

    @property
    def excuses(self):
        """Why it may be refused."""
        return (*self.faults, "behind") if self.behind else self.faults


def expect(content):
    """Say what an archive by the recipe halpha must hold of a file's bytes."""
    try:
        with warnings.catch_warnings(), deadline(PATIENCE):
            warnings.simplefilter("ignore")
            plain = _unpacked(content)
            if not plain.startswith(b"SIMPLE"):
                return Expected(faults=(UNREADABLE,))
            with fits.open(BytesIO(plain), memmap=False) as hdus:
                found = replace(_read(hdus), behind=_damaged_behind(hdus))
    except Exception:  # whatever astropy raises, it has not read the file
        return Expected(faults=(UNREADABLE,))
    if found.row:
        found.row["crc"] = zlib.crc32(plain)
    return found


def _damaged_behind(hdus):
    """Whether astropy stumbles when it reads what was not asked for, or might."""
    try:
        # FITS Standard 4.0, 4.4.1 and 7.3.1: there cannot be more axes or columns.
        counts = [hdu.header.get(key, 0) for hdu in hdus for key in ("NAXIS", "TFIELDS")]
        if max(counts) > 999:
            return True
        for key in ASIDE:
            hdus[0].header.get(key)
    except Exception:  # whatever it is
        return True
    return False


@contextmanager
def deadline(seconds):
    """Raise `TimeoutError` in the block where it takes longer; main thread only."""

    def end(*_):
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _unpacked(content):
    if not content.startswith(b"\x1f\x8b"):
        return content
    with gzip.open(BytesIO(content)) as stream:
        return stream.read()


def _read(hdus):
    header = hdus[0].header
    telescope = _text(header, ["TELESCOP", "ORIGIN"]) or ""
    if "LAMOST" in telescope:
        return _lamost(hdus, header)
    if "SDSS" in telescope:
        return _sdss(hdus, header)
    return Expected(faults=("layout",))


def _lamost(hdus, header):
    """LAMOST low resolution: https://www.lamost.org/dr9/v2.0/doc/lr-data-production-description"""
    try:
        if header.get("NAXIS") == 2 and header.get("NAXIS2") == 5:
            flux, ivar, third = hdus[0].data[:3]
            wavelength = third
            if "wavelength" not in str(header.get("EXTEN0", "")).lower():
                wavelength = _log_linear(header, len(flux))
        else:
            names = ("FLUX", "IVAR", "WAVELENGTH")
            columns = _table(_hdu(hdus, 1), ("COADD",), names)
            if len(columns[0]) != 1:
                raise Fault("rows")
            flux, ivar, wavelength = (column[0] for column in columns)
        identifier = _lamost_identifier(header)
    except Fault as fault:
        return Expected("lamost", (str(fault),))
    try:
        catalogue = {name: _number(header, keys) for name, keys in NUMBERS.items()}
        catalogue |= {name: _text(header, keys) for name, keys in TEXTS.items()}
        named = (catalogue["object_class"] or "").upper()
        catalogue["object_class"] = None if named in {"", "UNKNOWN"} else named
    except (ValueError, fits.VerifyError):
        return Expected("lamost", ("catalogue",))
    return _prepared("lamost", identifier, wavelength, flux, ivar, catalogue)


def _sdss(hdus, header):
    """SDSS spec-PLATE-MJD-FIBER: https://data.sdss.org/datamodel; HDUs 0 to 2 alone."""
    named = [_text(header, [f"ARRAY{n}"]) for n in range(1, 10)]
    if header.get("NAXIS") == 2 and "SPECTRUM" in named:
        return _spspec(hdus[0], named)
    try:
        coadd, record = _hdu(hdus, 1), _hdu(hdus, 2)
        flux, ivar, loglam = _table(coadd, ("COADD",), ("flux", "ivar", "loglam"))
        _table(record, ("SPECOBJ", "SPALL"), ())
        if len(record.data) != 1:
            raise Fault("rows")
        plate, night, fibre = _sdss_key(header)
    except Fault as fault:
        return Expected("sdss", (str(fault),))
    identifier = f"sdss:{plate:04d}-{night}-{fibre:04d}"
    wavelength = 10 ** np.asarray(loglam, np.float64)
    return _prepared("sdss", identifier, wavelength, flux, ivar, None)


def _spspec(hdu, named):
    """SDSS until DR7: https://classic.sdss.org/dr7/dm/flatFiles/spSpec.html"""
    try:
        rows = [named.index(name) if name in named else 9 for name in ("SPECTRUM", "ERROR")]
        if hdu.data is None or max(rows) >= len(hdu.data):
            raise Fault("rows")
        flux, error = hdu.data[rows].astype(np.float64)
        wavelength = _log_linear(hdu.header, len(flux))
        plate, night, fibre = _sdss_key(hdu.header)
    except Fault as fault:
        return Expected("sdss", (str(fault),))
    with np.errstate(all="ignore"):
        ivar = np.where((error > 0) & (error < np.inf), error**-2.0, 0)
    flux, name = hdu.data[rows[0]], f"sdss:{plate:04d}-{night}-{fibre:04d}"
    return _prepared("sdss", name, wavelength, flux, ivar, None)


def _sdss_key(header):
    try:
        plate, night, fibre = (int(header.get(k)) for k in ("PLATEID", "MJD", "FIBERID"))
    except (TypeError, ValueError, OverflowError):
        raise Fault("identifier") from None
    # Five digits of the day, as from 1886 to 2132.
    if not (0 < plate < 10**6 and 10**4 <= night < 10**5 and 0 < fibre < 10**4):
        raise Fault("identifier")
    return plate, night, fibre


class Fault(Exception):  # noqa: N818 - a verdict, not an error
    """Why a file that can be read holds no spectrum of ours: a key of `FAULTS`."""


def _log_linear(header, n_pixels):
    start, step = _number(header, ["COEFF0"]), _number(header, ["COEFF1"])
    if start is None or step is None:
        raise Fault("calibration")
    return 10 ** (start + step * np.arange(n_pixels))


def _hdu(hdus, number):
    try:
        return hdus[number]  # not len(): that reads all that follow
    except IndexError:
        raise Fault("layout") from None


def _table(hdu, names, columns):
    """Columns of a table that has one of these names."""
    if not isinstance(hdu, fits.BinTableHDU) or hdu.name not in names:
        raise Fault("layout")
    if not set(columns) <= set(hdu.columns.names):
        raise Fault("layout")
    return [hdu.data[column] for column in columns]


def _lamost_identifier(header):
    plan = _text(header, ["PLANID"])
    try:
        night, spectrograph, fibre = (
            int(header.get(key)) for key in ("LMJD", "SPID", "FIBERID")
        )
    except (TypeError, ValueError):
        plan = None
    if plan is None:
        raise Fault("identifier")
    return f"lamost:{night}-{plan}_sp{spectrograph:02d}-{fibre:03d}"


def _number(header, keys):
    for key in keys:
        value = header.get(key)
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        if plain and math.isfinite(value) and value != -9999.0:
            return float(value)
    return None


def _text(header, keys):
    values = (header.get(key) for key in keys)
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), None)


def _prepared(survey, identifier, wavelength, flux, ivar, catalogue):
    arrays = [np.asarray(values) for values in (wavelength, flux, ivar)]
    faults = faults_of(*arrays)
    if faults:
        return Expected(survey, faults)
    with np.errstate(all="ignore"):
        row = row_of(arrays[0].astype(np.float64), *arrays[1:])
    return Expected(survey, (), row | {"identifier": identifier}, catalogue)
