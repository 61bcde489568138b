"""LAMOST low-resolution files without astropy, ten times as fast, bit for bit the same.

Takes the layouts that come in millions, in the form that all their files have. Whatever
else a file may be, `read` says nothing and `survey_file` asks astropy.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders.lamost_lrs import (
    FORM_KEYS,
    IMAGE_ROWS,
    KEYS,
    NUMBER_KEYS,
    TEXT_KEYS,
    is_lamost,
    observation,
    stored_wavelength,
)
from specoracle.loaders.quick_header import (
    BLOCK,
    Keys,
    NotPlain,
    QuickHeader,
    Template,
    read_header,
    value_of,
)
from specoracle.loaders.quick_lamost_form import known_form, learn_form
from specoracle.spectra.observation import Observation

Rows = npt.NDArray[np.floating]

_BITPIX = {8, 16, 32, 64, -32, -64}
_IMAGE_TYPES = {-32: ">f4", -64: ">f8"}
_COLUMN = re.compile(r"(\d{1,7})E")
_LARGEST = 1_000_000
"""Most pixels; a header that says more is astropy's to judge."""

# Random groups and tile compression announce themselves by the last of these.
_SPECIAL = ("PCOUNT", "GCOUNT", "XTENSION", "ZIMAGE", "ZBITPIX")
_PRIMARY = ("SIMPLE", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "EXTEND", *_SPECIAL)
_SAME = (*_PRIMARY, *FORM_KEYS)
_TABLE = {
    "XTENSION": "BINTABLE",
    "BITPIX": 8,
    "NAXIS": 2,
    "NAXIS2": 1,
    "PCOUNT": 0,
    "GCOUNT": 1,
    "EXTNAME": "COADD",
}
_SCALING = ("TSCAL", "TZERO", "TNULL", "TDIM", "TDISP")


class _Image(NamedTuple):
    dtype: str
    n_pixels: int


class _Column(NamedTuple):
    start: int
    n_pixels: int


class _Row(NamedTuple):
    """The one row of a table."""

    columns: dict[str, _Column]
    size: int


def read(content: bytes | bytearray) -> list[Observation] | None:
    """Read the spectrum of an unpacked file, or return ``None`` when not certain."""
    try:
        if (form := known_form(content)) is not None:
            return [form.observation(content)]
        header = read_header(content, 0)
        values = header.pick(KEYS)
        if not is_lamost(values):
            return None
        values |= header.pick_numbers(NUMBER_KEYS) | header.pick_texts(TEXT_KEYS)
        image = _primary(*header.fields(_PRIMARY))
        rows = _table(header) if image is None else _image(header, image)
        layout = "table" if image is None else "image"
        found = observation(values, rows, layout=layout)
        stored = stored_wavelength(values, rows, layout=layout)
        pixels = rows.values() if isinstance(rows, dict) else rows
        learn_form(header, values, found, rows=pixels, stored=stored, same=_SAME)
        return [found]
    except (NotPlain, LoaderError, SpectrumError, ValueError, TypeError, KeyError):
        # Errors too are astropy's to word, from what it makes of the file.
        return None


@lru_cache(maxsize=256)
def _primary(names: Keys, fields: tuple[bytes, ...]) -> _Image | None:
    """Understand the cards that say what follows: an image, or nothing but a table."""
    cards = dict(zip(names, map(value_of, fields), strict=True))
    simple = cards.get("SIMPLE") is True and isinstance(cards.get("EXTEND", True), bool)
    # Astropy takes no file without these.
    if not simple or _whole(cards, "BITPIX") not in _BITPIX:
        raise NotPlain
    if _whole(cards, "NAXIS") == 0:
        return None
    dtype, n_pixels = _IMAGE_TYPES.get(_whole(cards, "BITPIX")), _whole(cards, "NAXIS1")
    plain = _whole(cards, "NAXIS") == 2 and _whole(cards, "NAXIS2") == IMAGE_ROWS
    special = cards.keys() & set(_SPECIAL)
    if dtype is None or not plain or special or not 2 <= n_pixels <= _LARGEST:
        raise NotPlain
    return _Image(dtype, n_pixels)


def _image(header: QuickHeader, image: _Image) -> Rows:
    shape = (IMAGE_ROWS, image.n_pixels)
    n_values = IMAGE_ROWS * image.n_pixels
    values = np.frombuffer(header.content, image.dtype, n_values, header.stop)
    return values.reshape(shape)


def _table(primary: QuickHeader) -> dict[str, Rows]:
    content = primary.content
    if not content.startswith(b"XTENSION", primary.stop):
        raise NotPlain
    header = read_header(content, primary.stop)
    row = _row(*header.fields(_structure(header.template)))
    if len(content) != header.stop + -(-row.size // BLOCK) * BLOCK:
        raise NotPlain
    return {
        name: np.frombuffer(content, ">f4", column.n_pixels, header.stop + column.start)
        for name, column in row.columns.items()
    }


@lru_cache(maxsize=256)
def _structure(template: Template) -> Keys:
    """Keywords of a table's header that say how it is built."""
    return tuple(key for key in template.places if key in _TABLE or key[0] in "NT")


@lru_cache(maxsize=256)
def _row(names: Keys, fields: tuple[bytes, ...]) -> _Row:
    """Understand the header of a table with one row of arrays."""
    cards = dict(zip(names, map(value_of, fields), strict=True))
    plain = all(_same(cards.get(key), value) for key, value in _TABLE.items())
    wanted = {f"T{w}{i + 1}" for w in ("TYPE", "FORM") for i in range(_n_columns(cards))}
    found = {key for key in cards if key.startswith(("TTYPE", "TFORM", *_SCALING))}
    if not plain or found != wanted:
        raise NotPlain
    columns, start = {}, 0
    for i in range(1, _n_columns(cards) + 1):
        match = _COLUMN.fullmatch(str(cards[f"TFORM{i}"]))
        name = cards[f"TTYPE{i}"]
        if match is None or name in columns or int(match[1]) < 2:
            raise NotPlain
        if not isinstance(name, str) or not name:
            raise NotPlain
        columns[name] = _Column(start, int(match[1]))
        start += 4 * int(match[1])
    if start != _whole(cards, "NAXIS1"):
        raise NotPlain
    return _Row(columns, start)


def _n_columns(cards: dict[str, object]) -> int:
    return min(_whole(cards, "TFIELDS"), 999)


def _same(value: object, wanted: object) -> bool:
    return type(value) is type(wanted) and value == wanted


def _whole(cards: dict[str, object], key: str) -> int:
    value = cards.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotPlain
    return value
