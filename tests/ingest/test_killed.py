"""Ingest killed with -9 at many moments, together with its workers, and run again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.parts import read_part
from specoracle.archive.rows import read_rows

# Imports once, and ingests in a fork and session of its own for every line it is given.
# Such a fork kills its whole session when it is about to rename or remove a certain file.
SCRIPT = """
import json, os, re, signal, sys
from pathlib import Path

from specoracle.ingest import plan
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

plan.SHARD_BYTES = 48 * 140 * 8  # three shards of 48 rows


def ingest(sources, folder, scheduler, event, pattern):
    def watch(name, args):
        if name == event and re.search(pattern, str(args[:2])):
            os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)
    ingest_survey(
        sources,
        Path(folder),
        recipe=recipe_named("halpha"),
        n_workers=2,
        scheduler=scheduler,
        files_per_part=4,
    )


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.setsid()
        ingest(**json.loads(line))
        os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""

# Where it stands when it is killed: before what is renamed or removed.
MOMENTS = [
    ("os.rename", r"/archive\.json'"),
    ("os.rename", r"/plan/0001\.jsonl'"),
    ("random", "4"),
    ("random", "10"),
    ("os.rename", r"/shards/0001-0000\.h5'"),
    ("os.remove", r"/parts/0001-000003\.arrow'"),
    ("os.rename", r"/shards/0001-0002\.h5'"),
    ("os.rename", r"/catalogue/0001-0002\.parquet'"),
    ("os.rename", r"/identifiers\.npy'"),
    ("os.rename", r"/shards\.json'"),
]


class Ingests:
    """Runs of the script, one after another."""

    def __init__(self, process, sources):
        self.process, self.sources = process, [str(source) for source in sources]

    def start(self, folder, scheduler, event="never", pattern=""):
        settings = {
            "sources": self.sources,
            "folder": str(folder),
            "scheduler": scheduler,
            "event": event,
            "pattern": pattern,
        }
        self.process.stdin.write(json.dumps(settings) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self):
        """Wait for the run that was started, and return its exit code."""
        return int(self.process.stdout.readline())


def kill_at_random(session, folder, n_parts, rng):
    """Kill when about so many parts are there, or at the latest when one is packed."""
    deadline = time.monotonic() + 60
    while len(list(folder.glob("parts/[!.]*"))) < n_parts and time.monotonic() < deadline:
        if list(folder.glob("shards/[!.]*")):
            break
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.05))
    os.killpg(session, signal.SIGKILL)


def check_what_stands(folder):
    """Whatever has its final name can be read, and a reader sees nothing half-done."""
    for path in folder.glob("parts/[!.]*"):
        read_part(path)
    for path in folder.glob("shards/[!.]*"):
        read_rows(path)
    if (folder / "archive.json").exists():
        archive = Archive(folder)
        assert len(archive) == 0
        archive.close()


def datasets(folder):
    """Every value of every shard, and the books as they are."""
    values = {}
    for shard in sorted((folder / "shards").iterdir()):
        with h5py.File(shard) as file:
            names = []
            file.visit(names.append)
            for name in names:
                if isinstance(file[name], h5py.Dataset):
                    values[shard.name, name] = (file[name].dtype, file[name][...].tobytes())
    for name in ("rejected.csv", "archive.json", "plan/0001.jsonl"):
        values[name] = (folder / name).read_bytes()
    for path in (*(folder / "index").iterdir(), *(folder / "catalogue").iterdir()):
        values[path.name] = path.read_bytes()
    return values


@pytest.fixture
def ingests(survey, tmp_path):
    """Ingest the survey, and a folder of copies and of files that are refused."""
    extra = tmp_path / "zz"
    extra.mkdir()
    for path in sorted(survey.rglob("*.fits"))[:5]:
        shutil.copy2(path, extra / f"copy-{path.name}")
    for number in range(3):
        (extra / f"{number}.fits").write_text("no spectrum")
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Ingests(process, [survey, extra])
        process.stdin.close()


def test_killed_at_any_moment_it_goes_on_to_the_same_archive(
    ingests, scheduler, tmp_path, record_property
):
    seed = time.time_ns()  # other moments in every run; the seed tells which
    record_property("seed", seed)
    rng = np.random.default_rng(seed)
    killed, undisturbed = tmp_path / "killed", tmp_path / "undisturbed"
    for number, (event, pattern) in enumerate(MOMENTS):
        # Some on a cluster of their own, whose workers are killed as well.
        address = None if number in {3, 4} else scheduler
        session = ingests.start(killed, address, event, pattern)
        if event == "random":
            kill_at_random(session, killed, int(pattern), rng)
        assert ingests.end() == -signal.SIGKILL, (event, pattern, seed)
        check_what_stands(killed)
    for folder in (killed, undisturbed):
        ingests.start(folder, scheduler)
        assert ingests.end() == 0, seed
    one, other = datasets(killed), datasets(undisturbed)
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == [], seed
    archive = Archive(killed)
    assert [shard.n_spectra for shard in archive.shards] == [48, 48, 24]
    archive.close()
    assert list((killed / "parts").iterdir()) == []
    assert list(killed.rglob(".*")) == []
