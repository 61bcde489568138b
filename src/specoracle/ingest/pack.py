"""Pack the parts of a group into one shard, and close the archive's books.

Packing is re-entrant: a shard that exists is not made again, parts are deleted only
after their shard stands, and a group is packed only when all before it are, so that of
two spectra with one identifier the same is kept in every run.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from specoracle.archive.index import Hashes, Shard, hash_identifiers, write_index
from specoracle.archive.layout import Layout, read_facts
from specoracle.archive.rows import (
    Refused,
    Rows,
    concatenate,
    open_rows,
    read_catalogue,
    read_refused,
    read_rows,
    take,
    write_rows,
)
from specoracle.durable import appearing
from specoracle.ingest.plan import Group
from specoracle.ingest.task import part_path


def shard_path(layout: Layout, group: Group) -> Path:
    """File that a group is packed into."""
    return layout.shards / f"{group.name}.h5"


def pack(layout: Layout, group: Group, seen: set[int]) -> None:
    """Pack one group; identifiers in ``seen`` are refused, and new ones added to it.

    Parameters
    ----------
    layout
        The archive.
    group
        The parts to pack, in order.
    seen
        Hashes of the identifiers in all shards before this one.
    """
    shard = shard_path(layout, group)
    if not shard.exists():
        rows = concatenate(read_rows(part_path(layout, p.name)) for p in group.parts)
        roots = read_facts(layout).roots
        write_rows(shard, _without_repeats(rows, set(seen), roots))
    with open_rows(shard) as file:
        seen.update(_hashes(file).tolist())
    for part in group.parts:
        part_path(layout, part.name).unlink(missing_ok=True)


def close_books(layout: Layout, groups: Sequence[Group]) -> None:
    """Write catalogue, list of refused files and index from the shards there are."""
    shards: list[Shard] = []
    hashes: list[Hashes] = []
    tables: list[pa.Table] = []
    refused: list[Refused] = []
    for path in (shard_path(layout, group) for group in groups):
        with open_rows(path) as file:
            hashes.append(_hashes(file))
            tables.append(_table(file))
            refused.extend(read_refused(file))
        shards.append(Shard(path.name, len(hashes[-1])))
    with appearing(layout.catalogue) as partial:
        pq.write_table(pa.concat_tables(tables), partial)
    _write_refused(layout.rejected, refused)
    write_index(layout, shards, np.concatenate(hashes))


def _without_repeats(rows: Rows, seen: set[int], roots: dict[str, str]) -> Rows:
    keep, refused = [], []
    for number, value in enumerate(hash_identifiers(rows.identifier).tolist()):
        if value in seen:
            refused.append(_repeat(rows, number, roots))
        else:
            seen.add(value)
            keep.append(number)
    return take(rows, np.array(keep, dtype=np.intp), refused) if refused else rows


def _repeat(rows: Rows, number: int, roots: dict[str, str]) -> Refused:
    return Refused(
        path=str(Path(roots[rows.root[number]]) / rows.path[number]),
        reason=f"{rows.identifier[number]}: expected an identifier that is new to the "
        "archive, got one that another file brought before. Remove one of the two.",
        exception="Duplicate",
    )


def _hashes(file: h5py.File) -> Hashes:
    names = file["identifier"][...].tolist()
    return hash_identifiers(name.decode("utf-8") for name in names)


def _table(file: h5py.File) -> pa.Table:
    identifiers = [v.decode("utf-8") for v in file["identifier"][...].tolist()]
    columns: dict[str, pa.Array] = {"identifier": pa.array(identifiers, pa.string())}
    for name, values in read_catalogue(file).items():
        if isinstance(values, np.ndarray):
            columns[name] = pa.array(values, pa.float64(), from_pandas=True)
        else:
            columns[name] = pa.array([v or None for v in values], pa.string())
    columns["quality"] = pa.array(file["quality"][...])
    return pa.table(columns)


def _write_refused(path: Path, refused: Sequence[Refused]) -> None:
    with (
        appearing(path) as partial,
        partial.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(["path", "reason", "exception"])
        writer.writerows((entry.path, entry.reason, entry.exception) for entry in refused)
