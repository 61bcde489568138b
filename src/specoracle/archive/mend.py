"""Mend what a verification found.

Catalogue, index, refused files and list of shards are made anew from the shards. What a
shard held can only be read again from the survey files: a damaged one is moved aside,
and the ingest that made it packs it again. Nothing but a copy brings back a plan.
"""

from dataclasses import replace
from pathlib import Path

from specoracle.archive.books import close_books
from specoracle.archive.catalogue import catalogue_path
from specoracle.archive.layout import Layout, exclusive
from specoracle.archive.listing import Shard, write_listing
from specoracle.archive.migrate import migrate
from specoracle.archive.verify import JOIN, RESTORE, Damage, Progress, Verified, compare

ASIDE = ".damaged"
"""What is appended to the name of a shard that is moved aside."""

INGEST = "Run the same ingest again, which reads its files anew."


def mend_archive(folder: Path, progress: Progress | None = None) -> Verified:
    """Compare every file with its checksum, mend the books, move damaged shards aside.

    Parameters
    ----------
    folder
        The archive, of this version or an older one, which is migrated first.
    progress
        Called with files done and files to do.

    Raises
    ------
    ArchiveError
        If there is no archive, or one of a newer version.
    BusyError
        If an ingest is running.
    """
    layout = Layout(Path(folder).resolve())
    migrate(layout)
    with exclusive(layout):
        verified = compare(layout, progress)
        damages = verified.damages
        for damage in damages:
            _clear(layout, damage)
        if not verified.listing.files:
            _clear_catalogue(layout, verified)
        lost = any(_holds_spectra(damage) for damage in damages)
        if lost:
            _leave_to_ingest(layout, verified)
        elif damages:
            close_books(layout, [shard.name for shard in verified.listing.shards])
    after = (_after(damage, lost=lost) for damage in damages)
    return replace(verified, damages=tuple(after))


def _clear(layout: Layout, damage: Damage) -> None:
    """Take out of the way what is to be made anew."""
    path = layout.folder / damage.file
    if path.exists() and _holds_spectra(damage):
        path.rename(path.with_name(path.name + ASIDE))
    elif damage.file.startswith("catalogue/") and damage.advice != JOIN:
        path.unlink(missing_ok=True)


def _clear_catalogue(layout: Layout, verified: Verified) -> None:
    """Take away the files that no checksum is known of, but those of lost shards."""
    for shard in verified.listing.shards:
        if (layout.shards / shard.name).exists():
            catalogue_path(layout, shard.name).unlink(missing_ok=True)


def _leave_to_ingest(layout: Layout, verified: Verified) -> None:
    """List the shards as they should be, for the ingest to bring back."""
    clean = (_without_stale(layout, shard) for shard in verified.listing.shards)
    write_listing(layout, replace(verified.listing, shards=tuple(clean)))


def _without_stale(layout: Layout, shard: Shard) -> Shard:
    """Forget the checksum of a catalogue file that the ingest will write again."""
    paths = layout.shards / shard.name, catalogue_path(layout, shard.name)
    whole = all(path.exists() for path in paths)
    return shard if whole else replace(shard, catalogue_crc32=None)


def _after(damage: Damage, *, lost: bool) -> Damage:
    if damage.advice in {RESTORE, JOIN}:
        return damage
    return replace(damage, mended=not lost, advice=INGEST if lost else "")


def _holds_spectra(damage: Damage) -> bool:
    return damage.file.startswith("shards/")
