"""Time and memory of ingests of more and more files: both should stay flat.

    python tests/bench/ingest_scale.py --sizes 1000 10000 100000 1000000

The files are short, only the window of the recipe halpha, so that a million fits on a
disk; per file everything else is as in full ones. Each ingest is a process of its own.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from copies import short, write_copies
from one_ingest import ingest_apart
from verdict import Figure, columns, table

SIZES = (1000, 10_000, 100_000)
N_ORIGINALS = 300

DISK_PER_FILE = 8192 + 3072
"""Bytes: a short file fills two blocks; a row lies in a part and in a shard."""

LARGEST_MEMORY, FLAT = 1.0, 1.25
"""Targets: GB a process, and how far time and memory may grow with ten times the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An ingest of one size.

    Attributes
    ----------
    n_files, n_workers
        Its size, and processes that worked on it.
    seconds
        In all, with the start of the processes.
    further
        µs a spectrum that the size before had not.
    driver, worker
        Peak memory [GB]; a worker's is 0 where the driver does the work.
    disk
        Size of files and archive [GB].
    """

    n_files: int
    n_workers: int
    seconds: float
    further: float
    driver: float
    worker: float
    disk: float


def run(folder, *, sizes, workers=(1, 2), say):
    """Ingest all sizes: figures, and a record of each."""
    _check_disk(folder, max(sizes))
    files, written, scales = folder / "files", 0, []
    for n_files in sorted(sizes):
        numbers = range(written, n_files)
        n_processes = 1 if n_files < 500 else 2
        write_copies(
            short, files, numbers, n_originals=N_ORIGINALS, n_processes=n_processes
        )
        written = n_files
        for n_workers in workers:
            before = [scale for scale in scales if scale.n_workers == n_workers][-1:]
            scales.append(_scale(folder, n_files, n_workers, *before))
            say(_line(scales[-1]))
    say("")
    say("\n".join(_table(scales)) + "\n")
    return [f for n in workers for f in _figures(scales, n)], scales


def _check_disk(folder, n_files):
    needed, free = DISK_PER_FILE * n_files, shutil.disk_usage(folder).free
    if needed > free:
        raise SystemExit(
            f"{folder}: expected {needed / 1e9:.1f} GB of free disk for {n_files:,} files, "
            f"got {free / 1e9:.1f} GB. Ask for smaller --sizes, or name another --folder."
        )


def _scale(folder, n_files, n_workers, before=None):
    archive = folder / "archive"
    said = ingest_apart([folder / "files"], archive, n_workers)
    disk = _size(archive) + _size(folder / "files")
    shutil.rmtree(archive)
    seconds = said["seconds"] - (before.seconds if before else 0.0)
    return Scale(
        n_files=n_files,
        n_workers=n_workers,
        seconds=said["seconds"],
        further=1e6 * seconds / (n_files - (before.n_files if before else 0)),
        driver=said["driver"] / 1e9,
        worker=said["worker"] / 1e9 if n_workers > 1 else 0.0,
        disk=disk / 1e9,
    )


def _size(folder):
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))


def _figures(scales, n_workers):
    mine = [scale for scale in scales if scale.n_workers == n_workers]
    last, before = mine[-1], mine[-2] if len(mine) > 1 else None
    words = f"{n_workers} process{'es' if n_workers > 1 else ''}"
    found = []
    for role in ("driver", "worker")[: min(n_workers, 2)]:
        name = f"peak memory of a {role} [GB], {words}"
        found.append((name, getattr(last, role), f"{last.n_files:,} files", LARGEST_MEMORY))
        if before:
            growth = getattr(last, role) / getattr(before, role)
            found.append((f"{name}, growth", growth, _sizes(before, last), FLAT))
    if before and len(mine) > 2:
        # Noise of the start can exceed what the files took; then nothing was measured.
        known = min(last.further, before.further) > 0
        growth = last.further / before.further if known else float("nan")
        name = f"time of a further spectrum, {words}, growth"
        found.append((name, growth, _sizes(before, last), FLAT))
    return [Figure(name=n, values=[v], peer=peer, at_most=at) for n, v, peer, at in found]


def _sizes(before, last):
    return f"{last.n_files:,} files : {before.n_files:,} files"


def _table(scales):
    header = ("files", "processes", "s", "µs a spectrum", "µs a further one")
    header += ("driver GB", "worker GB", "disk GB")
    return columns(header, [_cells(scale) for scale in scales])


def _cells(scale):
    average = 1e6 * scale.seconds / scale.n_files
    times = (f"{scale.seconds:.1f}", f"{average:,.1f}", f"{scale.further:,.1f}")
    memory = (f"{scale.driver:.3f}", f"{scale.worker:.3f}" if scale.worker else "-")
    return (
        f"{scale.n_files:,}",
        str(scale.n_workers),
        *times,
        *memory,
        f"{scale.disk:.2f}",
    )


def _line(scale):
    return f"{scale.n_files:,} files, {scale.n_workers} processes: {scale.seconds:.1f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where files are made; else temporary")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        figures, _ = run(Path(folder), sizes=asked.sizes, say=_print)
    _print("\n".join(table(figures)))


def _print(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
