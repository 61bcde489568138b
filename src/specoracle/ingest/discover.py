"""Find the survey files under folders, lists and patterns."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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


def discover(sources: Sequence[str]) -> list[SurveyFile]:
    """List every survey file under ``sources``, sorted.

    Parameters
    ----------
    sources
        Folders (walked recursively), files, glob patterns, and ``@list.txt``: a text
        file with one of these a line.

    Raises
    ------
    ArchiveError
        If a source does not exist, or nothing at all is found.
    """
    found = sorted({file for source in sources for file in _expand(source)})
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
    elif path.is_file():
        yield from _files(path.resolve().parent, [path.resolve()])
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
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as reason:
        raise ArchiveError(
            f"{path}: expected a list of files, got {reason}. Check the path after '@'."
        ) from reason
    return [line for line in lines if line.strip()]


def _walk(root: Path) -> Iterator[SurveyFile]:
    for folder, folders, names in os.walk(root):
        folders.sort()
        wanted = (
            Path(folder) / name
            for name in sorted(names)
            if not name.startswith(".") and Path(name).suffix.lower() not in SIDECARS
        )
        yield from _files(root, wanted)


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
