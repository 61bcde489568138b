"""The catalogue: what the survey says of each spectrum, in one Parquet file a shard.

A file is written once, when its shard is packed, and says itself which shard it
describes; adding spectra to an archive leaves the files that are there alone.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from specoracle.archive.layout import Layout
from specoracle.archive.listing import Shard
from specoracle.archive.rows import open_rows, read_catalogue
from specoracle.durable import appearing
from specoracle.errors import ArchiveError

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


class Catalogue:
    """The catalogue files of some shards, read as one table.

    Parameters
    ----------
    layout
        The archive.
    shards
        Whose rows to read, in order.
    """

    def __init__(self, layout: Layout, shards: Sequence[Shard]) -> None:
        self._paths = [catalogue_path(layout, shard.name) for shard in shards]
        counts = [0, *(shard.n_spectra for shard in shards)]
        self._starts = np.cumsum(counts, dtype=np.int64)
        self._layout = layout

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return [name for name in self._schema.names if name != ROW]

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read all rows, in order."""
        names = self._known(columns)
        return pa.concat_tables(
            self._scan(number, names) for number in range(len(self._paths))
        )

    def take(
        self, rows: npt.NDArray[np.int64], columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the given rows, in the order given."""
        names = self._known(columns)
        unique, inverse = np.unique(rows, return_inverse=True)
        numbers = np.searchsorted(self._starts, unique, side="right") - 1
        parts = [self._schema.empty_table().select(names)]
        for number in np.unique(numbers).tolist():
            wanted = unique[numbers == number] - self._starts[number]
            first, last = int(wanted[0]), int(wanted[-1])
            between = (pc.field(ROW) >= first) & (pc.field(ROW) <= last)
            parts.append(self._scan(number, names, between).take(wanted - first))
        return pa.concat_tables(parts).take(inverse)

    def batches(
        self,
        columns: Sequence[str] | None = None,
        where: pc.Expression | None = None,
    ) -> Iterator[pa.Table]:
        """Stream shard by shard the rows that fit ``where``, with their row numbers."""
        names = [*self._known(columns), ROW]
        for number, start in enumerate(self._starts[:-1].tolist()):
            table = self._scan(number, names, where)
            rows = pc.add(pc.cast(table[ROW], pa.int64()), start)
            yield table.set_column(len(names) - 1, ROW, rows)

    @cached_property
    def _schema(self) -> pa.Schema:
        # Of the last file: columns are added by newer versions, and never taken away.
        if not self._paths:
            raise _unreadable(self._layout, self._layout.catalogue, "none yet")
        path = self._paths[-1]
        with _reading(self._layout, path):
            schema = self._fragment(path).physical_schema.remove_metadata()
            _ = schema.names  # fails here where damage has made them no text
            return schema

    def _known(self, columns: Sequence[str] | None) -> list[str]:
        names = self.columns if columns is None else list(columns)
        if unknown := sorted(set(names) - set(self.columns)):
            raise ArchiveError(
                f"{self._layout.catalogue}: expected columns out of "
                f"{', '.join(self.columns)}, got {', '.join(unknown)}. Choose among them."
            )
        return names

    def _scan(
        self, number: int, names: list[str], where: pc.Expression | None = None
    ) -> pa.Table:
        path, schema = self._paths[number], self._schema
        with _reading(self._layout, path):
            fragment = self._fragment(path)
            return fragment.to_table(schema=schema, columns=names, filter=where)

    def _fragment(self, path: Path) -> ds.Fragment:
        # As bytes, since a path need not be UTF-8. Arrow's own map: its threads may let go
        # of the buffer when there is no Python any more.
        with pa.memory_map(os.fsencode(path)) as file:
            return ds.ParquetFileFormat().make_fragment(file.read_buffer())


@contextmanager
def _reading(layout: Layout, path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as reason:
        raise _unreadable(layout, path, reason) from reason


def _unreadable(layout: Layout, path: Path, reason: object) -> ArchiveError:
    return ArchiveError(
        f"{path}: expected a readable catalogue, got {reason}. Run 'specoracle archive "
        f"verify --repair {layout.folder}', which makes it anew from the shards."
    )
