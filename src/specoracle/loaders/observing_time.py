"""When a spectrum was observed, in UTC.

LAMOST's DATE-OBS is announced as the median UTC of the observation, and is up to DR9. In
147 of 236 real files of DR10 it is Beijing time all the same: the hour angle of the object,
which LAMOST never observes more than two hours from the meridian, comes out as 6.5 to 9.3 h
when it is read as UTC, and DATE-BEG, which is local time in all releases, equals it. A
DATE-OBS that lies within hours of DATE-BEG is therefore local.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

BEIJING = timedelta(hours=8)
"""China Standard Time is eight hours ahead of UTC, without summer time."""

_EPOCH = datetime(1858, 11, 17)
_DAY = timedelta(days=1)
_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,6})\d*)?"
)


class Observed(NamedTuple):
    """A moment.

    Attributes
    ----------
    iso
        Date and time to the second, ISO 8601 [UTC].
    mjd
        Modified Julian date [day, UTC].
    """

    iso: str
    mjd: float


@lru_cache(maxsize=1024)
def lamost_time(observed: str | None, began: str | None) -> Observed | None:
    """Make UTC of LAMOST's DATE-OBS and DATE-BEG; ``None`` where DATE-OBS is no date.

    Parameters
    ----------
    observed
        DATE-OBS: UTC, or Beijing time.
    began
        DATE-BEG: Beijing time.

    Examples
    --------
    >>> lamost_time("2011-10-24T12:30:00", "2011-10-24T19:33:56.0")
    Observed(iso='2011-10-24T12:30:00', mjd=55858.52083333333)
    >>> lamost_time("2021-11-03T20:55:16.689", "2021-11-03T20:55:15.532").iso
    '2021-11-03T12:55:16'
    """
    moment, start = _moment(observed), _moment(began)
    if moment is None:
        return None
    if start is not None and moment > start - BEIJING / 2:
        moment -= BEIJING
    return Observed(moment.isoformat(timespec="seconds"), (moment - _EPOCH) / _DAY)


def exposure_time(minute: int, seconds: float) -> Observed | None:
    """Make the middle of an exposure; ``None`` where there is no such date.

    Parameters
    ----------
    minute
        LAMOST's local modified Julian minute in which it began (LMJM): 1440 times the
        modified Julian date, of Beijing time.
    seconds
        How long it took.

    Examples
    --------
    >>> exposure_time(83906016, 600)
    Observed(iso='2018-05-29T17:41:00', mjd=58267.736805555556)
    """
    try:
        began = _EPOCH + timedelta(minutes=minute) - BEIJING
        moment = began + timedelta(seconds=seconds / 2)
    except OverflowError:
        return None
    return Observed(moment.isoformat(timespec="seconds"), (moment - _EPOCH) / _DAY)


def day(mjd: int) -> str:
    """Return the date of a modified Julian day.

    Examples
    --------
    >>> day(51544)
    '2000-01-01'
    """
    return (date(1858, 11, 17) + timedelta(days=mjd)).isoformat()


def _moment(text: str | None) -> datetime | None:
    """Read a date and time, also with a single digit for the seconds, as LAMOST writes."""
    match = _WRITTEN.fullmatch(text or "")
    if match is None:
        return None
    year, month, day_, hour, minute, second, fraction = match.groups(default="")
    clock = timedelta(
        hours=int(hour), minutes=int(minute), seconds=float(f"{second}.{fraction}")
    )
    try:
        return datetime(int(year), int(month), int(day_)) + clock
    except (ValueError, OverflowError):
        return None
