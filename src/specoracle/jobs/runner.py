"""Start a job as a detached process of low priority, and stop it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from specoracle.errors import BusyError, JobError
from specoracle.jobs.record import JobRecord, Phase
from specoracle.jobs.store import JobStore, is_alive, now

NICENESS = 10

_CHILDREN: list["subprocess.Popen[bytes]"] = []
"""Processes this one has started, kept so that they are reaped when they end."""


def start(
    workspace: Path, kind: str, parameters: dict[str, Any], *, owner: str = ""
) -> JobRecord:
    """Start a job; it goes on when this process, or the page that asked, is gone.

    Parameters
    ----------
    workspace
        The workspace; its ``jobs.sqlite`` holds the record.
    kind
        A key of `specoracle.jobs.work.KINDS`.
    parameters
        What the kind needs.
    owner
        Who asks.

    Raises
    ------
    BusyError
        If a job of this kind with these parameters is running already.
    JobError
        If the kind is unknown.
    """
    from specoracle.jobs.work import KINDS

    if kind not in KINDS:
        raise JobError(
            f"Job: expected a kind of {', '.join(sorted(KINDS))}, got {kind!r}. Choose "
            "one of these."
        )
    workspace = Path(workspace).resolve()
    store = JobStore(workspace / "jobs.sqlite")
    try:
        _refuse_twin(store, kind, parameters)
        record = store.add(kind, parameters, owner=owner)
        log = workspace / "logs" / f"{record.id}.log"
        process = _launch(workspace, record.id, log)
        with contextlib.suppress(psutil.Error):
            started = psutil.Process(process.pid).create_time()
            store.update(
                record.id,
                phase=Phase.EXECUTING,
                pid=process.pid,
                process_started=started,
                started=now(),
                log=str(log),
                message="Starting",
            )
        return store.get(record.id)
    finally:
        store.close()


def abort(workspace: Path, job_id: str) -> JobRecord:
    """Stop a job and everything that it started."""
    store = JobStore(Path(workspace) / "jobs.sqlite")
    try:
        record = store.get(job_id)
        if record.phase is Phase.EXECUTING and is_alive(record):
            process = psutil.Process(record.pid)
            family = [*process.children(recursive=True), process]
            for member in family:
                with contextlib.suppress(psutil.Error):
                    member.terminate()
            _, stubborn = psutil.wait_procs(family, timeout=10)
            for member in stubborn:
                with contextlib.suppress(psutil.Error):
                    member.kill()
        store.update(job_id, phase=Phase.ABORTED, ended=now())
        return store.get(job_id)
    finally:
        store.close()


def _refuse_twin(store: JobStore, kind: str, parameters: dict[str, Any]) -> None:
    for record in store.jobs():
        running = not record.phase.over and record.phase is not Phase.UNKNOWN
        if record.kind == kind and record.parameters == parameters and running:
            raise BusyError(
                f"Job: expected no other one doing this, got {record.id}, which is "
                f"{record.phase}. Wait for it, or abort it."
            )


def _launch(workspace: Path, job_id: str, log: Path) -> "subprocess.Popen[bytes]":
    log.parent.mkdir(parents=True, exist_ok=True)
    # One core is left to the screen: a labelling page must stay quick while we train.
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "specoracle.jobs.process", str(workspace), job_id],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    with contextlib.suppress(psutil.Error):
        psutil.Process(process.pid).nice(NICENESS)
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]
    _CHILDREN.append(process)
    return process
