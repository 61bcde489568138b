"""Compare every file of an archive with its checksum."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from specoracle.archive.books import recovered_listing
from specoracle.archive.catalogue import catalogue_path, described_shard
from specoracle.archive.damage import damaged_identifiers
from specoracle.archive.joined import JOINED
from specoracle.archive.layout import Layout, exclusive, read_facts
from specoracle.archive.listing import (
    Listing,
    Shard,
    file_crc32,
    read_listing,
    recipe_crc32,
)
from specoracle.errors import ArchiveError

Progress = Callable[[int, int], None]

MEND = "Run 'specoracle archive verify --repair', which makes it anew."
MOVE = (
    "Run 'specoracle archive verify --repair', which moves it aside, then the same "
    "ingest, which reads its files anew."
)
JOIN = "Run the same 'specoracle archive join' or 'objects' again, which writes it anew."
RESTORE = "Restore it from a copy, or ingest the survey into a new archive."


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One file that is not as it should be.

    Attributes
    ----------
    file
        Its path in the archive; the folder says what it is.
    found
        What is wrong with it.
    identifiers
        Spectra known to be damaged with it.
    mended
        Whether it is right again.
    advice
        What to do now; empty when it is mended.
    """

    file: str
    found: str
    identifiers: tuple[str, ...] = ()
    mended: bool = False
    advice: str = MEND


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verification found.

    Attributes
    ----------
    listing
        What the archive should hold.
    n_files
        Files compared.
    damages
        Files that are not, or were not, as they should be.
    """

    listing: Listing
    n_files: int
    damages: tuple[Damage, ...]

    @property
    def well(self) -> bool:
        """Whether all is well, or mended."""
        return all(damage.mended for damage in self.damages)


def verify_archive(folder: Path, progress: Progress | None = None) -> Verified:
    """Compare every file of an archive with its checksum, and change nothing.

    Parameters
    ----------
    folder
        The archive.
    progress
        Called with files done and files to do.

    Raises
    ------
    ArchiveError
        If there is no archive, or one of another version.
    BusyError
        If it seems damaged while an ingest is running, which may be closing its books.
    """
    layout = Layout(Path(folder).resolve())
    verified = compare(layout, progress)
    if verified.damages:
        with suppress(OSError), exclusive(layout):
            pass
    return verified


def compare(layout: Layout, progress: Progress | None = None) -> Verified:
    """Compare the files as they are; exact while the archive's lock is held."""
    read_facts(layout)
    listing, damages = _listed(layout)
    checks = list(_checks(layout, listing))
    for number, check in enumerate(checks, start=1):
        damages.extend(check())
        if progress is not None:
            progress(number, len(checks))
    return Verified(listing=listing, n_files=len(checks) + 1, damages=tuple(damages))


def _listed(layout: Layout) -> tuple[Listing, list[Damage]]:
    """Read the list of shards, or what can be known without it."""
    try:
        listing, found = read_listing(layout), "no such file"
    except ArchiveError as reason:
        listing, found = Listing(), str(reason.__cause__)
    if listing.shards:
        return listing, []
    listing = recovered_listing(layout)
    damage = Damage(file="index/shards.json", found=found)
    return listing, [damage] if listing.shards else []


def _checks(layout: Layout, listing: Listing) -> Iterator[Callable[[], Iterator[Damage]]]:
    for shard in (*listing.shards, *_unlisted(layout, listing)):
        yield partial(_check_shard, layout, shard)
    for shard in listing.shards:
        yield partial(_check_catalogue, layout, shard)
    for name, crc in listing.files.items():
        yield partial(_check_file, layout, name, crc)
    yield partial(_check_recipe, layout, listing)


def _unlisted(layout: Layout, listing: Listing) -> Iterator[Shard]:
    """Shards that were packed by an ingest that has not ended."""
    listed = {shard.name for shard in listing.shards}
    for path in sorted(layout.shards.glob("[!.]*.h5")):
        described = described_shard(layout, path.name)
        if path.name not in listed and described is not None:
            yield described


def _check_shard(layout: Layout, shard: Shard) -> Iterator[Damage]:
    if found := _difference(layout.shards / shard.name, shard.crc32):
        damaged = tuple(damaged_identifiers(layout, shard))
        file = f"shards/{shard.name}"
        yield Damage(file=file, found=found, identifiers=damaged, advice=MOVE)


def _check_catalogue(layout: Layout, shard: Shard) -> Iterator[Damage]:
    path = catalogue_path(layout, shard.name)
    if path.exists() and shard.catalogue_crc32 is None:
        return  # to be made anew, as is known already
    if found := _difference(path, shard.catalogue_crc32):
        yield Damage(file=f"catalogue/{path.name}", found=found)


def _check_file(layout: Layout, name: str, crc: int) -> Iterator[Damage]:
    if found := _difference(layout.folder / name, crc):
        advice = RESTORE if name.startswith("plan/") else MEND
        advice = JOIN if name.startswith(JOINED) else advice
        yield Damage(file=name, found=found, advice=advice)


def _check_recipe(layout: Layout, listing: Listing) -> Iterator[Damage]:
    if listing.recipe_crc32 not in {None, recipe_crc32(layout)}:
        found = "another recipe than the spectra were prepared by"
        yield Damage(file="archive.json", found=found, advice=RESTORE)


def _difference(path: Path, crc: int | None) -> str:
    """Say how a file differs from what it should be; nothing when it does not."""
    found = file_crc32(path)
    if found is None:
        return "a file that cannot be read" if path.exists() else "no such file"
    if crc is None:
        return "no checksum to compare it with"
    return "" if found == crc else f"CRC-32 {found:08x} instead of {crc:08x}"
