"""A disk that fills up while files are ingested: a small tmpfs, for real."""

import json
import shutil
import subprocess
import sys

import pytest

SCRIPT = """
import errno, json, logging, os, shutil, subprocess, sys, time
from pathlib import Path

from distributed import LocalCluster

from specoracle.archive.parts import read_part
from specoracle.archive.rows import read_rows, write_rows
from specoracle.errors import ArchiveError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

SURVEY, DISK, COPY = map(Path, sys.argv[1:])


def fill(n_pages=0):
    (DISK / "room").write_bytes(bytes(4096 * n_pages))
    with (DISK / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError as reason:
            assert reason.errno == errno.ENOSPC
    (DISK / "room").unlink()


def fill_after(share):
    return lambda done, total: fill() if done >= share * total else None


def wait_until_idle():
    # A task that had begun goes on when its ingest has ended; with room it would succeed.
    (worker,) = cluster.workers.values()
    while worker.state.tasks:
        time.sleep(0.01)


def run(progress=None):
    settings = {"scheduler": SCHEDULER, "files_per_part": 8, "progress": progress}
    try:
        count = ingest_survey(
            [str(SURVEY)], DISK / "archive", recipe=recipe_named("halpha"), **settings
        )
        said = f"{count.n_spectra} spectra"
    except ArchiveError as reason:
        said = str(reason)
    wait_until_idle()
    (DISK / "filler").unlink(missing_ok=True)
    shards = sorted(DISK.glob("archive/shards/*.h5"))
    parts = sorted(DISK.glob("archive/parts/*.arrow"))
    return {
        "said": said,
        "rows": sum(len(read_rows(path)) for path in shards)
        + sum(len(read_part(path)) for path in parts),
        "partial": [path.name for path in DISK.rglob(".partial-*")],
    }


def run_when_full(n_pages=0):
    fill(n_pages)
    return run()


def run_and_fill_when_read():
    # A quick worker may have done all parts before; without one to do nothing is read.
    next(DISK.glob("archive/parts/*.arrow")).unlink()
    return run(fill_after(1.0))


def write_when_full(n_pages):
    (shard,) = DISK.glob("archive/shards/*.h5")
    rows = read_rows(shard)
    fill(n_pages)
    try:
        write_rows(DISK / "rows.h5", rows)
        said = "written"
    except OSError as reason:
        said = os.strerror(reason.errno)
    (DISK / "rows.h5").unlink(missing_ok=True)
    (DISK / "filler").unlink()
    return said


if __name__ == "__main__":
    # A worker that is a thread of this process: quick, and it sees the mounted disk.
    cluster = LocalCluster(
        n_workers=1,
        processes=False,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        silence_logs=logging.CRITICAL,
    )
    SCHEDULER = cluster.scheduler_address
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", DISK], check=True)
    story = {
        "full before": run_when_full(),
        "full while reading": run(fill_after(0.2)),
        "full while packing": run_and_fill_when_read(),
        "room": run(),
        "full after": run_when_full(),
        "rows": [write_when_full(n_pages) for n_pages in range(0, 60, 2)],
        "books": [run_when_full(n_pages)["said"] for n_pages in range(0, 16)],
    }
    cluster.close()
    shutil.copytree(DISK / "archive", COPY)
    print(json.dumps(story))
"""


@pytest.fixture(scope="module")
def unshare():
    """A command that gives a program a mount table of its own."""
    words = ["unshare", "--user", "--map-root-user", "--mount"]
    trial = [*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if (
        shutil.which("unshare") is None
        or subprocess.run(trial, check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine lets nobody mount a small disk")
    return words


def test_a_full_disk_ends_in_one_sentence_and_room_lets_it_go_on(
    unshare, survey, archive_folder, content, tmp_path
):
    disk, copy = tmp_path / "disk", tmp_path / "copy"
    disk.mkdir()
    words = [*unshare, sys.executable, "-c", SCRIPT, survey, disk, copy]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=120)
    story = json.loads(done.stdout.splitlines()[-1])
    archive = disk / "archive"
    assert (
        f"{archive}: expected 0.4 MB of free disk for 120 files, got 0.0 MB"
        in (story["full before"]["said"])
    )
    full = (
        f"{archive}: expected room on the disk, got a full one. Nothing is lost: free some "
        "and run the same command again, it goes on."
    )
    for moment in ("full while reading", "full while packing", "full after"):
        assert story[moment]["said"] == full, moment
    assert story["room"]["said"] == "120 spectra"
    # However many pages are left, writing fails cleanly or not at all.
    for said, expected in (
        (story.pop("rows"), ("No space left on device", "written")),
        (story.pop("books"), (full, "120 spectra")),
    ):
        n_failed = said.count(expected[0])
        assert said == [expected[0]] * n_failed + [expected[1]] * (len(said) - n_failed)
        assert 0 < n_failed < len(said)
    # Whatever has a final name is whole: its rows were read.
    rows = [moment["rows"] for moment in story.values()]
    assert rows[0] == 0 < rows[1] <= rows[2] == rows[3] == rows[4] == 120
    assert not any(moment["partial"] for moment in story.values())
    assert content(copy) == content(archive_folder)
    assert done.stderr == ""
