"""Spectra in Parquet files: one row a pixel, or lists."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from specoracle.errors import LoaderError
from specoracle.loaders.content import LARGEST
from specoracle.loaders.opened import Opened
from specoracle.loaders.tables.table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"PAR1"


def recognises(opened: Opened) -> bool:
    """Whether the bytes are those of a Parquet file."""
    return opened.content.startswith(_MAGIC)


def read(opened: Opened) -> Table:
    """Return the table.

    Raises
    ------
    LoaderError
        If it holds more numbers than a survey file may.
    """
    import pyarrow.parquet as pq  # heavy, and few files need it

    file = pq.ParquetFile(BytesIO(opened.content))
    about = file.metadata
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    values = sum(g.column(c).num_values for g in groups for c in range(g.num_columns))
    if 8 * values > LARGEST:
        raise LoaderError(
            f"expected at most {LARGEST // 8:,} numbers, got {values:,}. Split the file."
        )
    parsed = file.read(use_threads=False)
    columns = tuple(_column(place, field) for place, field in enumerate(parsed.schema))
    cards = {_text(k): _text(v) for k, v in (parsed.schema.metadata or {}).items()}
    return Table(
        columns=columns,
        values=lambda place: _values(parsed.column(place)),
        cards=cards,
    )


def _column(place: int, field: "pa.Field") -> Column:
    said = {_text(k).lower(): _text(v) for k, v in (field.metadata or {}).items()}
    return Column(
        place=place,
        name=field.name,
        unit=said.get("unit", ""),
        ucd=said.get("ucd", ""),
        utype=said.get("utype", ""),
        description=said.get("description", ""),
    )


def _values(column: "pa.ChunkedArray") -> Any:
    from pyarrow import types

    kind = column.type
    lists = (types.is_list, types.is_large_list, types.is_fixed_size_list)
    if any(is_one(kind) for is_one in lists):
        rows = np.empty(len(column), object)
        for place, row in enumerate(column):
            rows[place] = np.array(row.as_py() or [], np.float64)
        return rows
    return column.to_numpy()


def _text(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")
