"""From identifier to row: sorted hashes, memory-mapped.

The hash is the first 8 bytes of BLAKE2b of the identifier. Two identifiers may share
one, so whoever looks up a row compares the identifier itself. However many rows there
are, the index is merged with new ones a range of hashes at a time.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.archive.layout import Layout
from specoracle.durable import PARTIAL, appearing
from specoracle.errors import ArchiveError

Hashes = npt.NDArray[np.uint64]
Row = npt.NDArray[np.int64]

ROWS_PER_RANGE = 1 << 20
"""Rows merged at a time; bounds the memory at some 100 MB."""


@dataclass(frozen=True, slots=True)
class Run:
    """Hashes in ascending order, and the row of each."""

    hashes: Hashes
    rows: Hashes


def hash_identifiers(identifiers: Iterable[str | bytes]) -> Hashes:
    """Hash identifiers, shape ``(n_spectra,)``; bytes are taken as UTF-8."""
    digests = (
        hashlib.blake2b(
            name.encode("utf-8") if isinstance(name, str) else name, digest_size=8
        ).digest()
        for name in identifiers
    )
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def shard_hashes(file: h5py.File) -> Hashes:
    """Hash the identifiers of an open shard, shape ``(n_spectra,)``."""
    return hash_identifiers(file["identifier"][...].tolist())


def index_path(layout: Layout) -> Path:
    """File that holds the index."""
    return layout.index / "identifiers.npy"


def write_index(layout: Layout, hashes: Iterable[Hashes], *, keep: bool) -> None:
    """Write the index of an archive.

    Parameters
    ----------
    layout
        The archive.
    hashes
        Of the shards to add, in row order; each is sorted on disk and forgotten.
    keep
        Whether these rows follow those of the index there is, or replace them.
    """
    runs = [Index(layout).run] if keep else []
    start = sum(len(run.hashes) for run in runs)
    layout.index.mkdir(parents=True, exist_ok=True)
    with (
        _sorted_on_disk(layout, hashes, start) as added,
        appearing(index_path(layout)) as partial,
        partial.open("wb") as file,
    ):
        _merge([*runs, *added], file)


class Index:
    """Look up rows by identifier hash.

    Parameters
    ----------
    layout
        The archive.

    Raises
    ------
    ArchiveError
        If the index cannot be read.
    """

    def __init__(self, layout: Layout) -> None:
        path = index_path(layout)
        try:
            self._hash, self._row = _whole(path)
        except FileNotFoundError:
            self._hash, self._row = np.zeros((2, 0), "u8")
        except (OSError, ValueError, EOFError) as reason:
            raise ArchiveError(
                f"{path}: expected a readable index, got {reason}. Run 'specoracle "
                f"archive verify --repair {layout.folder}', which makes it anew."
            ) from reason

    @property
    def run(self) -> Run:
        """All of it; rows that share a hash ascend."""
        return Run(self._hash, self._row)

    def candidates(self, identifiers: Sequence[str]) -> list[Row]:
        """Rows whose identifier may be the one asked for, for each asked."""
        wanted = hash_identifiers(identifiers)
        first = np.searchsorted(self._hash, wanted, side="left")
        last = np.searchsorted(self._hash, wanted, side="right")
        return [self._row[a:b].astype(np.int64) for a, b in zip(first, last, strict=True)]


def _whole(path: Path) -> npt.NDArray[np.uint64]:
    """Map what ``numpy.save`` wrote, shape ``(2, n_spectra)``.

    Opened once: a new index may take the name between one look and the next, and
    ``numpy.load`` looks twice, for the header and for the values.
    """
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        return np.memmap(file, dtype, "r", file.tell(), shape)


@contextmanager
def _sorted_on_disk(
    layout: Layout, hashes: Iterable[Hashes], start: int
) -> Iterator[list[Run]]:
    """Keep sorted runs in a file that goes at the end, or with the next sweep."""
    path = layout.index / f"{PARTIAL}runs"
    counts: list[int] = []
    try:
        with path.open("wb") as file:
            for values in hashes:
                order = np.argsort(values, kind="stable")
                rows = order.astype(np.uint64) + np.uint64(start + sum(counts))
                file.write(np.stack([values[order], rows]).data)
                counts.append(len(values))
        yield list(_mapped(path, counts))
    finally:
        path.unlink(missing_ok=True)


def _mapped(path: Path, counts: Sequence[int]) -> Iterator[Run]:
    flat = np.memmap(path, np.uint64, "r") if sum(counts) else np.zeros(0, np.uint64)
    start = 0
    for count in counts:
        hashes, rows = flat[start : start + 2 * count].reshape(2, count)
        yield Run(hashes, rows)
        start += 2 * count


def _merge(runs: Sequence[Run], file: BinaryIO) -> None:
    """Write what ``numpy.save`` would write of all hashes and rows in order."""
    total = sum(len(run.hashes) for run in runs)
    header = {"descr": "<u8", "fortran_order": False, "shape": (2, total)}
    np.lib.format.write_array_header_1_0(file, header)
    place, done = file.tell(), 0
    for piece in _ranges(runs, max(1, total // ROWS_PER_RANGE)):
        # Stable, so that rows that share a hash keep their order.
        order = np.argsort(piece.hashes, kind="stable")
        for column, values in enumerate((piece.hashes, piece.rows)):
            file.seek(place + 8 * (column * total + done))
            file.write(values[order].data)
        done += len(order)


def _ranges(runs: Sequence[Run], n_ranges: int) -> Iterator[Run]:
    """Join the runs range by range; hashes are as good as random, so ranges are even."""
    edges = np.array([(n << 64) // n_ranges for n in range(1, n_ranges)], np.uint64)
    cuts = [
        [0, *np.searchsorted(run.hashes, edges).tolist(), len(run.hashes)] for run in runs
    ]
    for n in range(n_ranges if runs else 0):
        places = [slice(cut[n], cut[n + 1]) for cut in cuts]
        joined = list(zip(runs, places, strict=True))
        yield Run(
            np.concatenate([run.hashes[place] for run, place in joined]),
            np.concatenate([run.rows[place] for run, place in joined]),
        )
