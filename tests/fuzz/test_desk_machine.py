"""Random hours at the desk: the database always says what the screen acknowledged.

Two tabs of one annotator and a colleague send the messages that pages send, to real
widgets on one journal; answers get lost on the way, pages are reloaded, kernels end, and
the database refuses to write.
"""

import contextlib
import sqlite3
import tempfile
from dataclasses import asdict
from itertools import count
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from said import Said

from specoracle.campaign.answering.batch import Batch
from specoracle.journal.event import Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import Journal, Member, NewRound
from specoracle.panel.answers import Answers

CLASSES = ("absorption", "emission")
FIRST = ("early-0", "early-1", "again")
ROLES = {
    "star-0": Role.ORACLE,
    "star-1": Role.ESTIMATION,
    "star-2": Role.CANDIDATE,
    "star-3": Role.ORACLE,
    "again": Role.REPEAT,
}
TABS = st.sampled_from(["vera 1", "vera 2", "cecilia"])
NAMES = st.sampled_from(sorted(ROLES))
TEXTS = st.sampled_from(
    ["", "odd", "<script>alert(1)</script>", "Hα \u202e 😀", "x" * 10_000]
)


def of(tab):
    return tab.split()[0]


class Desk(RuleBasedStateMachine):
    """Tabs, and what was said in them."""

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.journal = Journal(self.path / "journal.sqlite")
        self.numbers = count()
        self.said = {"vera": Said(), "cecilia": Said()}
        self.tabs, self.firsts = {}, {}
        self.open_round(0, dict.fromkeys(FIRST, Role.ORACLE))
        for name in FIRST:
            self.tell(
                "vera 1", {"action": "label", "value": "emission", "identifier": name}
            )
        # What is asked again is not offered to be undone.
        first = self.said["vera"].done
        first[:] = [one for one in first if one["identifier"] != "again"]
        self.open_round(1, ROLES)

    def open_round(self, number, roles):
        members = [
            Member(identifier=name, role=role, position=position)
            for position, (name, role) in enumerate(roles.items())
        ]
        new = NewRound(number=number, model_hash="blind", members=members)
        self.journal.open_round("hunt", new)
        self.round = number
        for tab in ("vera 1", "vera 2", "cecilia"):
            self.load(tab)

    def load(self, tab):
        batch = Batch(
            self.journal,
            "hunt",
            self.round,
            classes=CLASSES,
            annotator=of(tab),
            place=self.path / f"{of(tab)}.txt",
            content_hash=lambda name: name,
        )
        self.tabs[tab] = (batch, Answers(batch))

    def tell(self, tab, message, *, heard=True, **more):
        """Send a message; whatever is acknowledged was said."""
        _, page = self.tabs[tab]
        sent = {"uuid": f"{next(self.numbers)}", "milliseconds": 1} | message
        page._handle_custom_msg(sent | more, [])
        if heard and page.shown["state"] == "saved":
            assert page.shown["about"] == sent["uuid"]
            self.said[of(tab)].hear(sent)
        return sent

    def about(self, tab, action, value=None, **more):
        identifier = self.tabs[tab][1].shown["identifier"]
        message = {"action": action, "identifier": identifier, "value": value}
        return self.tell(tab, message | more)

    @rule(
        tab=TABS, value=st.sampled_from(CLASSES), sure=st.sampled_from([None, True, False])
    )
    def label(self, tab, value, sure):
        self.about(tab, "label", value, sure=sure)

    @rule(tab=TABS, action=st.sampled_from(["skip", "unlabel", "good"]))
    def say_without_words(self, tab, action):
        self.about(tab, action)

    @rule(tab=TABS, reason=st.sampled_from(["artefact", "too noisy"]))
    def call_bad(self, tab, reason):
        self.about(tab, "bad", reason)

    @rule(tab=TABS, action=st.sampled_from(["unsure", "flag"]), on=st.booleans())
    def mark(self, tab, action, on):
        self.about(tab, action, on)

    @rule(tab=TABS, name=NAMES, text=TEXTS)
    def comment(self, tab, name, text):
        self.tell(tab, {"action": "comment", "identifier": name, "text": text})

    @rule(tab=TABS, action=st.sampled_from(["undo", "redo"]))
    def turn_back(self, tab, action):
        self.tell(tab, {"action": action, "identifier": None})

    @rule(tab=TABS, action=st.sampled_from(["back", "forward"]))
    def move(self, tab, action):
        self.tell(tab, {"action": action}, heard=False)

    @rule(tab=TABS, name=NAMES)
    def go_to(self, tab, name):
        self.tabs[tab][0].goto(name)

    @rule(tab=TABS)
    def show_earlier(self, tab):
        batch, _ = self.tabs[tab]
        batch.show("earlier", batch.own.earlier())

    @rule(tab=TABS)
    def return_to_the_batch(self, tab):
        self.tabs[tab][0].show_batch()

    @rule(tab=TABS, value=st.sampled_from(CLASSES))
    def press_for_another_spectrum(self, tab, value):
        shown = self.tabs[tab][1].shown["identifier"]
        other = "star-0" if shown != "star-0" else "star-1"
        self.tell(tab, {"action": "label", "value": value, "identifier": other})
        assert self.tabs[tab][1].shown["state"] == "note"

    @rule(tab=TABS)
    def reload(self, tab):
        self.load(tab)

    @rule(
        tab=TABS,
        action=st.sampled_from(["label", "skip", "undo", "redo", "comment"]),
        arrived=st.booleans(),
    )
    def die_before_the_answer_is_heard(self, tab, action, arrived):
        """The kernel ends with a message on the way; the next page sends it again."""
        identifier = self.tabs[tab][1].shown["identifier"]
        if self.tabs[tab][0].asked.member(identifier) is None:
            return
        message = {
            "action": action,
            "identifier": identifier,
            "uuid": f"{next(self.numbers)}",
        }
        message |= {"value": "emission", "text": "again", "milliseconds": 1}
        if arrived:
            self.tell(tab, message, heard=False)
        self.load(tab)
        self.tell(tab, message, again=True)
        assert self.tabs[tab][1].shown["state"] == "saved"

    @rule(tab=TABS, action=st.sampled_from(["label", "comment", "skip", "undo"]))
    def find_the_database_closed(self, tab, action):
        before = self.tabs[tab][1].shown["identifier"]
        message = {"action": action, "identifier": before, "value": "emission", "text": "t"}
        can_turn = self.tabs[tab][0].can_undo
        with self.journal._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        self.tell(tab, message)
        with self.journal._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
        shown = self.tabs[tab][1].shown
        assert shown["identifier"] == before
        if can_turn if action == "undo" else before:
            assert shown["state"] == "unsaved"
        elif action != "undo":  # of an empty list nothing can be said
            assert shown["state"] in {"note", "refused"}

    @invariant()
    def the_database_says_what_was_acknowledged(self):
        events = self.journal.events("hunt")
        fold = Fold(events)
        for annotator, said in self.said.items():
            states = said.states()
            for name in ("early-0", "early-1", "star-0", "star-1", "star-2", "star-3"):
                judged = asdict(fold.judgement(annotator, name))
                assert judged == states.get(name, asdict(type(fold.judgement("", ""))()))
        # Whatever was said the second time, the first answer stands.
        assert fold.judgement("vera", "again").value == "emission"
        assert len({one.event.uuid for one in events}) == len(events)

    @invariant()
    def every_tab_says_so_too(self):
        for tab, (batch, page) in self.tabs.items():
            batch.refresh()
            states = self.said[of(tab)].states()
            judged = {name: asdict(answer) for name, answer in batch.asked.answers.items()}
            assert judged == {n: s for n, s in states.items() if n in ROLES}
            assert page.shown["answered"] == batch.n_answered
            assert batch.n_answered == sum(a.answered for a in batch.asked.answers.values())

    def teardown(self):
        if not hasattr(self, "journal"):
            return
        self.journal.close()
        path = self.path / "journal.sqlite"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        self.folder.cleanup()


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
