"""Find the survey files under folders, lists and patterns."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from specoracle.errors import ArchiveError

SIDECARS = frozenset({".csv", ".json", ".log", ".md", ".txt"})
"""Endings of files that lie beside spectra; a walk passes over them."""


@dataclass(frozen=True, slots=True, order=True)
class SurveyFile:
    """A file to ingest, known by the folder it was asked for and its path below."""

    root: str
    path: str
    size: int
    mtime: int

    @property
    def location(self) -> str:
        """Path of the file, whatever folder it was asked for."""
        return os.path.join(self.root, self.path)  # noqa: PTH118


def discover(sources: Sequence[str]) -> list[SurveyFile]:
    """List every survey file under ``sources``, sorted.

    Parameters
    ----------
    sources
        Folders (walked recursively, links to other folders not followed), files, glob
        patterns, and ``@list.txt``: a text file with one of the former a line.

    Raises
    ------
    ArchiveError
        If a source does not exist or cannot be read, or nothing at all is found.
    """
    named = sorted({f for source in sources for f in _expand(source)}, reverse=True)
    # A file that two sources name is taken once, under the outer of the two roots.
    found = sorted({file.location: file for file in named}.values())
    if not found:
        raise ArchiveError(
            f"{', '.join(sources)}: expected at least one file, got none. Name a folder "
            "that holds survey files."
        )
    return found


def _expand(source: str) -> Iterator[SurveyFile]:
    if source.startswith("@"):
        for line in _lines(Path(source[1:])):
            yield from _expand(line)
        return
    path = Path(source)
    if path.is_dir():
        yield from _walk(path.resolve())
    elif os.path.lexists(path):
        root = path.parent.resolve()
        yield from _files(root, [root / path.name])
    else:
        matches = sorted(glob.glob(source, recursive=True))  # noqa: PTH207
        if not matches:
            raise ArchiveError(
                f"{source}: expected an existing folder, file or pattern, got nothing. "
                "Check the path."
            )
        for match in matches:
            yield from _expand(match)


def _lines(path: Path) -> list[str]:
    try:
        # Names of files need not be UTF-8, nor are they split at anything but newlines.
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as reason:
        raise ArchiveError(
            f"{path}: expected a list of files, got {reason}. Check the path after '@'."
        ) from reason
    lines = [line for line in text.split("\n") if line.strip()]
    if any(line.startswith("@") for line in lines):
        raise ArchiveError(
            f"{path}: expected a list of folders, files and patterns, got one that names "
            "another list. Name both lists in the command."
        )
    return lines


def _walk(root: Path) -> Iterator[SurveyFile]:
    for folder, folders, names in os.walk(root, onerror=_refuse):
        folders.sort()
        wanted = (
            Path(folder) / name
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() not in SIDECARS
        )
        yield from _files(root, wanted)


def _refuse(reason: OSError) -> NoReturn:
    raise ArchiveError(
        f"{reason.filename}: expected a folder that can be read, got {reason.strerror}. "
        "Give yourself access, or name the folders beside it."
    ) from reason


def _files(root: Path, paths: Iterable[Path]) -> Iterator[SurveyFile]:
    for path in paths:
        try:
            status = path.stat()
        except OSError:  # a dangling link; the task will say why it cannot be read
            yield SurveyFile(str(root), str(path.relative_to(root)), 0, 0)
            continue
        if path.is_file():
            yield SurveyFile(
                str(root),
                str(path.relative_to(root)),
                status.st_size,
                status.st_mtime_ns,
            )
