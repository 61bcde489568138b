"""Speed of ingest beside its peers and beside gunzip, as ratios in one run.

    python tests/bench/ingest_speed.py --files 4096 --large 32768 --rounds 5

Ours does all of the work: flux, ivar, flags, catalogue, checksums, a durable archive.
"""

import argparse
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ways
from copies import PER_STAR, real, real_paths, simulated, write_copies
from rounds import marginal, ratios, spread
from verdict import Figure, columns, table

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra"

N_SIMULATED = 300 * PER_STAR
"""Simulated observations; more files are copies of these."""

FASTER = {
    ("simulated", 1): 8.0,
    ("simulated", 2): 12.0,
    ("real", 1): 6.0,
    ("real", 2): 10.0,
}
"""Targets for gzipped images, by kind and processes: times the predecessor's pattern."""

OF_LIMIT = {1: 0.80, 2: 0.65}
"""Targets for these, by processes: share of gunzip alone."""

FASTER_PLAIN, FASTER_TABLE = 10.0, 12.0


@dataclass(frozen=True, slots=True)
class Series:
    """Files of one kind, how to measure them and what to make of it."""

    kind: str
    layout: str
    packed: bool
    measure: Callable
    figures: Callable

    @property
    def title(self):
        """Name of the series."""
        return f"{self.kind} {self.layout} .fits{'.gz' if self.packed else ''}"


def gzipped_figures(series, files, wall, cpu):
    """Ours against the predecessor's pattern, naive astropy, and gunzip alone."""
    one, slow = wall[ways.OURS], wall[ways.PREDECESSOR]
    two = marginal(wall[ways.OURS_FEW], files.n_few, wall[ways.OURS_ALL], files.n_all)
    limit = min(ways.LIMITS, key=lambda name: spread(wall[name])[1])
    peer, two_limit = ways.PREDECESSOR, wall[ways.TWO_GUNZIPS]
    end_to_end = f", 2 processes, {files.n_all:,} files and start-up"
    rows = [
        (", 1 process", slow, one, peer, FASTER[series.kind, 1]),
        (", 2 processes, a further file", slow, two, peer, FASTER[series.kind, 2]),
        (end_to_end, slow, wall[ways.OURS_ALL], peer, None),
        (", 1 process, CPU time", cpu[ways.PREDECESSOR], cpu[ways.OURS], peer, None),
        (", 1 process, to naive astropy", wall[ways.NAIVE], one, ways.NAIVE, None),
        (", 1 process, share of limit", wall[limit], one, limit, OF_LIMIT[1]),
        (", 2 processes, share of limit", two_limit, two, ways.TWO_GUNZIPS, OF_LIMIT[2]),
        (", 1 process, share of it", wall[ways.READ_GUNZIP], one, ways.READ_GUNZIP, None),
    ]
    return [_figure(series.title + name, *rest) for name, *rest in rows]


def plain_figures(series, files, wall, cpu):
    """Ours, with one process, against the predecessor's pattern and naive astropy."""
    rows = [
        (", 1 process", wall, ways.PREDECESSOR, FASTER_PLAIN),
        (", 1 process, CPU time", cpu, ways.PREDECESSOR, None),
        (", 1 process, to naive astropy", wall, ways.NAIVE, None),
    ]
    return [
        _figure(series.title + name, times[peer], times[ways.OURS], peer, target)
        for name, times, peer, target in rows
    ]


def table_figures(series, files, wall, cpu):
    """Ours, reading alone, against naive astropy."""
    slow, fast = wall[ways.NAIVE], wall[ways.LOAD]
    return [_figure(f"{series.title}, reading only", slow, fast, ways.NAIVE, FASTER_TABLE)]


SERIES = [
    Series(kind, *rest)
    for kind in ("simulated", "real")
    for rest in (
        ("image", True, ways.ingest_gzipped, gzipped_figures),
        ("image", False, ways.ingest_plain, plain_figures),
        ("table", True, ways.read_tables, table_figures),
    )
]


def run(folder, *, n_files, n_large, n_rounds, say, real_folder=REAL, series=SERIES):
    """Measure every series: figures, and all times of every round by series."""
    figures, record = [], {}
    for one in series:
        make, n_originals = _source(one, real_folder)
        if not n_originals:
            say(f"{one.title}: no such files on this machine, left out.\n")
            continue
        here = folder / one.title.replace(" ", "-")
        n_more = n_large - n_files if one.measure is ways.ingest_gzipped else 0
        files = ways.Files(here / "few", n_files, here / "more", n_more)
        _write(make, files, n_originals, packed=one.packed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # real files have unusual cards
            taken, difference = one.measure(here, files, n_rounds)
        say(_said(one, files, n_originals, difference))
        say("\n".join(_times(taken, files)) + "\n")
        figures += one.figures(one, files, _by_name(taken, "wall"), _by_name(taken, "cpu"))
        record[one.title] = {"taken": taken, "difference": difference, "files": n_files}
        shutil.rmtree(here)
    return figures, record


def _by_name(taken, which):
    return {name: times[which] for name, times in taken.items()}


def _source(series, real_folder):
    if series.kind == "simulated":
        return partial(simulated, layout=series.layout), N_SIMULATED
    folder = real_folder / "lamost_lrs"
    paths = real_paths(folder, layout=series.layout) if folder.is_dir() else []
    return partial(real, paths=paths), len(paths)


def _write(make, files, n_originals, *, packed):
    n_processes = 1 if files.n_all < 100 else 2
    for folder, numbers in (
        (files.few, range(files.n_few)),
        (files.more, range(files.n_few, files.n_all)),
    ):
        write_copies(
            make,
            folder,
            numbers,
            n_originals=n_originals,
            packed=packed,
            n_processes=n_processes,
        )


def _figure(name, slow, fast, peer, target):
    said = f"{peer}, {spread(slow)[1]:,.0f} µs : {spread(fast)[1]:,.0f} µs"
    return Figure(name=name, values=ratios(slow, fast), peer=said, at_least=target)


def _said(series, files, n_originals, difference):
    sizes = [os.path.getsize(path) for path in files.paths]  # noqa: PTH202
    copies = f"{min(n_originals, files.n_all):,} {series.kind} spectra"
    return (
        f"{series.title}: {files.n_few:,} files of {sum(sizes) / len(sizes) / 1e3:.1f} kB, "
        f"{files.n_all:,} in all, made of {copies} under new identities; our spectra "
        f"differ from the peer's by {difference:.1g} at most"
    )


def _times(taken, files):
    rows = [
        (name, *(f"{v:,.1f}" for v in (*spread(t["wall"]), spread(t["cpu"])[1])))
        for name, t in taken.items()
    ]
    if ways.OURS_ALL in taken:
        few, several = taken[ways.OURS_FEW]["wall"], taken[ways.OURS_ALL]["wall"]
        further = marginal(few, files.n_few, several, files.n_all)
        start = [files.n_few * (a - b) for a, b in zip(few, further, strict=True)]
        rows += [
            (name, *(f"{v:,.1f}" for v in spread(values)), "")
            for name, values in (
                ("ours, two processes, a further file", further),
                ("ours, two processes, start-up, µs in all", start),
            )
        ]
    return columns(("µs a file", "min", "median", "max", "CPU"), rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=4096, help="files that all ways take")
    parser.add_argument("--large", type=int, default=32768, help="files for two processes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where files are made; else temporary")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        figures, _ = run(
            Path(folder),
            n_files=asked.files,
            n_large=asked.large,
            n_rounds=asked.rounds,
            say=_print,
        )
    _print("\n".join(table(figures)))


def _print(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
