"""Which identifiers an archive holds already, while files are being added to it."""

import numpy as np
import numpy.typing as npt

from specoracle.archive.catalogue import described_shard
from specoracle.archive.index import Hashes, Index, Run, index_path
from specoracle.archive.layout import Layout
from specoracle.archive.listing import Listing, Shard, file_crc32, read_listing
from specoracle.errors import ArchiveError


class KnownIdentifiers:
    """Hashes of the identifiers of an archive, at 8 bytes each for the new ones.

    The index answers for the listed shards, as far as all of them stand as they were
    listed. Those behind a shard that is to be packed again have to be added anew: what
    comes first in the plan is kept, wherever packing was broken off.

    Parameters
    ----------
    layout
        The archive; its lock is held, so that no listed shard changes.
    """

    def __init__(self, layout: Layout) -> None:
        listed = _standing(layout)
        self._listed = {shard.name for shard in listed}
        self._n_listed = sum(shard.n_spectra for shard in listed)
        self._index = Index(layout).run if listed else _EMPTY
        self._runs: list[Hashes] = []

    def __len__(self) -> int:
        return self._n_listed + sum(len(run) for run in self._runs)

    def covers(self, name: str) -> bool:
        """Tell whether the identifiers of the shard ``name`` are known from the index."""
        return name in self._listed

    def holds(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Tell which hashes are known, shape ``(n_spectra,)``."""
        order = np.argsort(hashes)
        ascending = hashes[order]
        found = self._indexed(ascending)
        for run in self._runs:
            found |= _member(run, ascending) >= 0
        held = np.empty_like(found)
        held[order] = found
        return held

    def add(self, hashes: Hashes) -> None:
        """Learn the hashes of a shard that has been packed."""
        run = np.sort(hashes)
        # Runs at least halve from one to the next, so there are few to look into.
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        if len(run):
            self._runs.append(run)

    def _indexed(self, ascending: Hashes) -> npt.NDArray[np.bool_]:
        place = _member(self._index.hashes, ascending)
        held = place >= 0
        held[held] = self._index.rows[place[held]] < self._n_listed
        return held


_EMPTY = Run(np.zeros(0, np.uint64), np.zeros(0, np.uint64))


def _member(run: Hashes, ascending: Hashes) -> npt.NDArray[np.intp]:
    """First place of each hash in a run, or -1."""
    if not len(run):
        return np.full(len(ascending), -1, np.intp)
    place = np.searchsorted(run, ascending)
    place[place == len(run)] = 0
    return np.where(run[place] == ascending, place, -1)


def _standing(layout: Layout) -> list[Shard]:
    """Listed shards up to the first that is not as it was; none with a wrong index."""
    try:
        listing = read_listing(layout)
    except ArchiveError:  # made anew when the books are closed
        return []
    if file_crc32(index_path(layout)) != listing.files.get("index/identifiers.npy"):
        return []
    return _unchanged(layout, listing)


def _unchanged(layout: Layout, listing: Listing) -> list[Shard]:
    shards: list[Shard] = []
    for shard in listing.shards:
        path = layout.shards / shard.name
        described = described_shard(layout, shard.name)
        if not path.exists() or described is None or not shard.same_rows(described):
            break
        shards.append(shard)
    return shards
