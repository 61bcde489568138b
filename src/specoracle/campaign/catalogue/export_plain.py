"""CSV, and Parquet with units and UCDs in the metadata of its columns."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from astropy.table import Column, Table

from specoracle.campaign.catalogue.columns import about
from specoracle.campaign.catalogue.escaped_text import guarded, unguarded
from specoracle.campaign.catalogue.table import described, plain_array

_ABOUT = b"specoracle-candidates"


def write_csv(path: Path, table: Table) -> None:
    """Write CSV with names in the first line; missing values are empty."""
    columns = [_written(column) for column in table.itercols()]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.colnames)
        writer.writerows(zip(*columns, strict=True))


def read_csv(path: Path) -> Table:
    """Read what `write_csv` wrote; numbers of joined catalogues become numbers again."""
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    table = Table()
    for name, values in zip(names, columns, strict=True):
        table[name] = described(name, _read(name, list(values)))
    return table


def write_parquet(path: Path, table: Table) -> None:
    """Write Parquet."""
    arrays = [_arrow(column) for column in table.itercols()]
    fields = [
        pa.field(
            column.name,
            array.type,
            metadata={
                "unit": str(column.unit or ""),
                "ucd": column.meta.get("ucd", ""),
                "description": column.description or "",
            },
        )
        for column, array in zip(table.itercols(), arrays, strict=True)
    ]
    schema = pa.schema(fields, metadata={_ABOUT: json.dumps(dict(table.meta))})
    pq.write_table(pa.table(arrays, schema=schema), path)


def read_parquet(path: Path) -> Table:
    """Read what `write_parquet` wrote."""
    with path.open("rb") as file:
        found = pq.read_table(file)
    table = Table(meta=json.loads((found.schema.metadata or {}).get(_ABOUT, b"{}")))
    for name in found.column_names:
        column = found[name]
        if pa.types.is_boolean(column.type):
            table[name] = described(name, np.asarray(column.to_numpy(), bool))
            continue
        values = plain_array(column)
        if isinstance(values, np.ma.MaskedArray) and not values.mask.any():
            values = values.data
        table[name] = described(name, values)
    return table


def _written(column: Column) -> list[Any]:
    """Cells of a column; a missing number is ``None``."""
    values: list[Any] = column.tolist()
    return [guarded(value) for value in values] if column.dtype.kind == "U" else values


def _read(name: str, cells: list[str]) -> Any:
    kind = about(name).kind if about(name).ucd else _guessed(cells)
    if kind == "U":
        return np.array([unguarded(cell) for cell in cells], dtype=np.str_)
    if kind == "b":
        return np.array([cell == "True" for cell in cells], dtype=bool)
    if kind == "f":
        return np.array([float(cell or "nan") for cell in cells])
    missing = np.array([not cell for cell in cells], dtype=bool)
    values = np.array([int(cell or 0) for cell in cells], dtype=np.int64)
    return np.ma.MaskedArray(values, mask=missing) if missing.any() else values


def _guessed(cells: list[str]) -> str:
    """Tell what a joined column held: whole numbers, numbers, or text."""
    known = [cell for cell in cells if cell]
    for kind, convert in (("i", int), ("f", float)):
        try:
            for cell in known:
                convert(cell)
        except ValueError:
            continue
        return kind if known else "U"
    return "U"


def _arrow(column: Column) -> pa.Array:
    if column.dtype.kind == "U":
        texts = [t.encode("utf-8", "backslashreplace").decode() for t in column.tolist()]
        return pa.array(texts, pa.string())
    mask = np.asarray(getattr(column, "mask", np.zeros(len(column), bool)))
    values = np.asarray(np.ma.getdata(column.data))
    return pa.array(_native(values), mask=mask)


def _native(values: Any) -> Any:
    return values.astype(values.dtype.newbyteorder("="), copy=False)
