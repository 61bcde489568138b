"""The catalogue: what the survey says of each spectrum, in one Parquet file a shard.

A file is written once, when its shard is packed, and says itself which shard it
describes; adding spectra to an archive leaves the files that are there alone.
`specoracle.archive.catalogue_reading` reads them.
"""

import json
from dataclasses import asdict
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from specoracle.archive.layout import Layout
from specoracle.archive.listing import Shard
from specoracle.archive.rows import open_rows, read_catalogue
from specoracle.durable import appearing

ROW = "row"
"""Name of the column of row numbers: inside its shard in a file, over all in a batch."""

ROWS_PER_GROUP = 16384
"""Rows read together; a few look-ups in a file then need not read all of it."""

_ABOUT = b"specoracle-shard"


def catalogue_path(layout: Layout, name: str) -> Path:
    """File that describes the shard ``name``."""
    return (layout.catalogue / name).with_suffix(".parquet")


def write_catalogue(layout: Layout, shard: Shard) -> None:
    """Describe a shard that has been packed, for good."""
    with open_rows(layout.shards / shard.name) as file:
        table = catalogue_table(file)
    rows = pa.array(np.arange(len(table), dtype=np.int32))
    about = json.dumps({**asdict(shard), "catalogue_crc32": None})
    table = table.append_column(ROW, rows).replace_schema_metadata({_ABOUT: about})
    content = pa.BufferOutputStream()
    pq.write_table(
        table,
        content,
        row_group_size=ROWS_PER_GROUP,
        # A dictionary only for what repeats: trying it on the rest takes most of the time.
        use_dictionary=[f.name for f in table.schema if _repeats(f)],
        column_encoding={ROW: "DELTA_BINARY_PACKED"},
    )
    with appearing(catalogue_path(layout, shard.name)) as partial:
        partial.write_bytes(content.getvalue())


def described_shard(layout: Layout, name: str) -> Shard | None:
    """Return the shard that a catalogue file describes; ``None`` without one."""
    try:
        with catalogue_path(layout, name).open("rb") as file:
            about = pq.ParquetFile(file).schema_arrow.metadata[_ABOUT]
        return Shard(**json.loads(about))
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return None


def catalogue_table(file: h5py.File) -> pa.Table:
    """Make the catalogue of an open shard; null where the survey says nothing."""
    identifiers = pa.array(file["identifier"][...].tolist(), pa.binary())
    columns: dict[str, pa.Array] = {"identifier": identifiers.cast(pa.string())}
    for name, values in read_catalogue(file).items():
        if isinstance(values, np.ndarray):
            columns[name] = pa.array(values, pa.float64(), from_pandas=True)
        else:
            columns[name] = pa.array([v or None for v in values], pa.string())
    columns["quality"] = pa.array(file["quality"][...])
    return pa.table(columns)


def _repeats(column: pa.Field) -> bool:
    return column.name == "quality" or (
        pa.types.is_string(column.type) and column.name != "identifier"
    )
