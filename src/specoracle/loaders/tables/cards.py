"""What header cards and parameters of a file of no known survey say of its spectrum."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from specoracle.loaders.header import SENTINEL, object_class
from specoracle.spectra.observation import CatalogueRow

_NUMBERS = {
    "mjd": ("MJD", "MJD-OBS", "MJD_OBS", "TMID", "SSA_DATEOBS"),
    "z": ("Z", "REDSHIFT", "SSA_REDSHIFT"),
}
_TEXTS = {
    "object_name": ("OBJECT", "OBJNAME", "TARGNAME", "SSA_TARGNAME", "OBJ_NAME"),
    "object_class": ("CLASS", "SRCCLASS", "SSA_TARGCLASS"),
    "subclass": ("SUBCLASS", "SPTYPE", "SP_TYPE"),
}
_OBSERVED = ("DATE-OBS", "DATE_OBS", "DATEOBS")
_RIGHT_ASCENSIONS = ("RA", "RA_DEG", "RAJ2000", "OBJRA", "RA_OBJ")
_DECLINATIONS = ("DEC", "DEC_DEG", "DECJ2000", "DEJ2000", "OBJDEC", "DEC_OBJ")
_POSITIONS = ("SSA_TARGETPOS", "SSA_LOCATION")
"""Names of cards and parameters in capitals, best first."""

_SEXAGESIMAL = re.compile(r"[+-]?\d{1,3}[:hd ]\s*\d{1,2}([:m' ]\s*\d{1,2}(\.\d*)?s?)?")
_EPOCH = datetime(1858, 11, 17)
_DAY = timedelta(days=1)
_MJD = (15_000.0, 80_000.0)  # 1899 to 2077
_LONGEST = 100


def catalogue(cards: Mapping[str, Any]) -> CatalogueRow:
    """Read what is known of a spectrum; what is missing or senseless is left out.

    Examples
    --------
    >>> row = catalogue({"OBJECT": "BT CMi", "RA": "07:57:04", "DEC": 2.95})
    >>> row["object_name"], round(row["ra"], 3)
    ('BT CMi', 119.267)
    """
    known = {str(name).upper(): value for name, value in cards.items()}
    row: dict[str, Any] = {}
    for name, keys in _TEXTS.items():
        if (words := _text(known, keys)) is not None:
            row[name] = words
    if "object_class" in row:
        row["object_class"] = object_class(row["object_class"])
    for name, keys in _NUMBERS.items():
        row[name] = _number(known, keys)
    row |= _position(known) | _time(known, row.pop("mjd"))
    return cast(CatalogueRow, {k: value for k, value in row.items() if value is not None})


def _position(cards: Mapping[str, Any]) -> dict[str, float]:
    pairs = [tuple(str(cards.get(name, "")).strip("[]() ").split()) for name in _POSITIONS]
    asked = (
        next((cards[key] for key in _RIGHT_ASCENSIONS if key in cards), None),
        next((cards[key] for key in _DECLINATIONS if key in cards), None),
    )
    for first, second in (asked, *(pair for pair in pairs if len(pair) == 2)):
        ra, dec = _degrees(first, "hourangle"), _degrees(second, "deg")
        if ra is not None and dec is not None and 0 <= ra < 360 and -90 <= dec <= 90:
            return {"ra": ra, "dec": dec}
    return {}


def _degrees(value: Any, unit: str) -> float | None:
    """Read degrees, or a sexagesimal text in ``unit``."""
    if isinstance(value, str) and _SEXAGESIMAL.fullmatch(value.strip()):
        from astropy.coordinates import Angle  # heavy, and few files need it

        try:
            return float(Angle(value.strip(), unit).deg)
        except ValueError:  # 61 minutes
            return None
    return _finite(value)


def _time(cards: Mapping[str, Any], mjd: float | None) -> dict[str, Any]:
    words = _text(cards, _OBSERVED)
    moment = _moment(words) if words else None
    if mjd is None or not _MJD[0] < mjd < _MJD[1]:
        mjd = None
    if moment is None and mjd is not None:
        moment = _EPOCH + mjd * _DAY
        words = moment.isoformat()
    if moment is None:
        return {}
    if len(words or "") <= 10 or (mjd is not None and mjd % 1 == 0):  # the day alone
        return {"observed": moment.date().isoformat(), "mjd": mjd}
    iso = moment.isoformat(timespec="seconds")
    return {"observed": iso, "mjd": (moment - _EPOCH) / _DAY if mjd is None else mjd}


def _moment(words: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _text(cards: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    for key in keys:
        value = cards.get(key)
        if isinstance(value, str) and (words := " ".join(value.split())[:_LONGEST]):
            return words
    return None


def _number(cards: Mapping[str, Any], keys: Iterable[str]) -> float | None:
    found = (_finite(cards.get(key)) for key in keys)
    return next((value for value in found if value is not None), None)


def _finite(value: Any) -> float | None:
    try:
        number = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number != SENTINEL else None
