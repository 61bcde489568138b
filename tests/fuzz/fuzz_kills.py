"""Kill an ingest with all its workers at random moments, and run it again.

    python tests/fuzz/fuzz_kills.py --n 50 --seed 1

In the end the archive must be that of an undisturbed ingest. Prints how many kills were
tried, what each hit, how many ingests were resumed, and how many archives differ; ends
with 1 where one does.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from archives import PHASES, broken, content, differences, phase
from ingests import DEADLINE, ingest, kill, start
from mutate import ODD_NAMES, cut_anywhere, gzip_trailer_wrong, something_else
from sources import originals

SMALL = {"files_per_part": 4, "shard_bytes": 32 * 140 * 8}
"""Parts of 4 files and shards of 32 rows, so that there are many of both."""

WORKERS = (1, 1, 2)
"""Drawn from: one worker is the ingest's own process, two are a cluster."""

AIMS = ("planning", "anywhere", "anywhere", "packing", "books")
AGAIN = 0.35
"""Share of the resumed ingests that are killed as well."""


@dataclass(slots=True)
class Undisturbed:
    """An ingest that was left alone, and when it reached what [s since its start]."""

    said: dict
    n_shards: int
    times: dict

    def moment(self, aim, rng):
        """Draw for how long to wait after the aim is reached."""
        begin = self.times[aim]
        end = self.times[{"planning": "anywhere", "packing": "books"}.get(aim, "ended")]
        return rng.uniform(0, max(end - begin, 0.01))


@dataclass(slots=True)
class Campaign:
    """Counts of a campaign, and what went wrong in it."""

    hit: Counter = field(default_factory=Counter)
    resumed: int = 0
    wrong: list = field(default_factory=list)

    def lines(self):
        """Tell the counts, one a line."""
        hit = ", ".join(f"{self.hit[name]} in {name}" for name in PHASES)
        return [
            f"killed {self.hit.total()}: {hit}",
            f"resumed {self.resumed}, differing {len(self.wrong)}",
            *self.wrong,
        ]


def write_files(folder, n, seed):
    """Write survey files, and among them damaged ones, copies and odd names."""
    rng, files = np.random.default_rng(seed), originals()
    folder.mkdir()
    for number in range(n):
        original = files[number * 7 % len(files)].numbered(10_000 + number)
        if number % 10 == 3:
            damage = (cut_anywhere, something_else, gzip_trailer_wrong)[number // 10 % 3]
            original = damage(original, rng)
        odd = ODD_NAMES[number % len(ODD_NAMES)] if number % 10 == 5 else ""
        (folder / f"{number:05d}{odd}.fits").write_bytes(original)
        if number % 10 == 7:
            (folder / f"{number:05d} copy.fits").write_bytes(original)


def progress(folder):
    """Which aims an ingest has come by, and how many shards stand."""
    n_shards = len(list(folder.glob("shards/[!.]*")))
    aims = {
        "planning": folder.exists(),
        "anywhere": any(folder.glob("plan/[!.]*")),
        "packing": n_shards > 0,
    }
    return aims, n_shards


def undisturbed(files, folder, *, n_workers):
    """Ingest without a kill, and note when it had come how far."""
    times, most, begun = {}, 0, time.monotonic()
    with start(files, folder, n_workers=n_workers, **SMALL) as process:
        while process.poll() is None:
            aims, n_shards = progress(folder)
            now = time.monotonic() - begun
            times = {aim: now for aim, there in aims.items() if there} | times
            if n_shards > most:
                most, times["books"] = n_shards, now
            time.sleep(0.002)
        times["ended"] = time.monotonic() - begun
        _, said = process.communicate()
    if process.returncode:
        raise RuntimeError(f"Undisturbed: expected an archive, got {said.decode()}.")
    return Undisturbed(content(folder), most, times)


def wait_for(process, folder, aim, n_shards):
    """Wait until the ingest has come by the aim or ended; say whether it still runs."""
    deadline = time.monotonic() + DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        aims, found = progress(folder)
        if aims.get(aim, found >= n_shards):
            return True
        time.sleep(0.002)
    return False


def kill_once(files, folder, calm, rng, *, n_workers):
    """Start an ingest and kill it; return the phase it was in, or ``""`` where it ended."""
    aim = str(rng.choice(AIMS))
    process = start(files, folder, n_workers=n_workers, **SMALL)
    running = wait_for(process, folder, aim, calm.n_shards)
    deadline = time.monotonic() + calm.moment(aim, rng)
    while running and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.001)
    ended = process.poll() is not None
    if not ended:
        kill(process)
        return phase(folder, calm.n_shards)
    _, said = process.communicate()
    return "" if process.returncode == 0 else said.decode(errors="replace").splitlines()[-1]


def campaign(n, *, seed, folder, n_files, workers=WORKERS):
    """Kill ``n`` times, resuming in between, and compare what comes of it."""
    rng, found = np.random.default_rng(seed), Campaign()
    files = folder / "files"
    write_files(files, n_files, seed)
    calm = {w: undisturbed(files, folder / f"calm-{w}", n_workers=w) for w in workers}
    for other in calm.values():
        found.wrong += differences(calm[1].said, other.said)
        if other.n_shards < 3:
            found.wrong.append(f"expected 3 or more shards, got {other.n_shards}")
    number = 0
    while found.hit.total() < n and len(found.wrong) < 10:
        number += 1
        archive = folder / f"killed-{number}"
        _kill_and_resume(files, archive, calm, rng, found, n, workers)
    return found


def _kill_and_resume(files, archive, calm, rng, found, n, workers):
    again = True
    while again and found.hit.total() < n:
        n_workers = int(rng.choice(workers))
        hit = kill_once(files, archive, calm[n_workers], rng, n_workers=n_workers)
        if hit not in PHASES:
            found.wrong += [f"{archive.name}: ended with {hit}"] if hit else []
            break
        found.hit[hit] += 1
        found.wrong += [f"{archive.name}: broken {name}" for name in broken(archive)]
        again = rng.random() < AGAIN
    n_workers = int(rng.choice(workers))
    ended = ingest(files, archive, n_workers=n_workers, **SMALL)
    found.resumed += 1
    unlike = [ended.wrong] if ended.wrong else differences(calm[1].said, content(archive))
    found.wrong += [f"{archive.name}: {', '.join(unlike)}"] if unlike else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=50, help="kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=300, help="files to ingest")
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        found = campaign(asked.n, seed=asked.seed, folder=folder, n_files=asked.files)
    lines = [*found.lines(), f"{time.monotonic() - begun:.0f} s"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
