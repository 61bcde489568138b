"""Ingest folders that hold sockets, loops, bombs and files that change while read.

    python tests/fuzz/fuzz_entries.py

Good files lie beside them, and each must be taken unharmed. Prints how many entries were
tried, taken and refused, and the most memory a process held; ends with 1 where something
went wrong.
"""

import gzip
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from astropy_oracle import UNREADABLE, Expected, expect
from entries import BOMBS, ENTRIES, GIANT
from findings import CRASHED, Finding, Mutant, table
from ingests import ingest
from judge import Books, judge
from sources import originals

N_GOOD, N_CHANGING, N_VANISHING = 40, 24, 10
LARGEST_PEAK = 2_000_000_000
"""Bytes that a process of the ingest may hold at most."""

REFUSED_IN_ANY_CASE = Expected(faults=(UNREADABLE,))
CHANGING, GOOD, VANISHING = (
    "files that change while read",
    "good files",
    "file that vanishes",
)


class Folder:
    """A folder to ingest, and what is expected of each of its entries.

    Parameters
    ----------
    path
        Where to make it.
    n_originals
        How many different survey files to make it of; all when left out.
    """

    def __init__(self, path, n_originals=None):
        self.path, self.originals = path, originals(n_originals)
        self.mutants, self.contents = [], {}
        path.mkdir()

    def add(self, kind, make, *, taken=False):
        """Make an entry; say whether it is to be taken."""
        number = len(self.mutants)
        content = self.originals[number % len(self.originals)].numbered(10_000 + number)
        if number % 2:
            content = gzip.compress(content, 1, mtime=0)
        name = f"{number:04d} {kind}.fits"
        make(self.path / name, content)
        expected = expect(content) if taken else REFUSED_IN_ANY_CASE
        self.mutants.append(Mutant(number, kind, name, expected))
        self.contents[name] = content

    def paths(self, kind):
        """Paths of the entries of one kind."""
        return [self.path / m.name for m in self.mutants if m.kind == kind]


def write(path, content):
    path.write_bytes(content)


def fill(folder, *, size):
    """Make entries of all kinds, and good files among them."""
    for kind, make in ENTRIES.items():
        allowed = kind == "file without permission" and os.geteuid() == 0
        folder.add(kind, make, taken=allowed or kind.startswith("folder"))
    for kind, make in BOMBS.items():
        folder.add(kind, lambda path, content, make=make: make(path, content, size))
    for kind, n in ((VANISHING, N_VANISHING), (CHANGING, N_CHANGING), (GOOD, N_GOOD)):
        for _ in range(n):
            folder.add(kind, write, taken=kind != VANISHING)


class Change(threading.Thread):
    """Cut, replace and restore files over and over until it is stopped."""

    def __init__(self, folder, seed):
        super().__init__(daemon=True)
        self.paths, self.contents = folder.paths(CHANGING), folder.contents
        self.rng, self.ended = np.random.default_rng(seed), threading.Event()

    def run(self):
        while not self.ended.wait(0.005):
            for path in self.paths:  # never absent, or it would not even be listed
                content = self.contents[path.name]
                cut = path.with_name(f".{path.name}")
                cut.write_bytes(content[: self.rng.integers(len(content) // 2)])
                cut.replace(path)
            self.ended.wait(0.005)
            for path in self.paths:  # in place, while somebody may be reading
                path.write_bytes(self.contents[path.name])

    def stop(self):
        self.ended.set()
        self.join()


def find(folder, archive, *, seed, **settings):
    """Ingest the folder while files change in it; return findings and peak memory."""
    vanishing = [str(path) for path in folder.paths(VANISHING)]
    change = Change(folder, seed)
    change.start()
    try:
        ended = ingest(folder.path, archive, vanishing=vanishing, **settings)
    finally:
        change.stop()
    if ended.wrong:
        return [Finding(m, CRASHED, ended.wrong) for m in folder.mutants], ended.peak
    books = Books(archive)
    return [_judged(books, mutant) for mutant in folder.mutants], ended.peak


def _judged(books, mutant):
    expected = mutant.expected
    if mutant.kind == CHANGING and mutant.name in books.refused:
        expected = REFUSED_IN_ANY_CASE  # cut when it was read
    return Finding(mutant, *judge(books, mutant.name, expected))


def main():
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Folder(Path(temporary) / "files")
        fill(folder, size=GIANT)
        found, peak = find(folder, Path(temporary) / "archive", seed=1, files_per_part=8)
    lines = [
        *table(found),
        f"{time.monotonic() - begun:.0f} s",
        f"peak {peak / 1e9:.1f} GB",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(peak > LARGEST_PEAK or any(finding.bad for finding in found))


if __name__ == "__main__":
    main()
