"""What the header of any telescope's file says of the object and the time."""

import math
import re
from datetime import datetime, timedelta

from specoracle.loaders.header import AnyHeader, number, text
from specoracle.loaders.observing_time import day
from specoracle.spectra.observation import CatalogueRow

PLACES = (("RAOBJ", "DECOBJ"), ("RA_OBJ", "DEC_OBJ"), ("RA", "DEC"))
"""Cards of a position, of the object first."""

_EPOCH = datetime(1858, 11, 17)
_SEXAGESIMAL = re.compile(r"([+-]?)\s*(\d{1,3})[: ]+(\d{1,2})[: ]+(\d{1,2}(?:\.\d*)?)")
_JULIAN_DATE_OF_MJD_0 = 2_400_000.5


def exposure_row(header: AnyHeader) -> CatalogueRow:
    """Name, place and time of what was observed, as far as the header has them.

    Parameters
    ----------
    header
        With OBJECT, RA and DEC (numbers in degrees, or text in hours and degrees), and
        MJD-OBS, MJD, TMID, JD, or DATE-OBS, with or without UT.
    """
    row = CatalogueRow()
    if name := text(header, ["OBJECT"]):
        row["object_name"] = name
    place = position(header)
    if place is not None and _is_j2000(header):
        row["ra"], row["dec"] = place
    return row | time_row(_mjd(header))


def time_row(mjd: float | None) -> CatalogueRow:
    """Catalogue columns of a modified Julian date [day, UTC]; none without one.

    Examples
    --------
    >>> time_row(51544.5)
    {'mjd': 51544.5, 'observed': '2000-01-01T12:00:00'}
    >>> time_row(51544.0)
    {'mjd': 51544.0, 'observed': '2000-01-01'}
    """
    if mjd is None or not 0 < mjd < 100_000:
        return {}
    if mjd == int(mjd):  # nobody said at what time
        return {"mjd": mjd, "observed": day(int(mjd))}
    moment = _EPOCH + timedelta(seconds=round(mjd * 86_400))
    return {"mjd": mjd, "observed": moment.isoformat(timespec="seconds")}


def position(header: AnyHeader) -> tuple[float, float] | None:
    """RA and DEC [degree] of the object, or else of the telescope; ``None`` without."""
    for keys in PLACES:
        ra, dec = (number(header, [key]) for key in keys)
        if ra is None or dec is None:
            hours, dec = (_sexagesimal(text(header, [key])) for key in keys)
            ra = None if hours is None else 15 * hours
        if ra is not None and dec is not None and 0 <= ra < 360 and -90 <= dec <= 90:
            return ra, dec
    return None


def _is_j2000(header: AnyHeader) -> bool:
    stated = [header.get(key) for key in ("EQUINOX", "EPOCH")]
    # Of a file that has both, EPOCH may be the date of the observation.
    return _number_in(next((each for each in stated if each is not None), 2000)) == 2000


def _number_in(value: object) -> float:
    try:
        return float(str(value).strip().lstrip("J"))
    except ValueError:
        return math.nan


def _sexagesimal(words: str | None) -> float | None:
    match = _SEXAGESIMAL.fullmatch((words or "").strip())
    if match is None:
        return None
    sign, whole, minutes, seconds = match.groups()
    value = int(whole) + int(minutes) / 60 + float(seconds) / 3600
    return -value if sign == "-" else value


def _mjd(header: AnyHeader) -> float | None:
    mjd = number(header, ["MJD-OBS", "MJD", "TMID"])
    julian = number(header, ["JD"])
    if mjd is None and julian is not None:
        mjd = julian - _JULIAN_DATE_OF_MJD_0
    if mjd is not None and mjd != int(mjd):
        return mjd
    return _of_date(text(header, ["DATE-OBS"]), text(header, ["UT"])) or mjd


def _of_date(date: str | None, clock: str | None) -> float | None:
    """MJD of a date, or of a date and time; a date alone counts from its beginning."""
    written = date or ""
    if "T" not in written and clock:
        written = f"{written}T{clock}"
    try:
        moment = datetime.fromisoformat(written.removesuffix("Z"))
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)
