"""Where an archive keeps what, and the facts it was made with.

``archive.json`` holds the recipe and the named folders that survey files came from; it
changes only when a folder is added. Everything else appears once and stays.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import filelock

from specoracle.durable import write_text
from specoracle.errors import ArchiveError, BusyError, RecipeError, SpectrumError
from specoracle.recipes.recipe import Recipe

VERSION = 4
"""Version of the archive's layout; newer ones are refused, older ones migrated."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths inside an archive folder."""

    folder: Path

    @property
    def facts(self) -> Path:
        """Recipe, roots and versions."""
        return self.folder / "archive.json"

    @property
    def plans(self) -> Path:
        """Which files go into which part."""
        return self.folder / "plan"

    @property
    def parts(self) -> Path:
        """What the tasks wrote, until packed."""
        return self.folder / "parts"

    @property
    def shards(self) -> Path:
        """Packed rows."""
        return self.folder / "shards"

    @property
    def index(self) -> Path:
        """Sorted identifier hashes with row numbers, and the list of shards."""
        return self.folder / "index"

    @property
    def catalogue(self) -> Path:
        """One row a spectrum, one file a shard."""
        return self.folder / "catalogue"

    @property
    def flags(self) -> Path:
        """What speaks against emission lines, one file a shard; made on demand."""
        return self.folder / "flags"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that files of the archive are written to."""
        inside = (self.plans, self.parts, self.shards, self.index, self.catalogue)
        return (self.folder, *inside, self.flags)

    @property
    def rejected(self) -> Path:
        """Every file that was not taken."""
        return self.folder / "rejected.csv"

    @property
    def lock(self) -> Path:
        """Held while files are being added."""
        return self.folder / "ingest.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """What is recorded of an archive when it is made.

    Attributes
    ----------
    recipe
        How every spectrum in it was prepared.
    roots
        Folders the survey files lie under, by name. Where files move, correct the path
        here and the raw spectra are found again.
    software
        Versions that made it.
    loader
        Name of the loader that was chosen, and the checksum of its file; empty where each
        file went to the first that recognised it. Nothing is ever run because of it.
    """

    recipe: Recipe
    roots: dict[str, str] = field(default_factory=dict)
    software: dict[str, str] = field(default_factory=dict)
    loader: dict[str, str] = field(default_factory=dict)

    def with_root(self, folder: Path) -> tuple[str, "ArchiveFacts"]:
        """Return the name of a root folder, and the facts that know it."""
        for name, path in self.roots.items():
            if path == str(folder):
                return name, self
        name = f"root{len(self.roots) + 1}"
        return name, replace(self, roots={**self.roots, name: str(folder)})


def write_facts(layout: Layout, facts: ArchiveFacts) -> None:
    """Write ``archive.json``, whole or not at all."""
    record = {
        "format": "specoracle-archive",
        "version": VERSION,
        "recipe": facts.recipe.record(),
        "roots": facts.roots,
        "software": facts.software or software(),
    }
    if facts.loader:
        record["loader"] = facts.loader
    write_text(layout.facts, json.dumps(record, indent=2) + "\n")


def read_facts(layout: Layout) -> ArchiveFacts:
    """Read ``archive.json``.

    Raises
    ------
    ArchiveError
        If there is no archive, or another version of this package made it.
    """
    record = read_record(layout)
    if record["version"] < VERSION:
        raise ArchiveError(
            f"{layout.folder}: expected an archive of version {VERSION}, got version "
            f"{record['version']}. Run 'specoracle archive migrate {layout.folder}', "
            "which keeps everything in it."
        )
    try:
        return ArchiveFacts(
            recipe=Recipe.from_record(record["recipe"]),
            roots=record["roots"],
            software=record["software"],
            loader=record.get("loader", {}),
        )
    except (KeyError, TypeError, SpectrumError, RecipeError) as reason:
        raise ArchiveError(
            f"{layout.facts}: expected recipe, roots and software, got a record without "
            f"({type(reason).__name__}: {reason}). Restore the file."
        ) from reason


def read_record(layout: Layout) -> dict[str, Any]:
    """Read ``archive.json`` of this version or an older one, as it stands.

    Raises
    ------
    ArchiveError
        If there is no archive, or a newer version of this package made it.
    """
    try:
        record: Any = json.loads(layout.facts.read_text(encoding="utf-8"))
    except FileNotFoundError as reason:
        raise ArchiveError(
            f"{layout.folder}: expected an archive, got a folder without archive.json. "
            "Make one with 'specoracle ingest SRC --archive DIR'."
        ) from reason
    except (OSError, ValueError) as reason:
        raise ArchiveError(
            f"{layout.facts}: expected readable JSON, got {reason}. Restore the file."
        ) from reason
    known = isinstance(record, dict) and record.get("format") == "specoracle-archive"
    found = record.get("version") if known else None
    if not isinstance(found, int):
        raise ArchiveError(
            f"{layout.facts}: expected a Specoracle archive, got another JSON file. "
            "Point to the folder that 'specoracle ingest' made."
        )
    if found > VERSION:
        raise ArchiveError(
            f"{layout.folder}: expected an archive of version {VERSION} or older, got "
            f"version {found}. Upgrade specoracle to open it."
        )
    return dict(record)


def exclusive(layout: Layout) -> AbstractContextManager[object]:
    """Hold the archive's lock, which the kernel frees when its holder is killed.

    Raises
    ------
    BusyError
        If somebody else is writing to the archive.
    """
    lock = filelock.FileLock(layout.lock, blocking=False)
    try:
        return lock.acquire()
    except filelock.Timeout as reason:
        raise BusyError(
            f"{layout.folder}: expected an archive nobody is adding to, got one with an "
            "ingest running. Wait for it to end."
        ) from reason


@cache
def software() -> dict[str, str]:
    """Versions of what makes an archive, by package, as installed here."""
    versions = {}
    for package in ("specoracle", "astropy", "h5py", "numpy"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "from source"
    return versions
