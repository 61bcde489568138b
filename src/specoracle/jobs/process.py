"""The detached process of one job: ``python -m specoracle.jobs.process WORKSPACE ID``."""

import logging
import sys
import threading
import time
import traceback
from pathlib import Path

import psutil

from specoracle.errors import SpecoracleError
from specoracle.jobs.record import Phase
from specoracle.jobs.store import JobStore, now
from specoracle.jobs.work import KINDS

HEARTBEAT_SECONDS = 2.0

_LOGGER = logging.getLogger(__name__)


def run(workspace: Path, job_id: str) -> int:
    """Do a job and record how it ended; returns the exit status."""
    store = JobStore(workspace / "jobs.sqlite")
    me = psutil.Process()
    store.update(
        job_id,
        phase=Phase.EXECUTING,
        pid=me.pid,
        process_started=me.create_time(),
        started=now(),
    )
    record = store.get(job_id)
    over = threading.Event()
    pulse = threading.Thread(target=_beat, args=(store, job_id, over), daemon=True)
    pulse.start()

    def progress(message: str, share: float) -> None:
        store.update(job_id, message=message, progress=float(share))

    try:
        message = KINDS[record.kind](workspace, record.parameters, progress)
    except SpecoracleError as reason:
        _LOGGER.error("%s", reason)
        store.update(job_id, phase=Phase.ERROR, ended=now(), error=str(reason))
        return 1
    except BaseException as reason:
        # Whatever it was, the record must say so before the process is gone.
        traceback.print_exc()
        text = f"{type(reason).__name__}: {reason}"
        store.update(job_id, phase=Phase.ERROR, ended=now(), error=text)
        raise
    finally:
        over.set()
        pulse.join()
    store.update(job_id, phase=Phase.COMPLETED, ended=now(), progress=1.0, message=message)
    return 0


def _beat(store: JobStore, job_id: str, over: threading.Event) -> None:
    while not over.is_set():
        store.update(job_id, heartbeat=time.time())
        over.wait(HEARTBEAT_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sys.exit(run(Path(sys.argv[1]), sys.argv[2]))
