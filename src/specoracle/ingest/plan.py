"""The plan: which files go into which part, and which parts into which shard.

A plan is written and fsynced before the first task starts; resuming follows the plan and
not the folder's present listing. Files found later get a plan of their own.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.archive.layout import Layout
from specoracle.durable import appearing
from specoracle.ingest.discover import SurveyFile

FILES_PER_PART = 512
"""Most files a task; a task costs some milliseconds, a file 0.1–1 ms."""

SHARD_BYTES = 64 << 20
"""Flux and ivar a shard aims at; 65,536 rows at 140 pixels."""


@dataclass(frozen=True, slots=True)
class Part:
    """The files that one task reads."""

    name: str
    files: tuple[SurveyFile, ...]


def packed(part: Part) -> bytes:
    """Return a part as bytes: a scheduler looks into every file name it understands."""
    return json.dumps([part.name, part.files]).encode("ascii")


def unpacked(content: bytes) -> Part:
    """Return the part that `packed` made bytes of."""
    name, files = json.loads(content)
    return Part(name, tuple(map(SurveyFile._make, files)))


@dataclass(frozen=True, slots=True)
class Group:
    """The parts that are packed into one shard."""

    name: str
    parts: tuple[Part, ...]


def parts_per_shard(n_pixels: int, files_per_part: int) -> int:
    """Return how many parts fill a shard, one spectrum a file assumed."""
    return max(1, math.ceil(SHARD_BYTES / (n_pixels * 8) / files_per_part))


def fair_part(n_files: int, n_workers: int) -> int:
    """Return how many files a task should take, so that all workers have some."""
    fair = math.ceil(n_files / (4 * n_workers))
    return min(FILES_PER_PART, max(fair, FILES_PER_PART // 8))


def write_plan(
    layout: Layout, files: Iterable[SurveyFile], *, files_per_part: int, n_pixels: int
) -> None:
    """Append a plan for ``files`` to the archive; they are read one part at a time."""
    number = len(_paths(layout)) + 1
    size = parts_per_shard(n_pixels, files_per_part)
    header = {"plan": number, "parts_per_shard": size}
    rows = iter(files)
    with (
        appearing(layout.plans / f"{number:04d}.jsonl") as partial,
        partial.open("w", encoding="utf-8") as file,
    ):
        file.write(json.dumps(header) + "\n")
        while part := list(islice(rows, files_per_part)):
            file.write(json.dumps(part) + "\n")


def read_plans(layout: Layout) -> Iterator[Group]:
    """Read all plans of an archive, group by group, in order; one group is held."""
    for path in _paths(layout):
        yield from _read_plan(path)


def digests(files: Iterable[SurveyFile]) -> npt.NDArray[np.bytes_]:
    """Return 16 bytes that stand for the location of each file."""
    each = (
        hashlib.blake2b(os.fsencode(file.location), digest_size=16).digest()
        for file in files
    )
    return np.frombuffer(b"".join(each), dtype="S16")


def _paths(layout: Layout) -> list[Path]:
    # Begins with a digit: what a killed writer left behind begins with a dot.
    return sorted(layout.plans.glob("[0-9]*.jsonl"))


def _read_plan(path: Path) -> Iterator[Group]:
    with path.open(encoding="utf-8") as file:
        size = json.loads(next(file))["parts_per_shard"]
        parts = (
            Part(f"{path.stem}-{i:06d}", tuple(SurveyFile(*f) for f in json.loads(line)))
            for i, line in enumerate(file)
        )
        for number in count():
            if not (group := tuple(islice(parts, size))):
                return
            yield Group(f"{path.stem}-{number:04d}", group)
