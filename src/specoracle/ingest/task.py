"""What one Dask task does: read some survey files, prepare them, write one part."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from specoracle.archive.layout import Layout
from specoracle.archive.rows import Refused, Rows, write_rows
from specoracle.errors import LoaderError, RecipeError
from specoracle.ingest.discover import SurveyFile
from specoracle.ingest.plan import Part
from specoracle.loaders.survey_file import parse, read_bytes
from specoracle.spectra.observation import NUMBERS, TEXTS, Observation
from specoracle.spectra.recipe import Prepared, Recipe


@dataclass(frozen=True, slots=True)
class Taken:
    """One spectrum that a task took."""

    observation: Observation
    prepared: Prepared
    file: SurveyFile
    crc: int


@dataclass(frozen=True, slots=True)
class PartCount:
    """What a task reports; the spectra themselves stay on disk."""

    name: str
    n_files: int
    n_spectra: int
    n_refused: int


def part_path(layout: Layout, name: str) -> Path:
    """File that a part is written to."""
    return layout.parts / f"{name}.h5"


def ingest_part(
    folder: Path, part: Part, recipe: Recipe, roots: dict[str, str]
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
    """
    taken: list[Taken] = []
    refused: list[Refused] = []
    for file in part.files:
        try:
            taken.extend(_read(file, recipe))
        except (LoaderError, RecipeError) as reason:
            path = Path(file.root) / file.path
            refused.append(
                Refused(
                    path=str(path),
                    reason=str(reason),
                    exception=type(reason.__cause__ or reason).__name__,
                )
            )
    rows = _rows(taken, refused, n_pixels=recipe.grid.n_pixels, roots=roots)
    write_rows(part_path(Layout(folder), part.name), rows)
    return PartCount(part.name, len(part.files), len(taken), len(refused))


def _read(file: SurveyFile, recipe: Recipe) -> list[Taken]:
    path = Path(file.root) / file.path
    content = read_bytes(path)
    crc = zlib.crc32(content)
    return [
        Taken(observation, recipe.prepare(observation.spectrum), file, crc)
        for observation in parse(content, path.name)
    ]


def _rows(
    taken: list[Taken], refused: list[Refused], *, n_pixels: int, roots: dict[str, str]
) -> Rows:
    shape = (len(taken), n_pixels)
    return Rows(
        flux=np.array([t.prepared.flux for t in taken], np.float32).reshape(shape),
        ivar=np.array([t.prepared.ivar for t in taken], np.float32).reshape(shape),
        offset=np.array([t.prepared.offset for t in taken], np.float64),
        gain=np.array([t.prepared.gain for t in taken], np.float64),
        quality=np.array([t.prepared.quality for t in taken], np.uint8),
        identifier=[t.observation.spectrum.identifier for t in taken],
        root=[roots[t.file.root] for t in taken],
        path=[t.file.path for t in taken],
        hdu=np.array([t.observation.hdu for t in taken], np.int32),
        source_row=np.array([t.observation.row for t in taken], np.int32),
        size=np.array([t.file.size for t in taken], np.int64),
        mtime=np.array([t.file.mtime for t in taken], np.int64),
        crc=np.array([t.crc for t in taken], np.uint32),
        catalogue=_catalogue(taken),
        refused=refused,
    )


def _catalogue(taken: list[Taken]) -> dict[str, Any]:
    rows = [t.observation.catalogue for t in taken]
    numbers: dict[str, Any] = {
        name: np.array([row.get(name, np.nan) for row in rows], np.float64)
        for name in NUMBERS
    }
    return numbers | {name: [str(row.get(name, "")) for row in rows] for name in TEXTS}
