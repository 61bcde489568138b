"""The books of an archive: catalogue, refused files, index and list of shards.

All of them can be made from the shards alone. Where they are right already, only what
is new is written: the cost of adding files does not grow with the archive, but for the
index, which is merged.
"""

import csv
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from specoracle.archive.catalogue import (
    catalogue_path,
    described_shard,
    write_catalogue,
)
from specoracle.archive.damage import UNREADABLE, damaged_rows
from specoracle.archive.index import Hashes, index_path, shard_hashes, write_index
from specoracle.archive.joined import JOINED
from specoracle.archive.layout import Layout
from specoracle.archive.listing import (
    Listing,
    Shard,
    file_crc32,
    read_listing,
    recipe_crc32,
    write_listing,
)
from specoracle.archive.rows import Refused, open_rows, read_refused
from specoracle.durable import appearing
from specoracle.errors import ArchiveError


def close_books(layout: Layout, names: Sequence[str]) -> None:
    """Bring the books up to date; the list of shards last, as it makes rows visible.

    Parameters
    ----------
    layout
        The archive; its lock is held.
    names
        The shards it consists of, in row order.
    """
    before = _listing_so_far(layout)
    shards = tuple(_described(layout, name, before) for name in names)
    n_kept = _n_unchanged(shards, before)
    rejected, index = layout.rejected, index_path(layout)
    _write_refused(layout, shards, _n_right(layout, rejected, before, n_kept))
    _write_index(layout, shards, _n_right(layout, index, before, n_kept))
    kept = {n: crc for n, crc in before.files.items() if n.startswith(("plan/", JOINED))}
    listing = Listing(
        shards=shards,
        files=_checksums(layout, kept),
        recipe_crc32=_recipe(layout, before),
    )
    if listing != before:
        write_listing(layout, listing)


def describe_packed(layout: Layout, name: str) -> None:
    """Record the checksum of a shard that has just been packed, and its catalogue."""
    path = layout.shards / name
    with open_rows(path) as file:
        n_spectra = len(file["identifier"])
    shard = Shard(name, n_spectra, path.stat().st_size, file_crc32(path))
    write_catalogue(layout, shard)


def recovered_listing(layout: Layout) -> Listing:
    """List the shards that there are, or that the catalogue speaks of, in row order."""
    paths = [*layout.shards.glob("[!.]*.h5"), *layout.catalogue.glob("[!.]*.parquet")]
    stems = sorted({path.stem for path in paths}, key=_by_number)
    shards = (f"{stem}.h5" for stem in stems)
    return Listing(
        shards=tuple(described_shard(layout, n) or _first_seen(layout, n) for n in shards)
    )


def _by_number(stem: str) -> list[str | int]:
    """Sort key of a shard's name, in which 10000 comes after 9999."""
    return [int(t) if t.isdigit() else t for t in re.split(r"(\d+)", stem)]


def _listing_so_far(layout: Layout) -> Listing:
    try:
        return read_listing(layout)
    except ArchiveError:
        return Listing()


def _described(layout: Layout, name: str, before: Listing) -> Shard:
    """Return the shard's entry, describing it when nobody has."""
    listed = {shard.name: shard for shard in before.shards}.get(name)
    described = described_shard(layout, name)
    complete = listed is not None and listed.catalogue_crc32 is not None
    if listed and described and complete and listed.same_rows(described):
        return listed
    if described is None:
        described = listed or _first_seen(layout, name)
        write_catalogue(layout, described)
    checksum = file_crc32(catalogue_path(layout, name))
    return Shard(name, described.n_spectra, described.n_bytes, described.crc32, checksum)


def _first_seen(layout: Layout, name: str) -> Shard:
    """Describe a shard without a recorded checksum; it gets one if its rows are whole."""
    path = layout.shards / name
    try:
        with open_rows(path) as file:
            n_spectra, whole = len(file["identifier"]), not damaged_rows(file).any()
    except UNREADABLE:
        return Shard(name, 0)
    return Shard(name, n_spectra, path.stat().st_size, file_crc32(path) if whole else None)


def _n_unchanged(shards: Sequence[Shard], before: Listing) -> int:
    """Count the listed shards, when all of them are still there, and first."""
    kept = shards[: len(before.shards)]
    same = [new.same_rows(old) for new, old in zip(kept, before.shards, strict=False)]
    return len(same) if all(same) and len(same) == len(before.shards) else 0


def _n_right(layout: Layout, path: Path, before: Listing, n_kept: int) -> int:
    """Count the shards that a book is right for."""
    listed = before.files.get(path.relative_to(layout.folder).as_posix())
    return n_kept if listed is not None and file_crc32(path) == listed else 0


def _write_index(layout: Layout, shards: Sequence[Shard], n_right: int) -> None:
    if not 0 < n_right == len(shards):
        write_index(layout, _hashes(layout, shards[n_right:]), keep=n_right > 0)


def _hashes(layout: Layout, shards: Sequence[Shard]) -> Iterator[Hashes]:
    for shard in shards:
        with open_rows(layout.shards / shard.name) as file:
            yield shard_hashes(file)


def _write_refused(layout: Layout, shards: Sequence[Shard], n_right: int) -> None:
    """Write ``rejected.csv``: what it says is kept, and that of new shards added."""
    if 0 < n_right == len(shards):
        return
    with appearing(layout.rejected) as partial:
        if n_right:
            shutil.copyfile(layout.rejected, partial)
        else:
            partial.write_text("path,reason,exception\r\n", "utf-8", newline="")
        _append_refused(partial, _refused(layout, shards[n_right:]))


def _refused(layout: Layout, shards: Sequence[Shard]) -> Iterator[Refused]:
    for shard in shards:
        with open_rows(layout.shards / shard.name) as file:
            yield from read_refused(file)


def _append_refused(path: Path, refused: Iterator[Refused]) -> None:
    with path.open("a", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerows((entry.path, entry.reason, entry.exception) for entry in refused)


def _recipe(layout: Layout, before: Listing) -> int:
    known = before.recipe_crc32
    return recipe_crc32(layout) if known is None else known


def _checksums(layout: Layout, known: dict[str, int]) -> dict[str, int]:
    """CRC-32 of what is not a shard's; of plans and joins from when they were written."""
    plans = sorted(layout.plans.glob("[0-9]*.jsonl"))
    paths = [index_path(layout), layout.rejected, *plans]
    names = {path.relative_to(layout.folder).as_posix(): path for path in paths}
    found = {n: file_crc32(path) for n, path in names.items() if n not in known}
    new = {name: crc for name, crc in found.items() if crc is not None}
    return dict(sorted((known | new).items()))
