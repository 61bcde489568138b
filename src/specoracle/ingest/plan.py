"""The plan: which files go into which part, and which parts into which shard.

A plan is written and fsynced before the first task starts; resuming follows the plan and
not the folder's present listing. Files found later get a plan of their own.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from specoracle.archive.layout import Layout
from specoracle.durable import appearing
from specoracle.ingest.discover import SurveyFile

FILES_PER_PART = 256
"""Files a task; a distributed task costs 1.5 ms, a file 0.1–1 ms."""

SHARD_BYTES = 64 << 20
"""Flux and ivar a shard aims at; 65,536 rows at 140 pixels."""


@dataclass(frozen=True, slots=True)
class Part:
    """The files that one task reads."""

    name: str
    files: tuple[SurveyFile, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The parts that are packed into one shard."""

    name: str
    parts: tuple[Part, ...]


def parts_per_shard(n_pixels: int, files_per_part: int = FILES_PER_PART) -> int:
    """Return how many parts fill a shard, one spectrum a file assumed."""
    return max(1, math.ceil(SHARD_BYTES / (n_pixels * 8) / files_per_part))


def write_plan(
    layout: Layout, files: Sequence[SurveyFile], *, files_per_part: int, n_pixels: int
) -> None:
    """Append a plan for ``files`` to the archive."""
    number = len(_paths(layout)) + 1
    size = parts_per_shard(n_pixels, files_per_part)
    header = {"plan": number, "parts_per_shard": size}
    with (
        appearing(layout.plans / f"{number:04d}.jsonl") as partial,
        partial.open("w", encoding="utf-8") as file,
    ):
        file.write(json.dumps(header) + "\n")
        for start in range(0, len(files), files_per_part):
            part = [astuple(f) for f in files[start : start + files_per_part]]
            file.write(json.dumps(part) + "\n")


def read_plans(layout: Layout) -> Iterator[Group]:
    """Read all plans of an archive, group by group, in order."""
    for path in _paths(layout):
        yield from _read_plan(path)


def _paths(layout: Layout) -> list[Path]:
    # Begins with a digit: what a killed writer left behind begins with a dot.
    return sorted(layout.plans.glob("[0-9]*.jsonl"))


def _read_plan(path: Path) -> Iterator[Group]:
    with path.open(encoding="utf-8") as file:
        header = json.loads(next(file))
        parts = [
            Part(f"{path.stem}-{i:06d}", tuple(SurveyFile(*f) for f in json.loads(line)))
            for i, line in enumerate(file)
        ]
    size = header["parts_per_shard"]
    for number, start in enumerate(range(0, len(parts), size)):
        yield Group(f"{path.stem}-{number:04d}", tuple(parts[start : start + size]))
