"""A real Dask scheduler with two worker processes, and archives made by it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import pyarrow.parquet as pq
import pytest
from distributed import Client

from specoracle.ingest.ingest import ingest_survey as run
from specoracle.recipes.built_in import recipe_named


@contextlib.contextmanager
def dask(*words, folder):
    """Run a ``dask`` command in a session of its own, ended with all its children."""
    with (
        (folder / f"{words[0]}.log").open("ab") as log,
        subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as child,
    ):
        try:
            yield
        finally:
            os.killpg(child.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory):
    """Address of a scheduler on the loopback with two workers."""
    folder = tmp_path_factory.mktemp("dask")
    card = folder / "scheduler.json"
    shared = ("--scheduler-file", str(card), "--host", "127.0.0.1", "--no-dashboard")
    shared += ("--dashboard-address", "127.0.0.1:0")
    with contextlib.ExitStack() as stack:
        stack.enter_context(dask("scheduler", *shared, "--port", "0", folder=folder))
        while not card.exists():
            time.sleep(0.05)
        for _ in range(2):
            words = ("worker", *shared, "--nthreads", "1", "--no-nanny")
            stack.enter_context(dask(*words, folder=folder))
        with Client(scheduler_file=str(card), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address


@pytest.fixture
def ingest(scheduler):
    """Ingest on that scheduler, by the recipe halpha unless told otherwise."""

    def make(sources, folder, *, recipe="halpha", **settings):
        settings = {"scheduler": scheduler, "files_per_part": 16} | settings
        return run(
            [str(source) for source in sources],
            folder,
            recipe=recipe_named(recipe),
            **settings,
        )

    return make


@pytest.fixture(scope="session")
def content():
    """Everything an archive says, without how it is split into shards."""

    def read(folder):
        shards = sorted((Path(folder) / "shards").iterdir())
        columns = {}
        for shard in shards:
            with h5py.File(shard) as file:
                file.visititems(
                    lambda name, node: (
                        columns.setdefault(name, []).extend(node[...].tolist())
                        if isinstance(node, h5py.Dataset)
                        else None
                    )
                )
        catalogue = pq.read_table(Path(folder) / "catalogue").to_pylist()
        rejected = (Path(folder) / "rejected.csv").read_text(encoding="utf-8")
        return str((columns, catalogue, rejected))  # as text, for NaN equals NaN there

    return read
