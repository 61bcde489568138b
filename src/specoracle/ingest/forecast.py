"""How long an ingest will take and how much disk, told before it starts.

A few of the files are read and prepared for it, spread over all there are.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specoracle.errors import ArchiveError
from specoracle.ingest.discover import SurveyFile
from specoracle.ingest.plan import SHARD_BYTES
from specoracle.ingest.task import count_spectra
from specoracle.loaders.choice import Chosen
from specoracle.recipes.recipe import Recipe

N_SAMPLE = 64
"""Files that are read for a forecast."""

BYTES_PER_ROW = 600
"""Disk of a row beside flux and ivar: identifier, source, catalogue, index."""

BYTES_PER_REFUSAL = 400
"""Disk of a file that was refused: its path and the reason, in shard and list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What a sample of the files was like.

    Attributes
    ----------
    spectra_per_file
        Mean number of spectra; 0 in a file that is refused.
    seconds_per_file
        Mean time of one process to read and prepare one.
    bytes_per_file
        Mean disk of what becomes of it.
    """

    spectra_per_file: float
    seconds_per_file: float
    bytes_per_file: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an ingest is expected to take.

    Attributes
    ----------
    n_files, n_spectra
        Files to read and spectra to find.
    seconds
        Time with the workers there are, if they have a core each.
    n_bytes
        Disk that the archive will take more than now.
    n_free
        Free disk.
    """

    n_files: int
    n_spectra: int
    seconds: float
    n_bytes: int
    n_free: int


def sample(
    files: Sequence[SurveyFile], recipe: Recipe, loader: Chosen | None = None
) -> Rates:
    """Read some of the files and measure."""
    places = np.unique(np.linspace(0, len(files) - 1, N_SAMPLE).astype(int))
    chosen = [files[place] for place in places.tolist()]
    # The first pays for what is loaded once.
    first = _try(chosen[:1], recipe, loader)
    others = _try(chosen[1:], recipe, loader) if chosen[1:] else first
    counts = [*first.n_spectra, *others.n_spectra][: len(chosen)]
    n_spectra = float(np.mean(counts))
    refused = float(np.mean([count == 0 for count in counts]))
    row = 8 * recipe.grid.n_pixels + BYTES_PER_ROW
    return Rates(
        spectra_per_file=n_spectra,
        seconds_per_file=others.seconds / len(others.n_spectra),
        bytes_per_file=n_spectra * row + refused * BYTES_PER_REFUSAL,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    n_spectra: list[int]
    seconds: float


def _try(files: Sequence[SurveyFile], recipe: Recipe, loader: Chosen | None) -> _Read:
    start = time.perf_counter()
    n_spectra = count_spectra(files, recipe, loader)
    return _Read(n_spectra, time.perf_counter() - start)


def forecast(rates: Rates, n_files: int, *, n_workers: int, folder: Path) -> Forecast:
    """Expect of ``n_files`` what the sample was like.

    Parameters
    ----------
    rates
        What `sample` returned.
    n_files
        Files to read.
    n_workers
        Processes that do it.
    folder
        Where the archive lies or will lie.
    """
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return Forecast(
        n_files=n_files,
        n_spectra=round(n_files * rates.spectra_per_file),
        seconds=n_files * rates.seconds_per_file / n_workers,
        n_bytes=round(n_files * rates.bytes_per_file),
        n_free=shutil.disk_usage(existing).free,
    )


def refuse_when_full(expected: Forecast, folder: Path) -> None:
    """Refuse when the disk cannot hold the archive.

    Raises
    ------
    ArchiveError
        If it cannot.
    """
    # While a shard is packed, its parts still lie beside it.
    needed = expected.n_bytes + min(expected.n_bytes, 2 * SHARD_BYTES)
    if needed > expected.n_free:
        raise ArchiveError(
            f"{folder}: expected {needed / 1e6:,.1f} MB of free disk for "
            f"{expected.n_files:,} files, got {expected.n_free / 1e6:,.1f} MB. Free some, "
            "or choose another disk."
        )
