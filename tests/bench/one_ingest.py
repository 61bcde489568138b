"""One ingest in a process of its own.

New workers read the script that starts them once more, so this one imports little.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
from memory import PeakMemory, peak

from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named


def ingest_apart(sources, archive, n_workers):
    """Ingest by the recipe halpha in a new process, and wait.

    Returns the seconds that it took without the start of that process, the number of
    spectra, and the peak memory of driver and largest worker [byte].
    """
    words = [str(word) for word in (archive, n_workers, *sources)]
    with (
        subprocess.Popen(
            [sys.executable, __file__, *words], stdout=subprocess.PIPE
        ) as process,
        PeakMemory(process.pid) as memory,
    ):
        said, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"Ingest: expected it to end well, got {process.returncode}.")
    return json.loads(said) | {"worker": max(memory.children.values(), default=0)}


def ingest(sources, archive, n_workers):
    """Ingest by the recipe halpha here, and insist that every file is taken."""
    count = ingest_survey(
        [str(source) for source in sources],
        Path(archive),
        recipe=recipe_named("halpha"),
        n_workers=n_workers,
    )
    if count.n_refused:
        raise SystemExit(
            f"Ingest: expected every file to be taken, got {count.n_refused:,} refused. "
            f"Times would not be comparable; see {archive}/rejected.csv."
        )
    return count.n_spectra


def main(archive, n_workers, *sources):
    begun = time.perf_counter()
    n_spectra = ingest(sources, archive, int(n_workers))
    said = {
        "seconds": time.perf_counter() - begun,
        "n_spectra": n_spectra,
        "driver": peak(psutil.Process(os.getpid())),
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
