"""Ingest damaged survey files, and compare each with what astropy makes of it.

    python tests/fuzz/fuzz_files.py --n 10000 --seed 1

Prints how many were tried, taken, refused, and where it went wrong; then ends with 1. One
file is made again by ``--only NUMBER --keep FOLDER`` with the same seed.
"""

import argparse
import gzip
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from astropy_oracle import expect
from findings import CRASHED, Finding, Mutant, table
from ingests import ADDRESS_SPACE, ingest
from judge import Books, judge
from mutate import FITS_KINDS, GZIP_KINDS, ODD_NAMES, undamaged
from sources import originals

KINDS = {**FITS_KINDS, **GZIP_KINDS, "odd names": undamaged}
PER_BATCH = 2000
LARGEST_PEAK = 2_000_000_000
"""Bytes that a process of the ingest may hold at most, whatever the files say."""


def make(number, *, seed, folder, n_originals=None):
    """Write the damaged file of that number; the same for the same seed."""
    rng = np.random.default_rng([seed, number])
    kind = list(KINDS)[number % len(KINDS)]
    files = originals(n_originals)
    original = files[rng.integers(len(files))]
    content = KINDS[kind](original.numbered(10_000 + number), rng)
    if kind not in GZIP_KINDS and rng.random() < 0.4:
        content = gzip.compress(content, 1, mtime=0)
    said = kind if kind != "odd names" else ODD_NAMES[number // len(KINDS) % len(ODD_NAMES)]
    name = f"{number:06d} {said}{['', '.fits', '.fits.gz', '.fit'][rng.integers(4)]}"
    (Path(folder) / name).write_bytes(content)
    return Mutant(number, kind, name, expect(content))


def bound_memory():
    """Let astropy, which takes all there is for some headers, fail where it should."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def find(mutants, folder, archive, **settings):
    """Ingest the folder of these files, and judge each.

    Where that fails, the file at fault is found by halves.
    """
    ended = ingest(folder, archive, **settings)
    wrong = ended.wrong
    if ended.peak > LARGEST_PEAK:
        wrong = f"{ended.peak / 1e9:.1f} GB in one process"
    if not wrong:
        books = Books(archive)
        return [Finding(m, *judge(books, m.name, m.expected)) for m in mutants]
    if len(mutants) == 1:
        return [Finding(mutants[0], CRASHED, wrong)]
    found, half = [], len(mutants) // 2
    for number, some in enumerate((mutants[:half], mutants[half:])):
        inner = folder / f"half-{number}"
        inner.mkdir()
        for mutant in some:
            (folder / mutant.name).rename(inner / mutant.name)
        found += find(some, inner, archive.with_name(f"{archive.name}{number}"), **settings)
    return found


def campaign(numbers, *, seed, folder, n_originals=None, **settings):
    """Make, ingest and judge the files of these numbers, batch by batch."""
    found = []
    for start in range(0, len(numbers), PER_BATCH):
        batch, archive = folder / f"files-{start}", folder / f"archive-{start}"
        batch.mkdir()
        work = partial(make, seed=seed, folder=str(batch), n_originals=n_originals)
        with ProcessPoolExecutor(2, get_context("spawn"), bound_memory) as pool:
            some = numbers[start : start + PER_BATCH]
            mutants = list(pool.map(work, some, chunksize=50))
        found += find(mutants, batch, archive, **settings)
        _delete(batch, {finding.mutant.name for finding in found if finding.bad})
    return found


def _delete(folder, keep):
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in keep:
            path.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=10_000, help="files to damage")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the file of this number alone")
    parser.add_argument("--keep", type=Path, help="new folder that keeps what went wrong")
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        numbers = list(range(asked.n)) if asked.only is None else [asked.only]
        found = campaign(numbers, seed=asked.seed, folder=folder)
    lines = [*table(found), f"{time.monotonic() - begun:.0f} s"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(any(finding.bad for finding in found))


if __name__ == "__main__":
    main()
