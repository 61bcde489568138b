"""Join somebody's catalogue to an archive: one more set of columns beside the catalogue.

Shards and catalogue stay as they are. A join of the same name replaces the one there was.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from specoracle.archive.archive import Archive
from specoracle.archive.catalogue_file import read_catalogue_file
from specoracle.archive.crossmatch import Matches
from specoracle.archive.join_key import Key, key_for
from specoracle.archive.joined import remove_joined, write_joined
from specoracle.archive.layout import Layout, exclusive
from specoracle.archive.listing import Shard, file_crc32
from specoracle.errors import ArchiveError

Progress = Callable[[int, int], None]

RADIUS = 3.0
"""Usual radius [arcsec]: fibres of LAMOST are 3.3 across, those of SDSS 3 and 2."""

OBJECT = "object"
"""Name of the join that `specoracle.archive.objects` makes."""

SEPARATION = "separation"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCount:
    """What a join found.

    Attributes
    ----------
    name
        Of the join: what its columns begin with.
    on
        By what it was joined.
    columns
        Names of the columns in the archive's catalogue.
    n_spectra, n_matched
        Spectra of the archive, and those with an object in the file.
    n_objects, n_used
        Rows of the file, and those that some spectrum is of.
    """

    name: str
    on: str
    columns: tuple[str, ...]
    n_spectra: int
    n_matched: int
    n_objects: int
    n_used: int


def join_catalogue(
    folder: Path,
    file: Path,
    *,
    on: str | None = None,
    key: str | None = None,
    radius: float = RADIUS,
    columns: Sequence[str] | None = None,
    prefix: str | None = None,
    progress: Progress | None = None,
) -> JoinCount:
    """Join the catalogue in ``file`` to the archive in ``folder``.

    Parameters
    ----------
    folder
        The archive.
    file
        FITS, VOTable, ECSV, CSV or Parquet.
    on
        ``"position"``, or a text column of the archive's catalogue, such as
        ``"identifier"`` or ``"target"``. Left out: by identifier where the file has the
        survey's keys, else by position.
    key
        Column of the file that holds the key; of the same name when left out.
    radius
        Farthest a match by position may be [arcsec]; the nearest counts.
    columns
        Of the file; all when left out.
    prefix
        What the columns begin with in the archive; the file's name when left out.
    progress
        Called with spectra done and spectra to do.

    Raises
    ------
    ArchiveError
        If the file or a column is missing, a key repeats, a name is taken, or no spectrum
        has an object in the file; then the archive is as before.
    BusyError
        If somebody else is writing to the archive.
    """
    layout = Layout(Path(folder).resolve())
    name = _name(prefix, file)
    table = read_catalogue_file(file)
    found = key_for(table, file, on=on, key=key, radius=radius)
    chosen = _chosen(table, file, columns)
    with exclusive(layout), closing(Archive(layout.folder)) as archive:
        fields = _fields(archive, name, chosen, separated=found.on == "position")
        shards = list(_matched(archive, found, progress or (lambda *_: None)))
        count = _count(name, found, fields, [m for _, m in shards], len(table))
        if not count.n_matched:
            raise _none_matched(file, found, count, radius)
        about = {
            **asdict(count),
            "file": file.name,
            "crc32": file_crc32(file),
            "radius": radius if found.on == "position" else None,
            "utc": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        pieces = ((shard, _piece(chosen, match, fields)) for shard, match in shards)
        write_joined(layout, name, pieces, about)
    return count


def drop_join(folder: Path, name: str) -> None:
    """Take the columns of a join out of an archive.

    Raises
    ------
    ArchiveError
        If there is no join of that name.
    BusyError
        If somebody else is writing to the archive.
    """
    layout = Layout(Path(folder).resolve())
    with exclusive(layout):
        if not remove_joined(layout, name):
            known = ", ".join(Archive(layout.folder).joins) or "none yet"
            raise ArchiveError(
                f"{folder}: expected the name of one of its joins ({known}), got {name!r}. "
                "Choose among them."
            )


def _name(prefix: str | None, file: Path) -> str:
    made = re.sub(r"\W", "_", file.name.split(".")[0], flags=re.ASCII)
    name = made if prefix is None else prefix
    if not _NAME.fullmatch(name) or name == OBJECT:
        raise ArchiveError(
            f"Prefix: expected a letter and then letters, digits and underscores, at most "
            f"32 and not {OBJECT!r}, got {name!r}. Choose one with --prefix."
        )
    return name


def _chosen(table: pa.Table, file: Path, columns: Sequence[str] | None) -> pa.Table:
    names = table.column_names if columns is None else list(columns)
    if unknown := sorted(set(names) - set(table.column_names)):
        raise ArchiveError(
            f"{file}: expected columns out of {', '.join(table.column_names)}, got "
            f"{', '.join(unknown)}. Columns of arrays cannot be joined."
        )
    return table.select(names)


def _fields(
    archive: Archive, name: str, table: pa.Table, *, separated: bool
) -> dict[str, str | None]:
    """Columns of the archive, and what each is called in the file."""
    named: list[tuple[str, str | None]] = [
        (f"{name}_{re.sub(r'[^0-9A-Za-z_]', '_', column)}", column)
        for column in table.column_names
    ]
    named += [(f"{name}_{SEPARATION}", None)] if separated else []
    fields = dict(named)
    taken = set(archive.catalogue_columns) - set(archive.joins.get(name, ()))
    names = [column for column, _ in named]
    if clashes := sorted({n for n in names if names.count(n) > 1} | taken & set(names)):
        raise ArchiveError(
            f"Columns of {name}: expected names that are new to the archive's catalogue, "
            f"got {', '.join(clashes)}. Choose another --prefix, or fewer --columns."
        )
    return fields


def _matched(
    archive: Archive, key: Key, progress: Progress
) -> Iterator[tuple[Shard, Matches]]:
    done = 0
    batches = archive.catalogue_batches(key.columns)
    for shard, batch in zip(archive.shards, batches, strict=True):
        yield shard, key.match(batch)
        done += len(batch)
        progress(done, len(archive))


def _count(
    name: str,
    key: Key,
    fields: dict[str, str | None],
    matches: Sequence[Matches],
    n_objects: int,
) -> JoinCount:
    rows = np.concatenate([np.zeros(0, np.int64), *(match.rows for match in matches)])
    return JoinCount(
        name=name,
        on=key.on,
        columns=tuple(fields),
        n_spectra=len(rows),
        n_matched=int((rows >= 0).sum()),
        n_objects=n_objects,
        n_used=len(np.unique(rows[rows >= 0])),
    )


def _piece(table: pa.Table, match: Matches, fields: dict[str, str | None]) -> pa.Table:
    """Columns of one shard; null where there is no match."""
    rows = pa.array(match.rows, mask=match.rows < 0)
    arrays = [
        pa.array(match.separation, from_pandas=True)
        if source is None
        else table[source].take(rows)
        for source in fields.values()
    ]
    return pa.table(arrays, names=list(fields))


def _none_matched(file: Path, key: Key, count: JoinCount, radius: float) -> ArchiveError:
    how = f"{key.on} within {radius:g} arcsec" if key.on == "position" else key.on
    return ArchiveError(
        f"{file}: expected some of its {count.n_objects:,} objects among the "
        f"{count.n_spectra:,} spectra of the archive by {how}, got none. Look at "
        f"{key.said}: are they what the archive has in {', '.join(key.columns)}?"
    )
