"""Columns of shards as arrays over the mapped files: nothing is copied, little is open.

A contiguous column lies in its file as it would in memory. HDF5 is asked once where;
then reading rows in order is as fast as the memory is, and one row costs no call of it.
"""

import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.archive.rows import open_rows
from specoracle.errors import ArchiveError

MAPPED_FILES = 64
"""Files mapped at a time; each holds a descriptor, of which a process has few."""

Identity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column lies in its file; ``None`` where it is not one piece."""

    offset: int | None
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MappedFile:
    """One version of a file, which stays readable when another takes its name."""

    content: mmap.mmap
    identity: Identity


@dataclass(slots=True)
class Places:
    """Where the columns of one version of a file lie, as far as anybody asked."""

    identity: Identity
    columns: dict[str, Place] = field(default_factory=dict)


class MappedShards:
    """Columns of shards.

    Parameters
    ----------
    paths
        Files of the shards, in row order.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._places: dict[int, Places] = {}
        self._file = lru_cache(maxsize=MAPPED_FILES)(self._map)

    def column(self, number: int, name: str) -> npt.NDArray[Any]:
        """Return a column of one shard, shape ``(n_rows, ...)``.

        What is written into it goes nowhere.

        Raises
        ------
        ArchiveError
            If the file is missing, damaged, or has no such column.
        """
        return self._over(self._file(number), number, name)

    def passing(self, number: int, name: str) -> npt.NDArray[Any]:
        """Return a column that is read once; its file goes with the last array over it."""
        return self._over(self._map(number), number, name)

    def close(self) -> None:
        """Let go of the files, but for those that arrays lie over."""
        self._file.cache_clear()

    def _over(self, file: MappedFile, number: int, name: str) -> npt.NDArray[Any]:
        place = self._place(number, name, file.identity)
        if place.offset is None:
            return _read(self._paths[number], name)
        count = int(np.prod(place.shape))
        values = np.frombuffer(file.content, place.dtype, count, place.offset)
        # HDF5 puts columns side by side, also where a processor reads them slowly.
        return np.require(values.reshape(place.shape), requirements="A")

    def _map(self, number: int) -> MappedFile:
        path = self._paths[number]
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                # A private copy of what is written to: arrays over it are no hazard.
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        except (OSError, ValueError) as reason:
            open_rows(path).close()  # says what is wrong
            raise ArchiveError(
                f"{path}: expected a shard that can be mapped, got {reason}. Copy the "
                "archive to a local disk."
            ) from reason
        return MappedFile(content, _identity(status))

    def _place(self, number: int, name: str, identity: Identity) -> Place:
        known = self._places.get(number)
        if known is None or known.identity != identity:
            known = self._places[number] = Places(identity)
        if name not in known.columns:
            known.columns[name] = _locate(self._paths[number], name, identity)
        return known.columns[name]


def _locate(path: Path, name: str, identity: Identity) -> Place:
    with open_rows(path) as file:
        if _identity(path.stat()) != identity:
            raise ArchiveError(
                f"{path}: expected the shard that was there before, got another. Open "
                "the archive again."
            )
        if name not in file:
            raise ArchiveError(
                f"{path}: expected a column out of {', '.join(file)}, got {name}. "
                "Choose among them."
            )
        dataset = file[name]
        # Without the mark of text that h5py keeps beside the type.
        dtype = np.dtype(dataset.dtype.str)
        return Place(dataset.id.get_offset(), dtype, dataset.shape)


def _read(path: Path, name: str) -> npt.NDArray[Any]:
    """Read a column that is packed, empty, or never written."""
    with open_rows(path) as file:
        return np.asarray(file[name][...])


def _identity(status: os.stat_result) -> Identity:
    return status.st_ino, status.st_size, status.st_mtime_ns
