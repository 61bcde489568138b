import pytest

from specoracle.journal.event import Action, LabelEvent, Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import Journal
from specoracle.journal.repeats import repeats


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def say(journal):
    def say(action, value=None, *, identifier="star", again=False, who="vera", **rest):
        event = LabelEvent(
            campaign="hunt",
            round_number=2 if again else 1,
            annotator=who,
            identifier=identifier,
            role=Role.REPEAT if again else Role.ORACLE,
            action=action,
            value=value,
            **rest,
        )
        return journal.record(event).event

    return say


def pairs(journal):
    return [
        (r.identifier, r.annotator, r.first.value, r.again.value, r.agrees)
        for r in repeats(journal.events("hunt"))
    ]


def test_a_repeat_stands_beside_the_first_answer_and_changes_no_label(journal, say):
    say(Action.LABEL, "emission", identifier="a")
    say(Action.LABEL, "emission", identifier="b")
    say(Action.LABEL, "emission", identifier="a", again=True)
    say(Action.LABEL, "absorption", identifier="b", again=True)
    assert pairs(journal) == [
        ("a", "vera", "emission", "emission", True),
        ("b", "vera", "emission", "absorption", False),
    ]
    labels = Fold(journal.events("hunt")).labels()
    assert labels == {"a": "emission", "b": "emission"}


def test_a_repeat_that_is_undone_is_none(journal, say):
    say(Action.LABEL, "emission")
    again = say(Action.LABEL, "absorption", again=True)
    undo = say(Action.UNDO, again.uuid, again=True)
    assert undo.supersedes == again.uuid
    assert pairs(journal) == []


def test_changing_the_first_answer_after_the_repeat_mends_no_agreement(journal, say):
    say(Action.LABEL, "emission")
    say(Action.LABEL, "absorption", again=True)
    say(Action.LABEL, "absorption")
    assert pairs(journal) == [("star", "vera", "emission", "absorption", False)]


def test_what_somebody_else_had_answered_is_no_repeat_of_ones_own(journal, say):
    say(Action.LABEL, "emission", who="cecilia")
    say(Action.LABEL, "emission", again=True)
    assert pairs(journal) == []


def test_calling_it_bad_twice_agrees_whatever_the_reasons(journal, say):
    say(Action.QUALITY, quality="too noisy")
    say(Action.QUALITY, quality="artefact", again=True)
    assert pairs(journal) == [("star", "vera", None, None, True)]


def test_passing_over_a_repeat_compares_nothing(journal, say):
    say(Action.LABEL, "emission")
    say(Action.SKIP, again=True)
    (one,) = repeats(journal.events("hunt"))
    assert not one.compares
    assert not one.agrees
