"""Columns beside the catalogue that do not come from survey files, one file a shard.

They lie in ``catalogue/joined/NAME/`` under names that hold their checksum, so a join that
is made again never changes a file that somebody reads. Which of them count stands in the
list of shards. A shard that came later has none: its rows are missing in these columns
until the join is made again.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from specoracle.archive.layout import Layout
from specoracle.archive.listing import Listing, Shard, read_listing, write_listing
from specoracle.durable import appearing, sweep

JOINED = "catalogue/joined/"
"""Where these files lie, and what their names in the list of shards begin with."""

ROW = "row"
"""Name of the column of row numbers inside the shard."""

ROWS_PER_GROUP = 16384

_SHARD, _ABOUT = b"specoracle-shard", b"specoracle-join"

Files = dict[str, dict[str, Path]]
"""Path of the file of each shard, by join and by the name of the shard."""


def joined_files(layout: Layout, listing: Listing) -> Files:
    """Find the joined files that count."""
    found: Files = {}
    for name in listing.files:
        if name.startswith(JOINED):
            path = PurePosixPath(name)
            shard = f"{path.name.split('.')[0]}.h5"
            found.setdefault(path.parent.name, {})[shard] = layout.folder / path
    return found


def read_joined(path: Path) -> pq.ParquetFile:
    """Open a file of joined columns."""
    return pq.ParquetFile(path, memory_map=True)


def describes(schema: pa.Schema, shard: Shard) -> bool:
    """Tell whether a file was made for the shard as it is, and not before it was mended."""
    record = json.loads((schema.metadata or {}).get(_SHARD, b"null"))
    return record is not None and shard.same_rows(Shard(**record))


def about_join(schema: pa.Schema) -> dict[str, Any]:
    """Read what was joined, and how."""
    return dict(json.loads((schema.metadata or {}).get(_ABOUT, b"{}")))


def write_joined(
    layout: Layout,
    name: str,
    tables: Iterable[tuple[Shard, pa.Table]],
    about: Mapping[str, Any],
) -> None:
    """Put columns beside the catalogue, in place of those of the same name.

    Parameters
    ----------
    layout
        The archive; its lock is held.
    name
        Of the join.
    tables
        A shard and its columns, one row a spectrum, in the order of its rows.
    about
        What was joined, and how: kept in the files.
    """
    folder = layout.folder / JOINED / name
    sweep(folder)
    new: dict[str, int] = {}
    for shard, table in tables:
        content = _file(shard, table, about)
        crc = zlib.crc32(content)
        path = folder / f"{Path(shard.name).stem}.{crc:08x}.parquet"
        with appearing(path) as partial:
            partial.write_bytes(content)
        new[path.relative_to(layout.folder).as_posix()] = crc
    listing = read_listing(layout)
    before = set(_of(listing, name))
    files = {n: crc for n, crc in listing.files.items() if n not in before}
    write_listing(layout, replace(listing, files=dict(sorted((files | new).items()))))
    # Of the join before this one, which somebody may have open, the files stay.
    _forget(layout, folder, before | new.keys())


def remove_joined(layout: Layout, name: str) -> bool:
    """Take away the columns of a join; tells whether there were any."""
    listing = read_listing(layout)
    gone = set(_of(listing, name))
    files = {n: crc for n, crc in listing.files.items() if n not in gone}
    if gone:
        write_listing(layout, replace(listing, files=files))
        _forget(layout, layout.folder / JOINED / name, set())
    return bool(gone)


def _of(listing: Listing, name: str) -> Iterator[str]:
    return (each for each in listing.files if each.startswith(f"{JOINED}{name}/"))


def _file(shard: Shard, table: pa.Table, about: Mapping[str, Any]) -> Any:
    rows = pa.array(np.arange(len(table), dtype=np.int32))
    described = {**asdict(shard), "catalogue_crc32": None}
    table = table.append_column(ROW, rows).replace_schema_metadata(
        {_SHARD: json.dumps(described), _ABOUT: json.dumps(dict(about))}
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=ROWS_PER_GROUP)
    return sink.getvalue()


def _forget(layout: Layout, folder: Path, keep: set[str]) -> None:
    for path in folder.glob("[!.]*.parquet"):
        if path.relative_to(layout.folder).as_posix() not in keep:
            path.unlink()
