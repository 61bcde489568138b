"""What one task wrote: rows that wait to be packed into a shard.

Parts live for minutes and are written by the thousand. They are Arrow files, because
HDF5 takes as long to make thirty columns of 256 rows as these took to read.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from specoracle.archive.rows import ARRAYS, LABELS, Columns, Refused, Rows, decode, encode
from specoracle.durable import appearing
from specoracle.errors import ArchiveError
from specoracle.spectra.observation import NUMBERS, TEXTS

_REFUSED = b"refused"
_SURVEY = "catalogue/"


def write_part(path: Path, rows: Rows) -> None:
    """Write a part; it appears whole or not at all."""
    refused = json.dumps([asdict(entry) for entry in rows.refused]).encode("ascii")
    batch = pa.record_batch(dict(_columns(rows)), metadata={_REFUSED: refused})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with appearing(path) as partial:
        partial.write_bytes(sink.getvalue())


def read_part(path: Path) -> Rows:
    """Read a part into memory.

    Raises
    ------
    ArchiveError
        If it is missing or damaged.
    """
    try:
        with pa.OSFile(str(path)) as source:
            batch = pa.ipc.open_file(source).get_batch(0)
    except (OSError, pa.ArrowInvalid) as reason:
        raise ArchiveError(
            f"{path}: expected a readable part, got {reason}. Delete it and run the same "
            "ingest again: its files are read once more."
        ) from reason
    columns: Columns = {name: _array(batch[name]) for name in ARRAYS}
    columns |= {name: decode(batch[name].to_pylist()) for name in LABELS}
    refused = json.loads(batch.schema.metadata[_REFUSED])
    survey = _survey(batch)
    return Rows(**columns, catalogue=survey, refused=[Refused(**each) for each in refused])


def _survey(batch: pa.RecordBatch) -> Columns:
    """Read the catalogue; a part that an older version left has not all columns."""
    known, n = set(batch.schema.names), len(batch)
    numbers: Columns = {
        name: _array(batch[_SURVEY + name])
        if _SURVEY + name in known
        else np.full(n, np.nan)
        for name in NUMBERS
    }
    return numbers | {
        name: decode(batch[_SURVEY + name].to_pylist())
        if _SURVEY + name in known
        else [""] * n
        for name in TEXTS
    }


def _columns(rows: Rows) -> Iterator[tuple[str, pa.Array]]:
    for name, dtype in ARRAYS.items():
        yield name, _arrow(np.asarray(getattr(rows, name), dtype))
    for name in LABELS:
        yield name, pa.array(encode(getattr(rows, name)), pa.binary())
    for name in NUMBERS:
        yield _SURVEY + name, _arrow(np.asarray(rows.catalogue[name], "<f8"))
    for name in TEXTS:
        yield _SURVEY + name, pa.array(encode(rows.catalogue[name]), pa.binary())


def _arrow(values: npt.NDArray[Any]) -> pa.Array:
    if values.ndim == 1:
        return pa.array(values)
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def _array(column: pa.Array) -> npt.NDArray[Any]:
    if not pa.types.is_fixed_size_list(column.type):
        return column.to_numpy(zero_copy_only=False)
    return column.flatten().to_numpy().reshape(len(column), column.type.list_size)
