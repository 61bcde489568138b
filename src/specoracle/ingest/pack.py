"""Pack the parts of a group into one shard, and close the archive's books.

Packing is re-entrant: a shard that exists is not made again, parts are deleted only
after their shard stands, and a group is packed only when all before it are, so that of
two spectra with one identifier the same is kept in every run.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from specoracle.archive import books
from specoracle.archive.index import hash_identifiers, shard_hashes
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import Layout, read_facts
from specoracle.archive.parts import read_part
from specoracle.archive.rows import (
    Refused,
    Rows,
    concatenate,
    open_rows,
    take,
    write_rows,
)
from specoracle.ingest.plan import Group
from specoracle.ingest.task import part_path


def shard_path(layout: Layout, group: Group) -> Path:
    """File that a group is packed into."""
    return layout.shards / f"{group.name}.h5"


def pack(layout: Layout, group: Group, seen: KnownIdentifiers) -> None:
    """Pack one group; identifiers in ``seen`` are refused, and new ones added to it.

    Parameters
    ----------
    layout
        The archive.
    group
        The parts to pack, in order.
    seen
        Identifiers of all shards before this one.
    """
    shard = shard_path(layout, group)
    parts = [part_path(layout, part.name) for part in group.parts]
    if not shard.exists():
        rows = concatenate(read_part(part) for part in parts)
        write_rows(shard, _without_repeats(rows, seen, read_facts(layout).roots))
    elif seen.covers(shard.name) and not any(part.exists() for part in parts):
        return
    if any(part.exists() for part in parts):
        books.describe_packed(layout, shard.name)
    if not seen.covers(shard.name):
        with open_rows(shard) as file:
            seen.add(shard_hashes(file))
    for part in parts:
        part.unlink(missing_ok=True)


def close_books(layout: Layout, groups: Sequence[Group]) -> None:
    """Write catalogue, list of refused files and index from the shards there are."""
    books.close_books(layout, [shard_path(layout, group).name for group in groups])


def _without_repeats(rows: Rows, seen: KnownIdentifiers, roots: dict[str, str]) -> Rows:
    hashes = hash_identifiers(rows.identifier)
    repeated = seen.holds(hashes)
    first = np.zeros_like(repeated)
    first[np.unique(hashes, return_index=True)[1]] = True
    repeated |= ~first
    if not repeated.any():
        return rows
    refused = [_repeat(rows, number, roots) for number in np.flatnonzero(repeated).tolist()]
    return take(rows, np.flatnonzero(~repeated), refused)


def _repeat(rows: Rows, number: int, roots: dict[str, str]) -> Refused:
    return Refused(
        path=str(Path(roots[rows.root[number]]) / rows.path[number]),
        reason=f"{rows.identifier[number]}: expected an identifier that is new to the "
        "archive, got one that another file brought before. Remove one of the two.",
        exception="Duplicate",
    )
