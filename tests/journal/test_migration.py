"""Journals that version 1 wrote, as its own databases dumped them."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from specoracle.journal.event import SOFTWARE, Action, LabelEvent, Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import EstimationMember, Journal, Member

OLD = Path(__file__).parent / "old"


@pytest.fixture
def old_sqlite(tmp_path):
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((OLD / "version_1_sqlite.sql").read_text("utf-8"))
    return path


@pytest.fixture
def old_postgresql(postgresql):
    import psycopg

    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute((OLD / "version_1_postgresql.sql").read_text("utf-8"))
    return postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request):
    """Place of a journal of version 1."""
    return request.getfixturevalue(f"old_{request.param}")


def unsure(number):
    return LabelEvent(
        campaign="hunt",
        round_number=0,
        annotator="vera",
        identifier="star-2",
        role=Role.ORACLE,
        action=Action.LABEL,
        value=f"class {number}",
        sure=False,
    )


def test_what_was_said_in_an_old_journal_still_stands(old):
    journal = Journal(old)
    fold = Fold(journal.events("hunt"))
    # What was done: star-0 emission, commented, changed, and the change undone; star-1
    # absorption by both; star-2 skipped.
    assert fold.labels() == {"star-0": "emission", "star-1": "absorption"}
    assert fold.judgement("vera", "star-0").comment == "Hα 'broad' 😀"
    assert fold.judgement("vera", "star-2").skipped
    events = [recorded.event for recorded in journal.events("hunt")]
    assert [event.uuid for event in events] == [f"{n:032x}" for n in range(1, 8)]
    assert {event.software for event in events} == {None}
    assert [m.role for m in journal.members("hunt", 0)] == [
        "oracle",
        "estimation",
        "oracle",
    ]
    assert journal.members("hunt", 0)[0] == Member(
        identifier="star-0",
        role=Role.ORACLE,
        position=0,
        reason="because 0",
        probability=0.25,
    )
    assert journal.estimation_sample("hunt") == (
        EstimationMember(
            identifier="star-1", draw=0, stratum=1, probability=0.25, model_hash="blind"
        ),
    )
    assert journal.would_be_asked("hunt") == {"star-2"}
    journal.close()


def test_an_old_journal_takes_new_events_and_opens_again(old):
    journal = Journal(old)
    recorded = journal.record(unsure(1))
    assert recorded.sequence == 8
    assert recorded.event.supersedes == f"{6:032x}"
    journal.close()
    again = Journal(old)
    assert again.events("hunt")[-1] == recorded
    assert again.events("hunt")[-1].event.software == SOFTWARE
    again.close()


def test_several_processes_may_migrate_at_the_same_moment(old):
    opened, failed = [], []

    def work():
        try:
            opened.append(Journal(old))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failed == []
    assert len({len(journal.events("hunt")) for journal in opened}) == 1
    [journal.close() for journal in opened]


def test_two_pages_that_label_at_once_do_not_fork_the_chain(old):
    def work():
        page = Journal(old)
        for number in range(10):
            page.record(unsure(number))
        page.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    journal = Journal(old)
    events = [recorded.event for recorded in journal.events("hunt", after=7)]
    journal.close()
    assert len(events) == 40
    assert [e.supersedes for e in events] == [f"{6:032x}", *(e.uuid for e in events[:-1])]
