"""Find the survey files under folders, lists and patterns."""

import glob
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, NoReturn

from specoracle.errors import ArchiveError
from specoracle.loaders.choice import TABLE, Chosen
from specoracle.loaders.own_loader import OwnLoader

SIDECARS = frozenset({".csv", ".json", ".log", ".md", ".txt"})
"""Endings of files that lie beside spectra; a walk passes over them."""

BESIDE_TABLES = frozenset({".json", ".log", ".md"})
"""The same where tables were asked for, which may be CSV and text."""

BESIDE_OWN = frozenset({".py", ".pyc"})
"""The same where a user's function reads: files of its own kind."""


class SurveyFile(NamedTuple):
    """A file to ingest, known by the folder it was asked for and its path below."""

    root: str
    path: str
    size: int
    mtime: int

    @property
    def location(self) -> str:
        """Path of the file, whatever folder it was asked for."""
        return f"{self.root}{os.sep}{self.path}"

    @property
    def name(self) -> str:
        """Last part of the path."""
        return os.path.basename(self.path)  # noqa: PTH119


def discover(sources: Sequence[str], loader: Chosen | None = None) -> list[SurveyFile]:
    """List every survey file under ``sources``, sorted.

    Parameters
    ----------
    sources
        Folders (walked recursively, links to other folders listed but not followed),
        files, glob patterns, and ``@list.txt``: a text file with one of the former a line.
    loader
        Who reads them, if that was chosen: a folder is then walked for what it may want.

    Raises
    ------
    ArchiveError
        If a source does not exist or cannot be read, or nothing at all is found.
    """
    found = sorted(file for source in sources for file in _expand(source, _beside(loader)))
    if found and found[0].root != found[-1].root:
        # A file that two sources name is taken once, under the outer of the two roots.
        found = sorted({file.location: file for file in reversed(found)}.values())
    found = [file for file, _ in groupby(found)]
    if not found:
        raise ArchiveError(
            f"{', '.join(sources)}: expected at least one file, got none. Name a folder "
            "that holds survey files."
        )
    return found


def _beside(loader: Chosen | None) -> frozenset[str]:
    if isinstance(loader, OwnLoader):
        return BESIDE_OWN
    return BESIDE_TABLES if loader is not None and loader.key == TABLE else SIDECARS


def _expand(source: str, beside: frozenset[str]) -> Iterator[SurveyFile]:
    if source.startswith("@"):
        for line in _lines(Path(source[1:])):
            yield from _expand(line, beside)
        return
    path = Path(source)
    if path.is_dir():
        yield from _walk(str(path.resolve()), beside)
    elif os.path.lexists(path):
        root = path.parent.resolve()
        yield _file(str(root), path.name, (root / path.name).stat)
    else:
        matches = sorted(glob.glob(source, recursive=True))  # noqa: PTH207
        if not matches:
            raise ArchiveError(
                f"{source}: expected an existing folder, file or pattern, got nothing. "
                "Check the path."
            )
        for match in matches:
            yield from _expand(match, beside)


def _lines(path: Path) -> list[str]:
    try:
        # Names of files need not be UTF-8, and may hold any other control character.
        text = path.read_bytes().decode("utf-8", errors="surrogateescape")
    except OSError as reason:
        raise ArchiveError(
            f"{path}: expected a list of files, got {reason}. Check the path after '@'."
        ) from reason
    lines = [line.removesuffix("\r") for line in text.split("\n") if line.strip()]
    if any(line.startswith("@") for line in lines):
        raise ArchiveError(
            f"{path}: expected a list of folders, files and patterns, got one that names "
            "another list. Name both lists in the command."
        )
    return lines


def _walk(root: str, beside: frozenset[str], below: str = "") -> Iterator[SurveyFile]:
    try:
        with os.scandir(os.path.join(root, below)) as listing:  # noqa: PTH118
            entries = list(listing)
    except OSError as reason:
        _refuse(reason)
    for entry in entries:
        # A link to a folder is no file, but must not be passed over in silence either.
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, beside, f"{below}{entry.name}{os.sep}")
        elif not _is_passed_over(entry.name, beside):
            yield _file(root, f"{below}{entry.name}", entry.stat)


def _is_passed_over(name: str, beside: frozenset[str]) -> bool:
    return name.startswith(".") or os.path.splitext(name)[1].lower() in beside  # noqa: PTH122


def _refuse(reason: OSError) -> NoReturn:
    raise ArchiveError(
        f"{reason.filename}: expected a folder that can be read, got {reason.strerror}. "
        "Give yourself access, or name the folders beside it."
    ) from reason


def _file(root: str, path: str, ask: Callable[[], os.stat_result]) -> SurveyFile:
    """List a path of whatever kind: the task says why it cannot read a pipe or a loop."""
    try:
        status = ask()
    except OSError:  # a dangling link, or a file that has just been deleted
        return SurveyFile(root, path, 0, 0)
    return SurveyFile(root, path, status.st_size, status.st_mtime_ns)
