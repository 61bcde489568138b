"""Read somebody's catalogue: FITS, VOTable, ECSV, CSV or Parquet, into one Arrow table.

Columns of arrays are left out. What is masked or NaN is null. Text is stripped, as FITS
pads it.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from astropy import units
from astropy.table import Column, MaskedColumn, Table
from astropy.utils.exceptions import AstropyWarning

from specoracle.errors import ArchiveError

_FORMATS = {
    **dict.fromkeys((".fits", ".fit", ".fts"), "fits"),
    **dict.fromkeys((".vot", ".votable", ".xml"), "votable"),
    ".ecsv": "ascii.ecsv",
    ".csv": "csv",
    ".parquet": "parquet",
}
"""Name of the format by the end of a file's name."""

_UNIT = b"unit"


def read_catalogue_file(path: Path) -> pa.Table:
    """Read a catalogue.

    Parameters
    ----------
    path
        A table of FITS, VOTable, ECSV, CSV or Parquet, by the end of its name; the first
        three may also be compressed by gzip.

    Returns
    -------
    pa.Table
        One row an object, with units in the fields' metadata where the file has them.

    Raises
    ------
    ArchiveError
        If there is no such file, or it is none of these.
    """
    kind = catalogue_format(path)
    try:
        if kind == "parquet":
            return _plain(pq.read_table(path))
        if kind == "csv" and not _is_ecsv(path):
            return _plain(pyarrow.csv.read_csv(path))
        with warnings.catch_warnings():
            # Units and identifiers that break a standard are no reason not to join.
            warnings.simplefilter("ignore", AstropyWarning)
            kind = "ascii.ecsv" if kind == "csv" else kind
            return _arrow(Table.read(path, format=kind))
    except (OSError, ValueError, TypeError, KeyError, IndexError, pa.ArrowException) as why:
        raise ArchiveError(
            f"{path}: expected a readable catalogue ({kind}), got {why}. Check that the "
            "end of its name says what it is, and that it is whole."
        ) from why


def catalogue_format(path: Path) -> str:
    """Tell the format of a catalogue by the end of its name.

    Raises
    ------
    ArchiveError
        If there is no such file, or its name ends otherwise.
    """
    if not path.is_file():
        raise ArchiveError(
            f"{path}: expected a catalogue to join, got no such file. Correct the path."
        )
    ends = [end.lower() for end in path.suffixes if end.lower() != ".gz"]
    kind = _FORMATS.get(ends[-1] if ends else "")
    if kind is None:
        raise ArchiveError(
            f"{path}: expected a name that ends in {', '.join(_FORMATS)}, got "
            f"{path.name!r}. Rename it after what it is."
        )
    return kind


def unit_of(table: pa.Table, column: str) -> units.UnitBase | None:
    """Return the unit of a column; ``None`` where the file gives none that is known."""
    metadata = table.schema.field(column).metadata or {}
    text = metadata.get(_UNIT, b"").decode("utf-8")
    try:
        return units.Unit(text) if text else None
    except ValueError:
        return None


def column_named(table: pa.Table, names: Sequence[str]) -> str | None:
    """Return the first of ``names`` that is a column, whatever the case of its letters."""
    known = {name.lower(): name for name in reversed(table.column_names)}
    return next((known[name] for name in names if name in known), None)


def _is_ecsv(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(7) == b"# %ECSV"


def _plain(table: pa.Table) -> pa.Table:
    keep = [n for n, kind in enumerate(table.schema.types) if _is_plain(kind)]
    return table.select(keep)


def _is_plain(kind: pa.DataType) -> bool:
    plain = pa.types.is_boolean(kind) or pa.types.is_integer(kind)
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(plain or pa.types.is_floating(kind) or text)


def _arrow(table: Table) -> pa.Table:
    arrays, fields = [], []
    for column in table.itercols():
        if column.ndim == 1 and (array := _values(column)) is not None:
            unit = {_UNIT: str(column.unit)} if getattr(column, "unit", None) else None
            arrays.append(array)
            fields.append(pa.field(column.name, array.type, metadata=unit))
    return pa.table(arrays, schema=pa.schema(fields))


def _values(column: Column | MaskedColumn) -> pa.Array | None:
    values: Any = np.asarray(column)
    mask = np.asarray(getattr(column, "mask", np.zeros(len(values), bool)))
    if values.dtype.kind in "SU":
        text = values.astype("U") if values.dtype.kind == "U" else np.char.decode(values)
        return pa.array(np.char.strip(text), pa.string(), mask=mask)
    if values.dtype.kind == "O":
        known = [
            None if m or v is None else str(v) for v, m in zip(values, mask, strict=True)
        ]
        return pa.array(known, pa.string())
    if values.dtype.kind not in "biuf":
        return None
    native = values.astype(values.dtype.newbyteorder("="))
    if values.dtype.kind == "f":
        mask = mask | np.isnan(native)
    return pa.array(native, mask=mask)
