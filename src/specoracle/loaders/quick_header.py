"""FITS headers at the speed of a dictionary, for files that look like many before.

Files of one survey repeat the same keywords in the same order, so where each card lies is
worked out once for each such order. Only values in plain standard form are read; whatever
is not known for certain raises `NotPlain`, and the caller asks astropy instead.

References
----------
FITS Standard 4.0 (2018), section 4: header blocks, keyword records and value formats.
"""

import re
import struct
from functools import lru_cache
from typing import NamedTuple

import numpy as np

CARD, BLOCK = 80, 2880

Keys = tuple[str, ...]


class _Field(NamedTuple):
    start: int
    width: int


VALUE = _Field(10, 70)
"""Where in a card its value lies."""

_END = b"END" + b" " * (CARD - 3)
_LARGEST = 100 * BLOCK
_KEYWORD = re.compile(rb"([A-Z0-9_-]{1,8}) *")
_TEXT = re.compile(rb" *'((?:[^']|'')*)' *(?:/.*)?")
_LOGICAL = re.compile(rb" *([TF]) *(?:/.*)?")
_INTEGER = re.compile(rb" *([+-]?\d+) *(?:/.*)?")
_FLOAT = re.compile(rb" *([+-]?(?:\d+\.\d*|\.\d+)(?:E[+-]?\d+)?) *(?:/.*)?")

_OF_NUMBERS = b" 0123456789.+-E"

# Cards of these say something about others, or about the data, that is not plain.
_NOT_PLAIN = frozenset(
    {"CONTINUE", "HIERARCH", "BSCALE", "BZERO", "BLANK", "GROUPS", "THEAP", "INHERIT"}
)
_PROSE = frozenset({"COMMENT", "HISTORY", ""})


class NotPlain(Exception):  # noqa: N818 - a question handed on, not an error
    """Not certain; ask astropy."""


class Template:
    """Where each card lies in headers of one order of keywords.

    Parameters
    ----------
    places
        Number of the card that holds each keyword.
    """

    def __init__(self, places: dict[str, int]) -> None:
        self.places = places
        self._cuts: dict[Keys, tuple[Keys, struct.Struct]] = {}

    def cut(self, keys: Keys) -> tuple[Keys, struct.Struct]:
        """Return which of ``keys`` there are, and what cuts out their values."""
        if keys not in self._cuts:
            found = sorted((self.places[k], k) for k in set(keys) & self.places.keys())
            starts = [place * CARD + VALUE.start for place, _ in found]
            stops = [0, *(start + VALUE.width for start in starts)]
            gaps = [start - stop for start, stop in zip(starts, stops, strict=False)]
            code = "".join(f"{gap}x{VALUE.width}s" for gap in gaps)
            self._cuts[keys] = tuple(key for _, key in found), struct.Struct(code)
        return self._cuts[keys]


class QuickHeader(NamedTuple):
    """One header inside the bytes of a file.

    Attributes
    ----------
    content
        The whole file.
    start
        Where the header begins.
    stop
        Where its data begins.
    template
        Where its cards lie.
    """

    content: bytes | bytearray
    start: int
    stop: int
    template: Template

    @property
    def end(self) -> int:
        """Where the card END begins."""
        return len(bytes(self.content[: self.stop]).rstrip(b" ")) - len("END")

    @property
    def places(self) -> dict[str, int]:
        """Number of the card that holds each keyword."""
        return self.template.places

    def get(self, key: str, default: object = None) -> object:
        """Return the value of a card: text, bool, int or float; as astropy would.

        Raises
        ------
        NotPlain
            If the value is not in plain standard form.
        """
        return self.pick((key,)).get(key, default)

    def pick(self, keys: Keys) -> dict[str, object]:
        """Return the values of those of ``keys`` that there are, as `get` does."""
        names, fields = self.fields(keys)
        return dict(zip(names, map(value_of, fields), strict=True))

    def pick_numbers(self, keys: Keys) -> dict[str, object]:
        """Return the values of those of ``keys`` that there are; as float, if numbers."""
        names, fields = self.fields(keys)
        return dict(zip(names, map(number_of, fields), strict=True))

    def pick_texts(self, keys: Keys) -> dict[str, object]:
        """Return the values of those of ``keys`` that there are; another in every file."""
        names, fields = self.fields(keys)
        return dict(zip(names, map(text_of, fields), strict=True))

    def fields(self, keys: Keys) -> tuple[Keys, tuple[bytes, ...]]:
        """Return which of ``keys`` there are, and the bytes that hold their values."""
        names, cut = self.template.cut(keys)
        return names, cut.unpack_from(self.content, self.start)


def read_header(content: bytes | bytearray, start: int) -> QuickHeader:
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
    rest = content[end + CARD : stop]
    if len(content) < stop or rest.strip(b" ") or not is_printable(content, start, end):
        raise NotPlain
    cards = np.frombuffer(content, np.uint8, end - start, start).reshape(-1, CARD)
    keys = cards[:, : VALUE.start].tobytes()
    return QuickHeader(content, start, stop, _template(keys))


def is_printable(content: bytes | bytearray, start: int, stop: int) -> bool:
    """Whether there are but printable characters of ASCII from ``start`` to ``stop``."""
    # Seen as signed, all beyond ASCII is negative; 127 alone is left.
    values = np.frombuffer(content, np.int8, stop - start, start)
    plain = np.minimum.reduce(values, initial=127) >= 32
    return bool(plain) and content.find(b"\x7f", start, stop) < 0


@lru_cache(maxsize=256)
def _template(keys: bytes) -> Template:
    """Work out where the cards lie, for one order of keywords."""
    places: dict[str, int] = {}
    for number in range(len(keys) // VALUE.start):
        field = keys[number * VALUE.start : (number + 1) * VALUE.start]
        match = _KEYWORD.fullmatch(field[:8]) if field[:8].strip() else None
        keyword = match.group(1).decode() if match else ""
        if field[:8].strip() and match is None:
            raise NotPlain
        if keyword in _PROSE:
            continue
        if field[8:] != b"= " or keyword in places or keyword in _NOT_PLAIN:
            raise NotPlain
        places[keyword] = number
    return Template(places)


@lru_cache(maxsize=4096)
def value_of(field: bytes) -> object:
    """Read the bytes of a card behind its ``= ``; most are those of the file before.

    Raises
    ------
    NotPlain
        If they are not a value in plain standard form.
    """
    if match := _TEXT.fullmatch(field):
        return match.group(1).replace(b"''", b"'").rstrip(b" ").decode("ascii")
    if match := _INTEGER.fullmatch(field):
        return int(match.group(1))
    if match := _FLOAT.fullmatch(field):
        return float(match.group(1))
    if match := _LOGICAL.fullmatch(field):
        return match.group(1) == b"T"
    raise NotPlain


def text_of(field: bytes) -> object:
    """Read a value that is expected to be text, and another in every file."""
    before, _, rest = field.partition(b"'")
    words, quote, after = rest.partition(b"'")
    if before.strip(b" ") or not quote or after.lstrip(b" ")[:1] not in {b"", b"/"}:
        return value_of(field)
    return words.rstrip(b" ").decode("ascii")


def number_of(field: bytes) -> object:
    """Read a value that is expected to be a number, and another in every file."""
    value = field.partition(b"/")[0]
    # With these characters alone, Python and FITS agree on what is a number.
    if value.strip(_OF_NUMBERS):
        return value_of(field)
    try:
        return float(value)
    except ValueError:
        return value_of(field)
