"""The ways to ingest a folder: ours, with one process and with two, and the peers'."""

import itertools
import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import h5py
import numpy as np
from copies import name_of
from one_ingest import ingest, ingest_apart
from peers import (
    TwoGunzips,
    gunzip_deflate,
    gunzip_isal,
    naive,
    predecessor,
    read_and_gunzip,
    read_naively,
)
from rounds import Taken, Way, clock, interleave

from specoracle.archive.archive import Archive
from specoracle.loaders.survey_file import load

PREDECESSOR, NAIVE = "predecessor", "naive astropy"
OURS = "ours, one process"
OURS_FEW, OURS_ALL = "ours, two processes, few files", "ours, two processes, all files"
LIMITS = ("gunzip, libdeflate", "gunzip, ISA-L")
TWO_GUNZIPS, READ_GUNZIP = "gunzip, two processes at once", "read and gunzip"
LOAD = "ours, reading only"


@dataclass(frozen=True, slots=True)
class Files:
    """Files of one kind: some that all ways take, and more for two processes of ours."""

    few: Path
    n_few: int
    more: Path | None = None
    n_more: int = 0

    @property
    def paths(self):
        """The few, in order."""
        return sorted(str(path) for path in self.few.rglob("*.fits*"))

    @property
    def folders(self):
        """Both."""
        return [self.few, self.more] if self.n_more else [self.few]

    @property
    def n_all(self):
        """How many both hold."""
        return self.n_few + self.n_more


class Ingests:
    """Ingests of the same files, each into a new archive.

    Parameters
    ----------
    folder
        Holds the archive of the last ingest and the results of the peers.
    files
        What is ingested.
    """

    def __init__(self, folder, files):
        self.folder, self.files = folder, files
        self._numbers = itertools.count()

    def ways(self):
        """Those for files of any kind."""
        n_few = self.files.n_few
        return {
            PREDECESSOR: Way(n_few, partial(self._peer, predecessor)),
            NAIVE: Way(n_few, partial(self._peer, naive)),
            OURS: Way(n_few, self._ours),
        }

    def ways_gzipped(self, two_gunzips):
        """Those for gzipped files besides."""
        paths, n_few = self.files.paths, self.files.n_few
        packed = [Path(path).read_bytes() for path in paths]
        return {
            LIMITS[0]: Way(n_few, partial(clock, gunzip_deflate, packed)),
            LIMITS[1]: Way(n_few, partial(clock, gunzip_isal, packed)),
            READ_GUNZIP: Way(n_few, partial(clock, read_and_gunzip, paths)),
            TWO_GUNZIPS: Way(n_few, lambda: Taken(two_gunzips.seconds())),
            OURS_FEW: Way(n_few, partial(self._ours_two, [self.files.few])),
            OURS_ALL: Way(self.files.n_all, partial(self._ours_two, self.files.folders)),
        }

    def difference(self):
        """Greatest difference of the last archive's flux from the predecessor's."""
        with closing(Archive(self._archives()[0])) as archive:
            identifiers = archive.identifiers(np.arange(len(archive)))
            found = [re.search(r"-B(\d{8})_sp", name)[1] for name in identifiers]
            rows = {name_of(int(number)): row for row, number in enumerate(found)}
            with h5py.File(self.folder / "predecessor.h5") as file:
                order = [rows[name.decode()] for name in file["filenames"][...]]
                theirs = file["fluxes"][...]
            return float(np.abs(archive.column("flux", np.array(order)) - theirs).max())

    def _ours(self):
        return clock(ingest, [self.files.few], self._new_archive(), 1)

    def _ours_two(self, folders):
        said = {}
        archive = self._new_archive()
        cpu = clock(lambda: said.update(ingest_apart(folders, archive, 2))).cpu
        return Taken(said["seconds"], cpu)

    def _new_archive(self):
        for old in self._archives():
            shutil.rmtree(old)
        return self.folder / f"archive-{next(self._numbers)}"

    def _peer(self, read):
        return clock(read, self.files.paths, self.folder / f"{read.__name__}.h5")

    def _archives(self):
        return list(self.folder.glob("archive-*"))


def ingest_gzipped(folder, files, n_rounds):
    """Time all ways; return µs a file of each, and how far ours is from the peer's."""
    ingests = Ingests(folder, files)
    with closing(TwoGunzips(files.paths)) as two_gunzips:
        ways = ingests.ways() | ingests.ways_gzipped(two_gunzips)
        return interleave(ways, n_rounds), ingests.difference()


def ingest_plain(folder, files, n_rounds):
    """The same for files that are not gzipped."""
    ingests = Ingests(folder, files)
    return interleave(ingests.ways(), n_rounds), ingests.difference()


def read_tables(folder, files, n_rounds):
    """The same for reading alone; the predecessor cannot read tables."""
    paths = [Path(path) for path in files.paths]
    ways = {
        NAIVE: Way(len(paths), partial(clock, _each, read_naively, paths)),
        LOAD: Way(len(paths), partial(clock, _each, load, paths)),
    }
    return interleave(ways, n_rounds), max(map(_table_difference, paths))


def _each(read, paths):
    for path in paths:
        read(path)


def _table_difference(path):
    spectrum = load(path)[0].spectrum
    # FLUX, IVAR and WAVELENGTH are the first columns of such a table.
    pairs = zip(
        (spectrum.flux, spectrum.ivar, spectrum.wavelength),
        read_naively(path)[1],
        strict=False,
    )
    return max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs)
