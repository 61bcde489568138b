"""Spectra in text: CSV, ECSV, or columns parted by blanks, with or without a header line.

Whether a file is one is seen from its first lines: two in a row that begin with a number
and have as many cells as each other.
"""

import csv
import re
import warnings
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from specoracle.errors import LoaderError
from specoracle.loaders.opened import Opened
from specoracle.loaders.tables.options import TableOptions
from specoracle.loaders.tables.table import Column, Table
from specoracle.loaders.tables.words import WAVELENGTHS, undressed, words_of

LARGEST = 1 << 26
"""Most bytes of a text; a million pixels take half of it."""

MOST_CELLS = 1000

_LOOKED_AT = 1 << 16
_ECSV = "# %ECSV"
_DELIMITERS = (";", "\t", ",")
_COMMENTS = ("#", "%", ";", "!", "\\", "|")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?")
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class _Form(NamedTuple):
    """How a text is written: number of its first row of data, and what parts cells."""

    first: int
    delimiter: str
    n_cells: int


def recognises(opened: Opened) -> bool:
    """Whether the bytes are text that begins with a table of numbers."""
    head = _text(bytes(opened.content[:_LOOKED_AT]))
    if head is None:
        return False
    return head.startswith(_ECSV) or _form(head.splitlines()[:400]) is not None


def read(opened: Opened, options: TableOptions) -> Table:
    """Return the table; ``options`` may name columns that only a comment names.

    Raises
    ------
    LoaderError
        If it is too large, or no table throughout.
    """
    if len(opened.content) > LARGEST:
        raise LoaderError(
            f"expected at most {LARGEST:,} bytes of text, got {len(opened.content):,}. "
            "Convert it to Parquet or FITS."
        )
    text = _text(bytes(opened.content))
    if text is None:
        raise LoaderError(
            "expected text, got bytes that no text holds. Leave the file out."
        )
    if text.startswith(_ECSV):
        from specoracle.loaders.tables.ecsv import read_ecsv  # heavy

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_ecsv(text.splitlines())
    lines = text.splitlines()
    form = _form(lines)
    if form is None:
        raise LoaderError(
            "expected two lines of numbers in a row, got none. Leave the file out."
        )
    asked = {options.wavelength, options.flux, options.error, options.ivar} - {""}
    return _table(lines, form, asked)


def _text(content: bytes) -> str | None:
    """Decode; ``None`` where it is no text. What is not UTF-8 is Latin-1."""
    known = next((name for bom, name in _BOMS.items() if content.startswith(bom)), None)
    if known is not None:
        return content.decode(known, errors="replace")
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _form(lines: list[str]) -> _Form | None:
    """Find the first two lines in a row that are rows of one table."""
    before: _Form | None = None
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith(_COMMENTS):
            continue
        form = _form_of(line, number)
        if before is not None and form is not None and form[1:] == before[1:]:
            return before
        before = form
    return None


def _form_of(line: str, number: int) -> _Form | None:
    delimiter = next((each for each in _DELIMITERS if each in line.strip()), " ")
    cells = _cells(line, delimiter)
    if not 2 <= len(cells) <= MOST_CELLS or not _NUMBER.fullmatch(cells[0]):
        return None
    return _Form(number, delimiter, len(cells))


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]


def _table(lines: list[str], form: _Form, asked: set[str]) -> Table:
    rows = [_cells(line, form.delimiter) for line in lines[form.first :] if _is_row(line)]
    for number, row in enumerate(rows):
        if len(row) != form.n_cells:
            raise LoaderError(
                f"expected {form.n_cells} cells in each row, got {len(row)} in row "
                f"{number + 1}, which begins {' '.join(row)[:40]!r}. Correct the row, or "
                "fetch the file again."
            )
    cells = list(zip(*rows, strict=True))
    remarks = [line for line in lines[: form.first] if line.strip()]
    return Table(
        columns=_columns(remarks, form, asked),
        values=lambda place: np.array(cells[place], np.str_),
        remarks="\n".join(remarks[:100]),
    )


def _is_row(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(_COMMENTS)


def _columns(remarks: list[str], form: _Form, asked: set[str]) -> tuple[Column, ...]:
    """Name the columns after the last line before the data that has as many words.

    A comment has to name a wavelength, or a column that the user asks for: others may have
    any number of words.
    """
    names = [""] * form.n_cells
    for line in remarks[:-6:-1]:
        words = _header(line, form, asked)
        if words is not None:
            names = words
            break
    columns = [Column(place=place, name=name) for place, name in enumerate(names)]
    return tuple(replace(c, unit=undressed(c.name)[1]) for c in columns)


def _header(line: str, form: _Form, asked: set[str]) -> list[str] | None:
    bare = line.strip().lstrip("".join(_COMMENTS)).strip().rstrip("|")
    for delimiter in (form.delimiter, ",", " "):
        words = _cells(bare, delimiter)
        named = len(words) == form.n_cells and len({*words} - {""}) == len(words)
        if not named or any(map(_NUMBER.fullmatch, words)):
            continue
        speaks = any(words_of(word).bare in WAVELENGTHS for word in words)
        if bare == line.strip() or speaks or asked & {*words}:
            return words
    return None
