"""From identifier to row: sorted hashes, memory-mapped.

The hash is the first 8 bytes of BLAKE2b of the identifier. Two identifiers may share
one, so whoever looks up a row compares the identifier itself.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.archive.layout import Layout
from specoracle.durable import appearing, write_text
from specoracle.errors import ArchiveError

Hashes = npt.NDArray[np.uint64]
Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shard:
    """One packed file and the number of its rows."""

    name: str
    n_spectra: int


def hash_identifiers(identifiers: Iterable[str]) -> Hashes:
    """Hash identifiers, shape ``(n_spectra,)``."""
    digests = (
        hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest()
        for name in identifiers
    )
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def write_index(layout: Layout, shards: Sequence[Shard], hashes: Hashes) -> None:
    """Write the index; the list of shards last, since it makes new rows visible."""
    order = np.argsort(hashes, kind="stable")
    with appearing(_hash_path(layout)) as partial, partial.open("wb") as file:
        np.save(file, np.stack([hashes[order], order.astype(np.uint64)]))
    record = [{"name": shard.name, "n_spectra": shard.n_spectra} for shard in shards]
    write_text(_shard_path(layout), json.dumps(record, indent=1) + "\n")


def read_shards(layout: Layout) -> list[Shard]:
    """Read the list of packed shards; empty before the first one."""
    try:
        record = json.loads(_shard_path(layout).read_text(encoding="utf-8"))
        return [Shard(**entry) for entry in record]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as reason:
        raise _damaged(_shard_path(layout), reason) from reason


class Index:
    """Look up rows by identifier hash.

    Parameters
    ----------
    layout
        The archive.
    """

    def __init__(self, layout: Layout) -> None:
        path = _hash_path(layout)
        try:
            self._hash, self._row = np.load(path, mmap_mode="r")
        except FileNotFoundError:
            self._hash, self._row = np.zeros((2, 0), "u8")
        except (OSError, ValueError, EOFError) as reason:
            raise _damaged(path, reason) from reason

    @property
    def hashes(self) -> Hashes:
        """All hashes, sorted."""
        return self._hash

    def candidates(self, identifiers: Sequence[str]) -> list[Row]:
        """Rows whose identifier may be the one asked for, for each asked."""
        wanted = hash_identifiers(identifiers)
        first = np.searchsorted(self._hash, wanted, side="left")
        last = np.searchsorted(self._hash, wanted, side="right")
        return [self._row[a:b].astype(np.int64) for a, b in zip(first, last, strict=True)]


def _damaged(path: Path, reason: Exception) -> ArchiveError:
    return ArchiveError(
        f"{path}: expected a readable index, got {reason}. Run the same ingest again, it "
        "is made anew from the shards."
    )


def _hash_path(layout: Layout) -> Path:
    return layout.index / "identifiers.npy"


def _shard_path(layout: Layout) -> Path:
    return layout.index / "shards.json"
