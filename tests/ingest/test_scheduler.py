"""A Dask scheduler and workers as on a cluster: real processes, and some of them killed.

The workers cannot import torch nor anything of Jupyter.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from distributed import Client

from specoracle.archive.archive import Archive

FORBIDDEN = (
    *("torch", "sklearn", "openTSNE", "safetensors", "plotly", "anywidget", "ipywidgets"),
    *("ipykernel", "IPython", "jupyter_core", "jupyter_client", "jupyterlab", "voila"),
)

# Run when a Python starts. Slow files make a run that can be interfered with, and a file
# called "killer" is one that no worker survives, as one that needs more memory than it has.
SITE = """
import os, signal, sys, time

class Forbidden:
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in os.environ["FORBIDDEN"].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def watch(event, arguments):
    name = os.path.basename(str(arguments[0])) if event == "open" else ""
    if name.startswith("killer") and "MORTAL" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("spec-"):
        time.sleep(float(os.environ["SECONDS_A_FILE"]))

sys.meta_path.insert(0, Forbidden)
sys.addaudithook(watch)
"""

# The command line, with small parts: fifteen of them for 120 files.
COMMAND = """
from specoracle.ingest import plan
plan.fair_part = lambda n_files, n_workers: 8
from specoracle.cli import main
main()
"""


class Cluster:
    """A scheduler and its workers, each a process, with one folder for their files."""

    def __init__(self, folder, environment):
        self.card = folder / "scheduler.json"
        self.processes = []
        (folder / "sitecustomize.py").write_text(SITE)
        self._folder = folder
        self._environment = dict(os.environ) | {
            "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
            "SECONDS_A_FILE": "0",
            "FORBIDDEN": ",".join(FORBIDDEN),
            **environment,
        }

    def start(self, *words, **environment):
        """Run a ``dask`` command in a session of its own, and log what it says."""
        with (self._folder / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                cwd=self._folder,
                env=self._environment | environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def scheduler(self, protocol="tcp"):
        self.card.unlink(missing_ok=True)
        words = ("--host", "127.0.0.1", "--port", "0", "--protocol", protocol)
        words += ("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(self.card))
        return self.start("scheduler", *words)

    def worker(self, *words, seconds_a_file=0.0, **environment):
        words = ("--scheduler-file", str(self.card), "--nthreads", "1", *words)
        environment |= {"SECONDS_A_FILE": str(seconds_a_file), "MORTAL": "yes"}
        return self.start("worker", *words, **environment)

    def ingest(self, archive, *sources, scheduler=None):
        """Start ``specoracle ingest`` on this cluster."""
        words = ["ingest", *sources, "--archive", archive, "--json"]
        words += ["--scheduler", scheduler or self.card]
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *map(str, words)],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def kill(*processes):
    """Kill with -9, together with what they have started."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ended(run):
    """Wait for a run that ends well, and return what it counted."""
    said, complaint = run.communicate(timeout=120)
    assert run.returncode == 0, complaint
    return json.loads(said)


def wait_for_parts(archive, n_parts):
    deadline = time.monotonic() + 60
    while len(list(archive.glob("parts/[!.]*"))) < n_parts:
        assert time.monotonic() < deadline, "no part appears"
        time.sleep(0.01)


