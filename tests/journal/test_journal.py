import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from specoracle.errors import JournalError
from specoracle.journal import database
from specoracle.journal.event import Action, LabelEvent, Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import EstimationMember, Journal, Member, NewRound


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def label(value, identifier="star", **rest):
    return LabelEvent(
        campaign=rest.pop("campaign", "hunt"),
        round_number=rest.pop("round_number", 0),
        annotator=rest.pop("annotator", "vera"),
        identifier=identifier,
        role=rest.pop("role", Role.ORACLE),
        action=Action.LABEL,
        value=value,
        **rest,
    )


def test_an_event_comes_back_as_it_was_recorded(journal):
    event = label(
        "emission", comment="Hα <b>broad</b> 😀 \u202e", sure=True, milliseconds=812
    )
    recorded = journal.record(event)
    assert journal.events("hunt") == [recorded]
    assert recorded.event == event


def test_the_chain_of_an_annotator_is_filled_in(journal):
    first = journal.record(label("emission")).event
    second = journal.record(label("absorption")).event
    other = journal.record(label("absorption", annotator="cecilia")).event
    assert (first.supersedes, second.supersedes, other.supersedes) == (
        None,
        first.uuid,
        None,
    )


def test_events_are_on_disk_for_another_process_at_once(journal, tmp_path):
    journal.record(label("emission"))
    code = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); "
        "print(connection.execute('select value from label_event').fetchall())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "journal.sqlite"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[('emission',)]"


def test_every_commit_waits_for_the_disk(journal):
    # synchronous=FULL is 2, see https://sqlite.org/pragma.html#pragma_synchronous
    with journal._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_two_tabs_that_label_at_once_do_not_fork_the_chain(tmp_path):
    def work():
        tab = Journal(tmp_path / "journal.sqlite")
        for number in range(20):
            tab.record(label(f"class {number}"))
        tab.close()

    Journal(tmp_path / "journal.sqlite").close()
    tabs = [threading.Thread(target=work) for _ in range(4)]
    [tab.start() for tab in tabs]
    [tab.join() for tab in tabs]
    journal = Journal(tmp_path / "journal.sqlite")
    events = [recorded.event for recorded in journal.events("hunt")]
    journal.close()
    assert len(events) == 80
    assert [e.supersedes for e in events] == [None, *(e.uuid for e in events[:-1])]
    assert Fold().disagreements() == []


def test_only_newer_events_are_read_again(journal):
    journal.record(label("emission"))
    last = journal.record(label("absorption"))
    assert journal.events("hunt", after=last.sequence - 1) == [last]


def test_campaigns_do_not_see_each_other(journal):
    journal.record(label("emission", campaign="other"))
    assert journal.events("hunt") == []


def test_a_round_comes_back_in_the_order_it_is_asked(journal):
    members = [
        Member(identifier="b", role=Role.ORACLE, position=0, reason="entropy 1.0"),
        Member(identifier="a", role=Role.ESTIMATION, position=1, probability=0.25),
    ]
    sample = [
        EstimationMember(
            identifier="a", draw=0, stratum=1, probability=0.25, model_hash="blind"
        )
    ]
    journal.open_round(
        "hunt",
        NewRound(
            number=0,
            model_hash="blind",
            members=members,
            estimation=sample,
            would_be_asked=["a"],
        ),
    )
    assert journal.last_round("hunt") == 0
    assert journal.members("hunt", 0) == tuple(members)
    assert journal.estimation_sample("hunt") == tuple(sample)
    assert journal.would_be_asked("hunt") == {"a"}
    assert journal.would_be_asked("hunt", up_to=-1) == set()


def test_a_round_is_opened_once(journal):
    new = NewRound(number=0, model_hash="blind", members=[])
    journal.open_round("hunt", new)
    with pytest.raises(JournalError, match="open already"):
        journal.open_round("hunt", new)


