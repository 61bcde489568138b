"""FITS headers at the speed of a dictionary, for files that look like many before.

Files of one survey repeat the same keywords in the same order, so where each card lies is
worked out once for each such order. Only values in plain standard form are read; whatever
is not known for certain raises `NotPlain`, and the caller asks astropy instead.

References
----------
FITS Standard 4.0 (2018), section 4: header blocks, keyword records and value formats.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

CARD, BLOCK = 80, 2880

_END = b"END" + b" " * (CARD - 3)
_LARGEST = 100 * BLOCK
_KEYWORD = re.compile(rb"([A-Z0-9_-]{1,8}) *")
_TEXT = re.compile(rb" *'((?:[^']|'')*)' *(?:/.*)?")
_LOGICAL = re.compile(rb" *([TF]) *(?:/.*)?")
_INTEGER = re.compile(rb" *([+-]?\d+) *(?:/.*)?")
_FLOAT = re.compile(rb" *([+-]?(?:\d+\.\d*|\.\d+)(?:E[+-]?\d+)?) *(?:/.*)?")

# Cards of these say something about others, or about the data, that is not plain.
_NOT_PLAIN = frozenset(
    {"CONTINUE", "HIERARCH", "BSCALE", "BZERO", "BLANK", "GROUPS", "THEAP", "INHERIT"}
)
_PROSE = frozenset({"COMMENT", "HISTORY", ""})


class NotPlain(Exception):  # noqa: N818 - a question handed on, not an error
    """Not certain; ask astropy."""


@dataclass(frozen=True, slots=True)
class QuickHeader:
    """One header inside the bytes of a file.

    Attributes
    ----------
    content
        The whole file.
    start
        Where the header begins.
    stop
        Where its data begins.
    places
        Number of the card that holds each keyword.
    """

    content: bytes
    start: int
    stop: int
    places: dict[str, int]

    def get(self, key: str, default: object = None) -> object:
        """Return the value of a card: text, bool, int or float; as astropy would.

        Raises
        ------
        NotPlain
            If the value is not in plain standard form.
        """
        place = self.places.get(key)
        if place is None:
            return default
        first = self.start + place * CARD
        return _value(self.content[first + 10 : first + CARD])


def read_header(content: bytes, start: int) -> QuickHeader:
    """Find the header that begins at byte ``start``.

    Raises
    ------
    NotPlain
        If it has no end, or is not of plain printable cards.
    """
    end = content.find(_END, start, start + _LARGEST)
    while end >= 0 and (end - start) % CARD:
        end = content.find(_END, end + 1, start + _LARGEST)
    if end < 0:
        raise NotPlain
    stop = start + -(-(end + CARD - start) // BLOCK) * BLOCK
    block = np.frombuffer(content, np.uint8, end - start, start)
    rest = content[end + CARD : stop]
    if len(content) < stop or rest.strip(b" ") or block.min() < 32 or block.max() > 126:
        raise NotPlain
    keys = block.reshape(-1, CARD)[:, :10].tobytes()
    return QuickHeader(content, start, stop, _places(keys))


@lru_cache(maxsize=256)
def _places(keys: bytes) -> dict[str, int]:
    """Number of the card of each keyword, for one order of keywords."""
    places: dict[str, int] = {}
    for number in range(len(keys) // 10):
        field = keys[number * 10 : number * 10 + 10]
        match = _KEYWORD.fullmatch(field[:8]) if field[:8].strip() else None
        keyword = match.group(1).decode() if match else ""
        if field[:8].strip() and match is None:
            raise NotPlain
        if keyword in _PROSE:
            continue
        if field[8:] != b"= " or keyword in places or keyword in _NOT_PLAIN:
            raise NotPlain
        places[keyword] = number
    return places


def _value(field: bytes) -> object:
    if match := _TEXT.fullmatch(field):
        return match.group(1).replace(b"''", b"'").rstrip(b" ").decode("ascii")
    if match := _INTEGER.fullmatch(field):
        return int(match.group(1))
    if match := _FLOAT.fullmatch(field):
        return float(match.group(1))
    if match := _LOGICAL.fullmatch(field):
        return match.group(1) == b"T"
    raise NotPlain