def rejected(archive):
    with (archive / "rejected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def environment():
    """What the processes find in their environment."""
    return {}


@pytest.fixture
def cluster(tmp_path, environment):
    """A cluster in which nothing runs yet."""
    cluster = Cluster(tmp_path, environment)
    yield cluster
    kill(*cluster.processes)


def test_workers_without_torch_and_jupyter_make_the_archive_of_a_local_cluster(
    cluster, survey, archive_folder, content, tmp_path
):
    run = cluster.ingest(tmp_path / "archive", survey)  # waits for the scheduler's file
    cluster.scheduler()
    for _ in range(2):
        cluster.worker("--no-nanny")
    assert ended(run) == {"n_files": 120, "n_spectra": 120, "n_refused": 0}
    assert content(tmp_path / "archive") == content(archive_folder)
    with Client(scheduler_file=str(cluster.card), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        for name in ("torch", "ipykernel", "ipywidgets"):
            with pytest.raises(ModuleNotFoundError, match=name):
                client.submit(import_module, name, pure=False).result()


def test_a_worker_that_is_killed_takes_nothing_with_it(
    cluster, survey, archive_folder, content, tmp_path
):
    archive = tmp_path / "archive"
    cluster.scheduler()
    workers = [cluster.worker("--no-nanny", seconds_a_file=0.05) for _ in range(2)]
    run = cluster.ingest(archive, survey)
    wait_for_parts(archive, 3)
    kill(workers[0])
    assert len(list(archive.glob("parts/[!.]*"))) < 13  # work remains
    assert ended(run) == {"n_files": 120, "n_spectra": 120, "n_refused": 0}
    assert content(archive) == content(archive_folder)
    assert list(archive.rglob(".*")) == []


def test_when_all_workers_are_killed_the_run_waits_for_a_new_one(
    cluster, survey, archive_folder, content, tmp_path
):
    archive = tmp_path / "archive"
    cluster.scheduler()
    workers = [cluster.worker("--no-nanny", seconds_a_file=0.05) for _ in range(2)]
    run = cluster.ingest(archive, survey)
    wait_for_parts(archive, 3)
    kill(*workers)
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(3)
    cluster.worker("--no-nanny")
    assert ended(run)["n_spectra"] == 120
    assert content(archive) == content(archive_folder)


def test_a_scheduler_that_is_killed_ends_the_run_and_another_goes_on(
    cluster, survey, archive_folder, content, tmp_path
):
    archive = tmp_path / "archive"
    scheduler = cluster.scheduler()
    cluster.worker("--no-nanny", seconds_a_file=0.05)
    run = cluster.ingest(archive, survey)
    wait_for_parts(archive, 3)
    kill(scheduler)
    _, complaint = run.communicate(timeout=120)
    assert run.returncode == 1
    assert complaint.splitlines()[-1] == (
        "Error: Scheduler: expected it to run until all parts are done, got a lost "
        "connection. Nothing is lost: start a scheduler and run the same command again, "
        "it goes on."
    )
    kill(*cluster.processes)
    cluster.scheduler()
    cluster.worker("--no-nanny")
    count = ended(cluster.ingest(archive, survey))
    assert 0 < count["n_files"] <= 96  # at least three parts stood already
    assert content(archive) == content(archive_folder)


@pytest.mark.parametrize(
    "environment", [{"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}]
)
def test_a_file_that_kills_every_worker_is_refused_and_all_others_are_taken(
    cluster, survey, tmp_path
):
    archive, bad = tmp_path / "archive", tmp_path / "killer.fits"
    bad.write_bytes(b"")
    cluster.scheduler()
    for _ in range(2):
        cluster.worker()
    count = ended(cluster.ingest(archive, bad, survey))
    assert count == {"n_files": 121, "n_spectra": 120, "n_refused": 1}
    assert rejected(archive) == [
        {
            "path": str(bad),
            "reason": "killer.fits: expected a file that a worker can read, got one that "
            "killed 2 workers with nothing else running. Look into it, or give the workers "
            "more memory.",
            "exception": "KilledWorker",
        }
    ]
    Archive(archive).close()


def test_a_worker_without_specoracle_ends_the_run_in_one_sentence(
    cluster, survey, tmp_path
):
    cluster.scheduler()
    cluster.worker("--no-nanny", FORBIDDEN="specoracle")
    with Client(scheduler_file=str(cluster.card), set_as_default=False) as client:
        client.wait_for_workers(1, timeout=60)
    run = cluster.ingest(tmp_path / "archive", survey)
    _, complaint = run.communicate(timeout=60)
    assert run.returncode == 1
    assert complaint.splitlines()[-1] == (
        "Error: Scheduler and workers: expected the environment of this machine, got No "
        "module named 'specoracle'. Install specoracle there and run the same command "
        "again, it goes on."
    )


@pytest.fixture
def certificates(tmp_path):
    """Dask's settings for TLS, as the script of docs/cluster makes them."""
    folder = tmp_path / "certificates"
    script = Path(__file__).parents[2] / "docs" / "cluster" / "certificates.py"
    subprocess.run([sys.executable, script, folder], check=True)
    assert {path.stat().st_mode & 0o077 for path in (folder, folder / "cluster.key")} == {0}
    return {"DASK_CONFIG": str(folder / "tls.json")}


def test_a_scheduler_with_tls_takes_the_certificates_of_dasks_settings(
    certificates, survey, archive_folder, content, tmp_path
):
    cluster = Cluster(tmp_path, certificates)
    stranger = Cluster(tmp_path, {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "3s"})
    try:
        cluster.scheduler("tls")
        cluster.worker("--no-nanny")
        assert ended(cluster.ingest(tmp_path / "archive", survey))["n_spectra"] == 120
        assert content(tmp_path / "archive") == content(archive_folder)
        address = json.loads(cluster.card.read_text())["address"]
        run = stranger.ingest(tmp_path / "other", survey, scheduler=address)
        _, complaint = run.communicate(timeout=60)
    finally:
        kill(*cluster.processes)
    assert run.returncode == 1
    assert complaint.splitlines()[-1] == (
        f"Error: Scheduler: expected a Dask scheduler at {address}, got no certificates "
        "in distributed.comm.tls of Dask's settings. Check the address, such as "
        "tcp://host:8786, and run the same command again."
    )
