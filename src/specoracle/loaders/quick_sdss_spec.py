"""SDSS spec files without astropy, many times as fast, bit for bit the same.

Takes the layout that comes in millions. Headers of its two tables are the same in whole
releases but for the number of pixels, so each is understood once and then known again by
its bytes. Whatever else a file may be, `read` says nothing and `survey_file` asks astropy.
"""

import math
import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders.quick_header import (
    BLOCK,
    CARD,
    NotPlain,
    QuickHeader,
    read_header,
)
from specoracle.loaders.sdss_record import CELLS
from specoracle.loaders.sdss_spec import (
    KEYS,
    PIXEL_COLUMNS,
    RECORDS,
    is_sdss,
    observation,
    survey_wavelength,
)
from specoracle.spectra.observation import Observation

Content = bytes | bytearray

_BITPIX = {8, 16, 32, 64, -32, -64}
_LARGEST = 1_000_000
"""Most rows; a header that says more is astropy's to judge."""

# Cards that every table begins with, in the order that the FITS Standard demands.
_FIRST_CARDS = ("XTENSION", "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "PCOUNT", "GCOUNT")
_ROWS_CARD = _FIRST_CARDS.index("NAXIS2") * CARD
_ROWS = re.compile(rb"NAXIS2  = *(\d{1,7}) *(?:/[ -~]*)?")

_FORMAT = re.compile(r"([1-9]\d{0,4})?([LBIJKAEDCM])")
_SIZES = dict(zip("LBAIJKEDCM", (1, 1, 1, 2, 4, 8, 4, 8, 8, 16), strict=True))
_STRUCT = {"A": "s", "I": "h", "J": "i", "E": "f", "D": "d"}
_SHAPE = re.compile(r"\( *\d{1,4}(?:, *\d{1,4})*\)")
_UNPLAIN = ("TSCAL", "TZERO", "TDIM")
_PRIMARY = ("SIMPLE", "BITPIX", "NAXIS", "EXTEND")


@dataclass(frozen=True, slots=True)
class _Column:
    start: int
    """First byte in a row."""
    repeat: int
    code: str
    plain: bool
    """Neither scaled nor shaped."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a record that make a catalogue row, all read at once."""

    form: struct.Struct
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """A header of a table, as bytes around the card NAXIS2, and what it means."""

    before: bytes
    after: bytes
    name: str
    row_size: int
    columns: dict[str, _Column]
    cells: _Cells | None
    """``None`` where some are not as expected."""

    def begins(self, content: Content, start: int) -> bool:
        """Whether this very header stands at byte ``start``."""
        return content.startswith(self.before, start) and content.startswith(
            self.after, start + _ROWS_CARD + CARD
        )


@dataclass(frozen=True, slots=True)
class _Table:
    layout: _Layout
    n_rows: int
    start: int
    """First byte of the data."""
    stop: int
    """First byte of the next HDU."""


_known: list[_Layout] = []
_MOST_KNOWN = 16


def read(content: Content) -> list[Observation] | None:
    """Read the spectrum of an unpacked file, or return ``None`` when not certain."""
    try:
        header = read_header(content, 0)
        values = header.pick(KEYS)
        if not is_sdss(values):
            return None
        _check_primary(header)
        coadd = _table(content, header.stop)
        record = _table(content, coadd.stop)
        if coadd.layout.name != "COADD" or record.layout.name not in RECORDS:
            return None
        flux, loglam, ivar = (_pixels(content, coadd, name) for name in PIXEL_COLUMNS)
        wavelength = survey_wavelength(loglam)
        if wavelength is None:
            return None
        return [observation(values, wavelength, flux, ivar, row=_row(content, record))]
    except (NotPlain, LoaderError, SpectrumError, ValueError, TypeError, KeyError):
        # Errors too are astropy's to word, from what it makes of the file.
        return None


def _check_primary(header: QuickHeader) -> None:
    """Ask for what makes a FITS file one: astropy takes none without."""
    order = all(header.places.get(key) == n for n, key in enumerate(_PRIMARY))
    first = header.content[header.start : header.start + len(_PRIMARY) * CARD]
    if not order or not _begins_plainly(bytes(first)):
        raise NotPlain


@lru_cache(maxsize=64)
def _begins_plainly(cards: bytes) -> bool:
    end = (b"END" + b" " * BLOCK)[: BLOCK - len(cards)]
    header = read_header(cards + end, 0)
    simple = header.get("SIMPLE") is True and isinstance(header.get("EXTEND"), bool)
    return simple and _whole(header, "BITPIX") in _BITPIX and _whole(header, "NAXIS") == 0


def _table(content: Content, start: int) -> _Table:
    layout = next((each for each in _known if each.begins(content, start)), None)
    if layout is None:
        layout = _understand(read_header(content, start))
        _known.insert(0, layout)
        del _known[_MOST_KNOWN:]
    card = start + _ROWS_CARD
    rows = _ROWS.fullmatch(content, card, card + CARD)
    if rows is None:
        raise NotPlain
    n_rows, first = int(rows[1]), card + CARD + len(layout.after)
    stop = first + -(-n_rows * layout.row_size // BLOCK) * BLOCK
    if n_rows > _LARGEST or len(content) < stop:
        raise NotPlain
    return _Table(layout, n_rows, first, stop)


def _pixels(content: Content, table: _Table, name: str) -> npt.NDArray[np.floating]:
    column = table.layout.columns[name]
    if not column.plain or (column.repeat, column.code) != (1, "E"):
        raise NotPlain
    shape, strides = (table.n_rows,), (table.layout.row_size,)
    return np.ndarray(shape, ">f4", content, table.start + column.start, strides)


def _row(content: Content, table: _Table) -> dict[str, Any]:
    cells = table.layout.cells
    if cells is None or table.n_rows != 1:
        raise NotPlain
    values = cells.form.unpack_from(content, table.start)
    return {
        name: _text(value) if isinstance(value, bytes) else value
        for name, value in zip(cells.names, values, strict=True)
    }


def _text(cell: bytes) -> str:
    words = cell.rstrip(b"\0").decode("ascii")
    if not words.isprintable():
        raise NotPlain
    return words


def _understand(header: QuickHeader) -> _Layout:
    """Work out what the header of a table means.

    Raises
    ------
    NotPlain
        If it has any card of unknown consequence.
    """
    expected = {"BITPIX": 8, "NAXIS": 2, "PCOUNT": 0, "GCOUNT": 1}
    plain = all(_whole(header, key) == value for key, value in expected.items())
    order = all(header.places.get(key) == n for n, key in enumerate(_FIRST_CARDS))
    if not plain or not order or header.get("XTENSION") != "BINTABLE":
        raise NotPlain
    columns, row_size = _columns(header)
    if row_size != _whole(header, "NAXIS1"):
        raise NotPlain
    rows = header.start + _ROWS_CARD
    return _Layout(
        before=bytes(header.content[header.start : rows]),
        after=bytes(header.content[rows + CARD : header.stop]),
        name=_words(header, "EXTNAME"),
        row_size=row_size,
        columns=columns,
        cells=_cells(columns),
    )


def _columns(header: QuickHeader) -> tuple[dict[str, _Column], int]:
    """Columns by name, and the bytes of a row."""
    columns: dict[str, _Column] = {}
    known, start = {*_FIRST_CARDS, "TFIELDS", "EXTNAME"}, 0
    for n in range(1, _whole(header, "TFIELDS") + 1):
        format_ = _FORMAT.fullmatch(_words(header, f"TFORM{n}"))
        if format_ is None:
            raise NotPlain
        repeat, code = int(format_[1] or 1), format_[2]
        plain = _is_plain(header, n, repeat)
        columns[_words(header, f"TTYPE{n}")] = _Column(start, repeat, code, plain)
        known |= {f"{word}{n}" for word in ("TTYPE", "TFORM", *_UNPLAIN)}
        start += repeat * _SIZES[code]
    # Astropy takes names for the same that differ in case only.
    distinct = len({name.upper() for name in columns}) == _whole(header, "TFIELDS")
    if not distinct or not header.places.keys() <= known:
        raise NotPlain
    return columns, start


def _cells(columns: dict[str, _Column]) -> _Cells | None:
    form, stop = ">", 0
    names: list[str] = []
    wanted = CELLS.keys() & columns.keys()
    for name in sorted(wanted, key=lambda name: columns[name].start):
        column = columns[name]
        values = 1 if column.code == "A" else column.repeat
        if not column.plain or column.code not in _STRUCT:
            return None
        if values != len(CELLS[name]):
            continue  # OBJID is another thing in SPECOBJ than in SPALL
        form += f"{column.start - stop}x{column.repeat}{_STRUCT[column.code]}"
        stop = column.start + column.repeat * _SIZES[column.code]
        names += CELLS[name]
    if len(set(names)) != len(names):
        return None
    return _Cells(struct.Struct(form), tuple(names))


def _is_plain(header: QuickHeader, n: int, repeat: int) -> bool:
    """Whether column ``n`` is neither scaled nor shaped; if it is, then as it should."""
    scale, zero, shape = (header.get(f"{word}{n}") for word in _UNPLAIN)
    if shape is not None:
        sizes = [int(size) for size in re.findall(r"\d+", str(shape))]
        if not _SHAPE.fullmatch(str(shape)) or math.prod(sizes) != repeat:
            raise NotPlain
    if not all(isinstance(value, (int, float, type(None))) for value in (scale, zero)):
        raise NotPlain
    return scale is zero is shape is None


def _words(header: QuickHeader, key: str) -> str:
    value = header.get(key)
    if not isinstance(value, str) or not value:
        raise NotPlain
    return value


def _whole(header: QuickHeader, key: str) -> int:
    value = header.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotPlain
    return value
