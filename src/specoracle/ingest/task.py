"""What one task does: read some survey files, prepare them, write one part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from specoracle.archive.layout import Layout
from specoracle.archive.parts import write_part
from specoracle.archive.rows import Refused, Rows
from specoracle.errors import LoaderError, RecipeError
from specoracle.ingest.discover import SurveyFile
from specoracle.ingest.plan import Part
from specoracle.loaders.choice import Chosen
from specoracle.loaders.content import Content, read_content
from specoracle.loaders.survey_file import read_by
from specoracle.recipes.preparation import Prepared
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.window import Cut
from specoracle.spectra.observation import NUMBERS, TEXTS, CatalogueRow, Observation

FILES_TOGETHER = 8
BYTES_TOGETHER = 1 << 20
"""Files that are unpacked together, and bytes that are enough of them."""


class Taken(NamedTuple):
    """What a task keeps of one spectrum, so that the file can be forgotten."""

    cut: Cut
    identifier: str
    catalogue: CatalogueRow
    hdu: int
    row: int
    file: SurveyFile
    crc: int


class Found(NamedTuple):
    """What a file holds: spectra to take, and what is refused of it."""

    taken: list[Taken]
    refused: list[Refused]


_Unpacked = tuple[SurveyFile, Content | LoaderError]


@dataclass(frozen=True, slots=True)
class PartCount:
    """What a task reports; the spectra themselves stay on disk."""

    name: str
    n_files: int
    n_spectra: int
    n_refused: int


def part_path(layout: Layout, name: str) -> Path:
    """File that a part is written to."""
    return layout.parts / f"{name}.arrow"


def ingest_part(
    folder: Path,
    part: Part,
    recipe: Recipe,
    roots: dict[str, str],
    *,
    refused: Sequence[Refused] = (),
    loader: Chosen | None = None,
) -> PartCount:
    """Read, prepare and write the files of one part.

    Parameters
    ----------
    folder
        The archive; the part appears in it whole or not at all.
    part
        Which files.
    recipe
        How they are prepared.
    roots
        Name of each root folder, by its path.
    refused
        Files of the part that must not be read, and why.
    loader
        Who reads them, if that was chosen.
    """
    unread = {entry.path: Found([], [entry]) for entry in refused}
    todo = (file for file in part.files if file.location not in unread)
    read = read_files(todo, recipe, loader)
    found = [unread.get(f.location) or next(read) for f in part.files]
    taken = [each for file in found for each in file.taken]
    refused = [entry for file in found for entry in file.refused]
    prepared = recipe.prepare([each.cut for each in taken])
    write_part(part_path(Layout(folder), part.name), _rows(taken, prepared, refused, roots))
    return PartCount(part.name, len(part.files), len(taken), len(refused))


def count_spectra(
    files: Sequence[SurveyFile], recipe: Recipe, loader: Chosen | None = None
) -> list[int]:
    """Read and prepare files, and keep nothing; 0 for one that would be refused."""
    found = list(read_files(files, recipe, loader))
    recipe.prepare([each.cut for file in found for each in file.taken])
    return [len(file.taken) for file in found]


def read_files(
    files: Iterable[SurveyFile], recipe: Recipe, loader: Chosen | None = None
) -> Iterator[Found]:
    """Read files, and cut out what the recipe wants of the spectra of each, in order."""
    for some in _unpacked(files):
        for file, content in some:
            yield _look(file, content, recipe, loader)
        some.clear()


def _unpacked(files: Iterable[SurveyFile]) -> Iterator[list[_Unpacked]]:
    """Unpack a few files before the first is parsed.

    In turns each displaces from the processor's caches what the other needs, which costs
    6 µs a file.
    """
    some: list[_Unpacked] = []
    n_bytes = 0
    for file in files:
        try:
            content = read_content(file.location)
            n_bytes += len(content.data)
            some.append((file, content))
        except LoaderError as reason:
            some.append((file, reason))
        if len(some) == FILES_TOGETHER or n_bytes > BYTES_TOGETHER:
            yield some
            some, n_bytes = [], 0
    yield some


def _look(
    file: SurveyFile,
    content: Content | LoaderError,
    recipe: Recipe,
    loader: Chosen | None,
) -> Found:
    """Take of a file what can be taken: one bad spectrum among many spoils no other."""
    try:
        if isinstance(content, LoaderError):
            raise content
        observations = read_by(loader, file.location, content.data)
    except LoaderError as reason:
        return Found([], [_refusal(file, reason)])
    found = Found([], [])
    for observation in observations:
        try:
            found.taken.append(_take(file, content.crc, observation, recipe))
        except RecipeError as reason:
            found.refused.append(_refusal(file, reason))
    return found


def _take(file: SurveyFile, crc: int, observation: Observation, recipe: Recipe) -> Taken:
    return Taken(
        cut=recipe.cut(observation.spectrum, observation.catalogue),
        identifier=observation.spectrum.identifier,
        catalogue=observation.catalogue,
        hdu=observation.hdu,
        row=observation.row,
        file=file,
        crc=crc,
    )


def _refusal(file: SurveyFile, reason: Exception) -> Refused:
    kind = type(reason.__cause__ or reason).__name__
    return Refused(path=file.location, reason=str(reason), exception=kind)


def _rows(
    taken: list[Taken], prepared: Prepared, refused: list[Refused], roots: dict[str, str]
) -> Rows:
    return Rows(
        **{column.name: getattr(prepared, column.name) for column in fields(Prepared)},
        identifier=[t.identifier for t in taken],
        root=[roots[t.file.root] for t in taken],
        path=[t.file.path for t in taken],
        hdu=np.array([t.hdu for t in taken], np.int32),
        source_row=np.array([t.row for t in taken], np.int32),
        size=np.array([t.file.size for t in taken], np.int64),
        mtime=np.array([t.file.mtime for t in taken], np.int64),
        crc=np.array([t.crc for t in taken], np.uint32),
        catalogue=_catalogue(taken),
        refused=refused,
    )


def _catalogue(taken: list[Taken]) -> dict[str, Any]:
    rows = [t.catalogue for t in taken]
    numbers: dict[str, Any] = {
        name: np.array([row.get(name, np.nan) for row in rows], np.float64)
        for name in NUMBERS
    }
    return numbers | {name: [str(row.get(name, "")) for row in rows] for name in TEXTS}
