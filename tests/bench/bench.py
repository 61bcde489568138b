"""Benchmarks of ingest and recipes in one run, and one table at the end: ``make bench``.

    python tests/bench/bench.py --sizes 1000 10000 100000 1000000 --json figures.json

Ends with 1 when a figure falls short of its target.
"""

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import ingest_scale
import ingest_speed
import recipe_speed
from copies import simulated, write_copies
from stages import stages
from stages import table as stage_table
from verdict import table, write_json

PACKAGES = (
    *("astropy", "dask", "deflate", "h5py", "isal", "numpy", "scikit-learn", "scipy"),
    "spectres",
)


def run(folder, *, n_files, n_large, n_rounds, sizes, real_folder, say):
    """Run everything: figures and record."""
    say("# Where the time goes, one process, simulated image .fits.gz\n")
    stage_times = _stages(folder, n_files)
    say("\n".join(stage_table(stage_times)) + "\n")
    say("# Speed\n")
    figures, speed = ingest_speed.run(
        folder,
        n_files=n_files,
        n_large=n_large,
        n_rounds=n_rounds,
        real_folder=real_folder,
        say=say,
    )
    say("# Recipes\n")
    prepared, recipes = recipe_speed.run(
        n_spectra=min(n_files, 1024), n_peer=min(n_files, 16), n_rounds=n_rounds, say=say
    )
    say("\n# Scale\n")
    found, scales = ingest_scale.run(folder, sizes=sizes, say=say)
    record = {"speed": speed, "stages": stage_times, "scale": [asdict(s) for s in scales]}
    return figures + prepared + found, record | {"recipes": recipes}


def conditions():
    """What the figures depend on, without the name of any machine."""
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _stages(folder, n_files):
    source = folder / "stages"
    n_originals = min(n_files, ingest_speed.N_SIMULATED)
    n_processes = 1 if n_files < 100 else 2
    write_copies(
        simulated,
        source,
        range(n_files),
        n_originals=n_originals,
        n_processes=n_processes,
    )
    return stages(source, n_files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=4096, help="files that all ways take")
    parser.add_argument("--large", type=int, default=32768, help="files for two processes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=ingest_scale.SIZES)
    parser.add_argument("--spectra", type=Path, default=ingest_speed.REAL)
    parser.add_argument("--folder", type=Path, help="where files are made; else temporary")
    parser.add_argument("--json", type=Path, help="file for the figures and all times")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        figures, record = run(
            Path(folder),
            n_files=asked.files,
            n_large=asked.large,
            n_rounds=asked.rounds,
            sizes=asked.sizes,
            real_folder=asked.spectra,
            say=_print,
        )
    if asked.json:
        write_json(asked.json, figures, conditions=conditions(), **record)
    _print("\n".join(table(figures)))
    sys.exit(any(figure.verdict == "SHORT" for figure in figures))


def _print(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
