"""Read the catalogue: the survey's columns, and beside them those that were joined.

Only the files, the columns and the groups of rows that are asked for are read.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from specoracle.archive.catalogue import ROW, catalogue_path
from specoracle.archive.joined import JOINED, describes
from specoracle.archive.layout import Layout
from specoracle.archive.listing import Shard
from specoracle.errors import ArchiveError


class Catalogue:
    """The catalogue files of some shards, read as one table.

    Parameters
    ----------
    layout
        The archive.
    shards
        Whose rows to read, in order.
    joined
        Files of joined columns, by join and by the name of the shard.
    """

    def __init__(
        self,
        layout: Layout,
        shards: Sequence[Shard],
        joined: Mapping[str, Mapping[str, Path]] | None = None,
    ) -> None:
        self._shards = tuple(shards)
        self._paths = [catalogue_path(layout, shard.name) for shard in shards]
        counts = [0, *(shard.n_spectra for shard in shards)]
        self._starts = np.cumsum(counts, dtype=np.int64)
        self._layout = layout
        self._joined = joined or {}

    @property
    def columns(self) -> list[str]:
        """Names of the columns, those that were joined last."""
        return [name for name in self.schema.names if name != ROW]

    @property
    def joins(self) -> dict[str, list[str]]:
        """Columns of each join."""
        return {join: list(schema.names) for join, schema in self._fields.items()}

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types of the columns, the row number among them."""
        fields = [field for schema in self._fields.values() for field in schema]
        return pa.schema([*self._survey, *fields])

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read all rows, in order."""
        names = self._known(columns)
        return pa.concat_tables(
            self._read(number, names) for number in range(len(self._paths))
        )

    def take(
        self, rows: npt.NDArray[np.int64], columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the given rows, in the order given."""
        names = self._known(columns)
        unique, inverse = np.unique(rows, return_inverse=True)
        numbers = np.searchsorted(self._starts, unique, side="right") - 1
        parts = [self.schema.empty_table().select(names)]
        for number in np.unique(numbers).tolist():
            wanted = unique[numbers == number] - self._starts[number]
            first, last = int(wanted[0]), int(wanted[-1])
            between = (pc.field(ROW) >= first) & (pc.field(ROW) <= last)
            parts.append(self._read(number, names, between).take(wanted - first))
        return pa.concat_tables(parts).take(inverse)

    def batches(
        self,
        columns: Sequence[str] | None = None,
        where: pc.Expression | None = None,
    ) -> Iterator[pa.Table]:
        """Stream shard by shard the rows that fit ``where``, with their row numbers."""
        names = [*self._known(columns), ROW]
        needed = self._needed(where)
        for number, start in enumerate(self._starts[:-1].tolist()):
            table = self._filtered(number, names, where, needed)
            rows = pc.add(pc.cast(table[ROW], pa.int64()), start)
            yield table.set_column(len(names) - 1, ROW, rows)

    @cached_property
    def _survey(self) -> pa.Schema:
        # Of the last file: columns are added by newer versions, and never taken away.
        if not self._paths:
            raise _unreadable(self._layout, self._layout.catalogue, "none yet")
        return self._physical(self._paths[-1]).remove_metadata()

    @cached_property
    def _fields(self) -> dict[str, pa.Schema]:
        """Columns of each join, as any of its files has them."""
        firsts = {join: next(iter(files.values())) for join, files in self._joined.items()}
        schemas = {join: self._physical(path) for join, path in firsts.items()}
        return {
            join: pa.schema([field for field in schema if field.name != ROW])
            for join, schema in schemas.items()
        }

    def _known(self, columns: Sequence[str] | None) -> list[str]:
        names = self.columns if columns is None else list(columns)
        if unknown := sorted(set(names) - set(self.columns)):
            raise ArchiveError(
                f"{self._layout.catalogue}: expected columns out of "
                f"{', '.join(self.columns)}, got {', '.join(unknown)}. Choose among them."
            )
        return names

    def _needed(self, where: pc.Expression | None) -> list[str]:
        """Joined columns that ``where`` asks for: without them it does not bind."""
        if where is None or not self._joined:
            return []
        empty = self.schema.empty_table()
        survey = set(self._survey.names)
        joined = [name for name in self.columns if name not in survey]
        return [n for n in joined if not _binds(empty.drop_columns(n), where)]

    def _filtered(
        self,
        number: int,
        names: list[str],
        where: pc.Expression | None,
        needed: list[str],
    ) -> pa.Table:
        survey = set(self._survey.names)
        if not needed and survey.issuperset(names):
            return self._scan(self._paths[number], self._survey, names, where)
        read = list(
            dict.fromkeys([*names, *needed, *(survey if where is not None else [])])
        )
        table = self._read(number, read)
        return table.select(names) if where is None else table.filter(where).select(names)

    def _read(
        self, number: int, names: list[str], between: pc.Expression | None = None
    ) -> pa.Table:
        """Read columns of any origin; ``between`` asks for nothing but the row number."""
        survey = [name for name in names if name in self._survey.names]
        first = list(dict.fromkeys([*survey, ROW]))
        table = self._scan(self._paths[number], self._survey, first, between)
        for join, schema in self._fields.items():
            if wanted := [name for name in schema.names if name in set(names)]:
                beside = self._beside(number, join, schema, wanted, between, len(table))
                for name in wanted:
                    table = table.append_column(schema.field(name), beside[name])
        return table.select(names)

    def _beside(
        self,
        number: int,
        join: str,
        schema: pa.Schema,
        names: list[str],
        between: pc.Expression | None,
        n: int,
    ) -> pa.Table:
        """Read columns of one join; null for a shard that it did not see."""
        path = self._joined[join].get(self._shards[number].name)
        if path is None or not describes(self._physical(path), self._shards[number]):
            nulls = [pa.nulls(n, schema.field(name).type) for name in names]
            return pa.table(nulls, names=names)
        return self._scan(path, schema.append(self._survey.field(ROW)), names, between)

    def _physical(self, path: Path) -> pa.Schema:
        with _reading(self._layout, path):
            schema = self._fragment(path).physical_schema
            _ = schema.names  # fails here where damage has made them no text
            return schema

    def _scan(
        self,
        path: Path,
        schema: pa.Schema,
        names: list[str],
        where: pc.Expression | None = None,
    ) -> pa.Table:
        with _reading(self._layout, path):
            fragment = self._fragment(path)
            return fragment.to_table(schema=schema, columns=names, filter=where)

    def _fragment(self, path: Path) -> ds.Fragment:
        # As bytes, since a path need not be UTF-8. Arrow's own map: its threads may let go
        # of the buffer when there is no Python any more.
        with pa.memory_map(os.fsencode(path)) as file:
            return ds.ParquetFileFormat().make_fragment(file.read_buffer())


def _binds(empty: pa.Table, where: pc.Expression) -> bool:
    try:
        empty.filter(where)
    except pa.ArrowInvalid:
        return False
    return True


@contextmanager
def _reading(layout: Layout, path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as reason:
        if JOINED in path.as_posix():
            raise ArchiveError(
                f"{path}: expected a readable file of joined columns, got {reason}. Run "
                "'specoracle archive join' again, which writes it anew; an archive that "
                "was opened before is to be opened again."
            ) from reason
        raise _unreadable(layout, path, reason) from reason


def _unreadable(layout: Layout, path: Path, reason: object) -> ArchiveError:
    return ArchiveError(
        f"{path}: expected a readable catalogue, got {reason}. Run 'specoracle archive "
        f"verify --repair {layout.folder}', which makes it anew from the shards."
    )
