"""Bring an archive of an older version forward, one version at a time.

Every step can be broken off and begun again: ``archive.json`` gets its new version last.
"""

import json
from collections.abc import Callable
from dataclasses import replace

from specoracle.archive.books import close_books
from specoracle.archive.catalogue import catalogue_path, write_catalogue
from specoracle.archive.layout import VERSION, Layout, exclusive, read_record
from specoracle.archive.listing import (
    Shard,
    file_crc32,
    listing_path,
    read_listing,
    record_crc32,
    write_listing,
)
from specoracle.durable import sweep, write_text
from specoracle.errors import ArchiveError
from specoracle.recipes.recipe import Recipe


def migrate(layout: Layout) -> int:
    """Bring an archive to the present version; nothing happens where there is none.

    Parameters
    ----------
    layout
        The archive; its lock is taken when there is something to do.

    Returns
    -------
    int
        The version it had.

    Raises
    ------
    ArchiveError
        If a newer version made it, or a listed shard is missing or unreadable.
    BusyError
        If somebody else is writing to it.
    """
    if not layout.facts.exists() or read_record(layout)["version"] == VERSION:
        return VERSION
    with exclusive(layout):
        for folder in layout.folders:
            sweep(folder)
        had = int(read_record(layout)["version"])
        for version in range(had, VERSION):
            _STEPS[version](layout)
            record = read_record(layout) | {"version": version + 1}
            write_text(layout.facts, json.dumps(record, indent=2) + "\n")
    return had


def _split_catalogue(layout: Layout) -> None:
    """1 to 2: one catalogue file a shard, and checksums of every file."""
    if listing_path(layout).exists():
        close_books(layout, _listed(layout))
    (layout.folder / "catalogue.parquet").unlink(missing_ok=True)


def _widen_catalogue(layout: Layout) -> None:
    """2 to 3: what shards have no column for is missing in the catalogue, not absent.

    The headers are not read again: what older shards say of the time of observation is
    DATE-OBS as it stands there.
    """
    if not listing_path(layout).exists():
        return
    listing = read_listing(layout)
    there = {path.name for path in layout.shards.glob("*.h5")}
    shards = [
        replace(shard, catalogue_crc32=None) if shard.name in there else shard
        for shard in listing.shards
    ]
    write_listing(layout, replace(listing, shards=tuple(shards)))
    widened = (_described(layout, s) if s.name in there else s for s in shards)
    write_listing(layout, replace(listing, shards=tuple(widened)))


def _name_steps(layout: Layout) -> None:
    """3 to 4: the recipe is a list of steps."""
    record = read_record(layout)
    before = record_crc32(record["recipe"])
    record["recipe"] = Recipe.from_record(record["recipe"]).record()
    if listing_path(layout).exists():
        listing = read_listing(layout)
        # One that was changed by hand must still be found out.
        if listing.recipe_crc32 == before:
            crc = record_crc32(record["recipe"])
            write_listing(layout, replace(listing, recipe_crc32=crc))
    write_text(layout.facts, json.dumps(record, indent=2) + "\n")


def _described(layout: Layout, shard: Shard) -> Shard:
    write_catalogue(layout, shard)
    crc = file_crc32(catalogue_path(layout, shard.name))
    return replace(shard, catalogue_crc32=crc)


def _listed(layout: Layout) -> list[str]:
    path = listing_path(layout)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(record, dict):  # closed before a kill
            return [shard.name for shard in read_listing(layout).shards]
        return [entry["name"] for entry in record]
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise ArchiveError(
            f"{path}: expected a readable list of shards, got {reason}. Delete the file "
            "and run the same ingest again, which makes it anew from the shards."
        ) from reason


_STEPS: dict[int, Callable[[Layout], None]] = {
    1: _split_catalogue,
    2: _widen_catalogue,
    3: _name_steps,
}
