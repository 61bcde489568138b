"""Jobs as real processes, killed for real."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.workspace import Workspace
from specoracle.errors import BusyError, JobError
from specoracle.jobs import JobStore, Phase, abort, latest, start
from specoracle.simulate.survey import read_truth

PATIENCE = 120


def wait(workspace, job_id, *, until=lambda record: record.phase.over):
    deadline = time.monotonic() + PATIENCE
    store = JobStore(workspace / "jobs.sqlite")
    try:
        while time.monotonic() < deadline:
            record = store.get(job_id)
            if until(record):
                return record
            time.sleep(0.05)
    finally:
        store.close()
    pytest.fail(f"the job did not get there in {PATIENCE} s: {record}")


@pytest.fixture
def labelled(workspace, survey):
    """A workspace with a campaign that is ready to be trained."""
    truth = read_truth(survey)
    facts = CampaignFacts(
        name="hunt",
        classes=("absorption", "emission", "double-peak"),
        targets=("emission", "double-peak"),
        batch_size=8,
        estimation_size=4,
        max_epochs=3,
    )
    campaign = create_campaign(Workspace(workspace), facts)
    known = {n: c for n, c in sorted(truth.items()) if c != "absorption"}
    campaign.import_labels(known, annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    campaign.close()
    return workspace


def test_a_round_is_trained_in_a_process_of_its_own(labelled):
    record = start(labelled, "round", {"campaign": "hunt"}, owner="vera")
    assert record.phase is Phase.EXECUTING
    assert record.pid != os.getpid()
    assert os.getsid(record.pid) != os.getsid(0)
    done = wait(labelled, record.id)
    assert (done.phase, done.message) == (Phase.COMPLETED, "Round 1 is open")
    assert done.progress == 1.0
    assert done.heartbeat is not None
    campaign = Campaign.open(labelled, "hunt")
    assert campaign.round_number == 1
    campaign.close()
    assert latest(labelled, "round", "hunt").id == record.id
    assert latest(labelled, "round", "other") is None


def test_a_job_outlives_the_process_that_started_it(labelled):
    code = (
        "import sys; from pathlib import Path; from specoracle.jobs import start; "
        "print(start(Path(sys.argv[1]), 'round', {'campaign': 'hunt'}).id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, labelled], capture_output=True, text=True, check=True
    )
    assert wait(labelled, done.stdout.strip()).phase is Phase.COMPLETED


def test_the_same_job_is_not_started_twice(labelled):
    first = start(labelled, "round", {"campaign": "hunt"})
    with pytest.raises(BusyError, match=first.id):
        start(labelled, "round", {"campaign": "hunt"})
    wait(labelled, first.id)


def test_a_killed_job_says_so_and_can_be_started_again(labelled):
    record = start(labelled, "round", {"campaign": "hunt"})
    wait(labelled, record.id, until=lambda r: r.heartbeat is not None)
    os.kill(record.pid, signal.SIGKILL)
    dead = wait(labelled, record.id)
    assert dead.phase is Phase.ERROR
    assert "Start the job again" in dead.error
    campaign = Campaign.open(labelled, "hunt")
    assert campaign.batch("vera").is_done
    campaign.close()
    again = start(labelled, "round", {"campaign": "hunt"})
    assert wait(labelled, again.id).phase is Phase.COMPLETED


def test_an_aborted_job_leaves_no_process_behind(labelled):
    record = start(labelled, "round", {"campaign": "hunt"})
    assert abort(labelled, record.id).phase is Phase.ABORTED
    status = (
        psutil.Process(record.pid).status() if psutil.pid_exists(record.pid) else "gone"
    )
    assert status in {"gone", psutil.STATUS_ZOMBIE}


def test_a_job_that_fails_says_why(labelled):
    record = start(labelled, "round", {"campaign": "hant"})
    done = wait(labelled, record.id)
    assert done.phase is Phase.ERROR
    assert "got 'hant'" in done.error
    assert "got 'hant'" in (labelled / "logs" / f"{record.id}.log").read_text()


def test_an_ingest_runs_as_a_job(workspace, survey):
    record = start(
        workspace, "ingest", {"sources": [str(survey)], "recipe": "halpha", "workers": 1}
    )
    done = wait(workspace, record.id)
    assert done.phase is Phase.COMPLETED, done.error
    assert "spectra in the archive" in done.message


def test_an_unknown_kind_is_refused(workspace):
    with pytest.raises(JobError, match="expected a kind of ingest, round, got 'dance'"):
        start(workspace, "dance", {})


def test_a_later_process_with_the_same_number_is_not_taken_for_the_job(workspace):
    store = JobStore(workspace / "jobs.sqlite")
    record = store.add("round", {}, owner="")
    store.update(record.id, phase=Phase.EXECUTING, pid=os.getpid(), process_started=1.0)
    assert store.get(record.id).phase is Phase.ERROR
    store.close()


def test_a_job_that_never_got_a_process_is_given_up(workspace):
    store = JobStore(workspace / "jobs.sqlite")
    record = store.add("round", {}, owner="")
    assert store.get(record.id).phase is Phase.PENDING
    with sqlite3.connect(workspace / "jobs.sqlite") as connection:
        connection.execute("update job set created = '2020-01-01T00:00:00+00:00'")
    connection.close()
    assert store.get(record.id).phase is Phase.ERROR
    store.close()


def test_a_job_that_is_over_stays_as_it_ended(workspace):
    store = JobStore(workspace / "jobs.sqlite")
    record = store.add("round", {}, owner="")
    store.update(record.id, phase=Phase.ABORTED)
    store.update(record.id, phase=Phase.COMPLETED, message="too late")
    assert store.get(record.id).phase is Phase.ABORTED
    store.close()


def test_an_unknown_job_is_refused(workspace):
    store = JobStore(workspace / "jobs.sqlite")
    with pytest.raises(JobError, match="specoracle jobs WORKSPACE"):
        store.get("nope")
    store.close()