def test_a_round_that_cannot_be_opened_leaves_nothing_behind(journal):
    twice = [Member(identifier="a", role=Role.ORACLE, position=p) for p in (0, 1)]
    with pytest.raises(JournalError):
        journal.open_round("hunt", NewRound(number=0, model_hash="blind", members=twice))
    assert journal.last_round("hunt") is None
    assert journal.members("hunt", 0) == ()


def test_a_journal_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "journal.sqlite"
    Journal(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("update about set value = '99' where key = 'version'")
    connection.close()
    with pytest.raises(JournalError, match=r"version 2 or older, got version 99. Upgrade"):
        Journal(path)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(JournalError, match="expected a label journal"):
        Journal(path)


def test_a_journal_on_a_network_file_system_is_refused(tmp_path, monkeypatch):
    # The table of mounts is the machine's; only its answer can be changed here.
    mount = type("Mount", (), {"mountpoint": str(tmp_path), "fstype": "nfs4"})
    monkeypatch.setattr(database.psutil, "disk_partitions", lambda **_: [mount])
    with pytest.raises(JournalError, match="network file system nfs4"):
        Journal(tmp_path / "journal.sqlite")


def test_a_database_that_is_held_is_put_into_write_ahead_mode_once_it_is_free(tmp_path):
    path = tmp_path / "journal.sqlite"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, lambda: holder.execute("COMMIT")).start()
    # SQLite itself waits for nobody here.
    opener = sqlite3.connect(path, timeout=0, isolation_level=None)
    begun = time.monotonic()
    database.write_ahead(opener)
    assert time.monotonic() - begun >= 0.2
    assert opener.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    holder.close()
    opener.close()


def test_two_processes_may_open_a_new_journal_at_the_same_moment(tmp_path):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from specoracle.journal.journal import Journal\n"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
        "[Journal(Path(sys.argv[1]) / f'{n}.sqlite').close() for n in range(20)]\n"
    )
    moment = str(time.time() + 3)
    openers = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path, moment]) for _ in range(3)
    ]
    assert [opener.wait() for opener in openers] == [0, 0, 0]


def test_what_is_sent_twice_is_recorded_once(journal):
    event = label("emission", uuid="a page made this")
    first = journal.record(event)
    journal.record(label("absorption"))
    assert journal.record(event) == first
    assert len(journal.events("hunt")) == 2
    assert Fold(journal.events("hunt")).labels() == {"star": "absorption"}


def test_an_identity_is_not_used_for_two_things(journal):
    journal.record(label("emission", uuid="one"))
    with pytest.raises(JournalError, match="identity of an event about star"):
        journal.record(label("emission", identifier="other", uuid="one"))
    assert len(journal.events("hunt")) == 1


@pytest.mark.parametrize("replaced", [True, False])
def test_a_journal_that_was_taken_away_takes_nothing(journal, tmp_path, replaced):
    # SQLite itself would go on, in a file that nobody can find any more.
    path = tmp_path / "journal.sqlite"
    path.rename(tmp_path / "aside.sqlite")
    if replaced:
        path.write_bytes(b"")
    with pytest.raises(JournalError, match="It is not saved"):
        journal.record(label("emission"))
    path.unlink(missing_ok=True)
    (tmp_path / "aside.sqlite").rename(path)
    journal.record(label("emission"))
    assert len(journal.events("hunt")) == 1


def test_a_full_disk_takes_nothing_and_everything_once_there_is_room(journal):
    # A limit of SQLite's own, which fails as a disk without room does.
    def limit(pages):
        with journal._engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    limit(1)
    long = label("emission", comment="x" * 1_000_000)
    with pytest.raises(JournalError, match=r"disk is full\. It is not saved"):
        journal.record(long)
    assert journal.events("hunt") == []
    limit(1_000_000)
    journal.record(long)
    assert [recorded.event.uuid for recorded in journal.events("hunt")] == [long.uuid]
