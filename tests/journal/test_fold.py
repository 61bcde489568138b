import itertools

import pytest

from specoracle.errors import JournalError
from specoracle.journal.event import Action, LabelEvent, Recorded, Role
from specoracle.journal.fold import Fold

numbers = itertools.count(1)


def event(action, value=None, *, after=None, annotator="vera", identifier="star", **rest):
    return LabelEvent(
        campaign="hunt",
        round_number=0,
        annotator=annotator,
        identifier=identifier,
        role=rest.pop("role", Role.ORACLE),
        action=action,
        value=value,
        supersedes=after.uuid if after else None,
        **rest,
    )


def fold(*events):
    return Fold(Recorded(next(numbers), e) for e in events)


def test_the_last_label_of_a_chain_stands():
    first = event(Action.LABEL, "emission")
    second = event(Action.LABEL, "absorption", after=first)
    assert fold(first, second).labels() == {"star": "absorption"}


def test_the_head_of_the_chain_stands_whatever_the_clocks_said():
    first = event(Action.LABEL, "emission", utc="2030-01-01T00:00:00+00:00")
    second = event(Action.LABEL, "absorption", after=first, utc="2020-01-01T00:00:00+00:00")
    assert fold(first, second).labels() == {"star": "absorption"}


def test_events_that_arrive_in_the_wrong_order_give_the_same_labels():
    first = event(Action.LABEL, "emission")
    second = event(Action.LABEL, "absorption", after=first)
    assert fold(second, first).labels() == {"star": "absorption"}


def test_the_same_event_twice_counts_once():
    first = event(Action.LABEL, "emission")
    assert fold(first, first).labels() == {"star": "emission"}


def test_undo_brings_back_what_stood_before():
    first = event(Action.LABEL, "emission")
    second = event(Action.LABEL, "absorption", after=first)
    undo = event(Action.UNDO, second.uuid, after=second)
    assert fold(first, second, undo).labels() == {"star": "emission"}


def test_undoing_twice_goes_back_two_steps():
    first = event(Action.LABEL, "emission")
    second = event(Action.LABEL, "absorption", after=first)
    undo = event(Action.UNDO, second.uuid, after=second)
    again = event(Action.UNDO, first.uuid, after=undo)
    assert fold(first, second, undo, again).labels() == {}


def test_redo_brings_back_what_was_undone():
    first = event(Action.LABEL, "emission")
    undo = event(Action.UNDO, first.uuid, after=first)
    redo = event(Action.REDO, first.uuid, after=undo)
    assert fold(first, undo, redo).labels() == {"star": "emission"}


def test_clearing_a_comment_keeps_the_label():
    # The predecessor's interface lost the label here.
    first = event(Action.LABEL, "emission")
    second = event(Action.COMMENT, after=first, comment="noisy")
    third = event(Action.COMMENT, after=second, comment="")
    judged = fold(first, second, third).judgement("vera", "star")
    assert (judged.value, judged.comment) == ("emission", "")


def test_a_skipped_spectrum_is_dealt_with_but_has_no_label():
    folded = fold(event(Action.SKIP))
    assert folded.labels() == {}
    assert folded.dealt_with() == {"star"}


def test_two_annotators_who_differ_leave_no_label():
    one = event(Action.LABEL, "emission")
    other = event(Action.LABEL, "absorption", annotator="cecilia")
    folded = fold(one, other)
    assert folded.labels() == {}
    assert folded.disagreements() == ["star"]


def test_two_annotators_who_agree_give_a_label():
    one = event(Action.LABEL, "emission")
    other = event(Action.LABEL, "emission", annotator="cecilia")
    assert fold(one, other).labels() == {"star": "emission"}


def test_the_arbiter_decides_a_disagreement():
    one = event(Action.LABEL, "emission")
    other = event(Action.LABEL, "absorption", annotator="cecilia")
    assert fold(one, other).labels(arbiter="cecilia") == {"star": "absorption"}


def test_two_heads_in_merged_journals_are_a_disagreement():
    root = event(Action.LABEL, "emission")
    here = event(Action.LABEL, "absorption", after=root)
    there = event(Action.LABEL, "double-peak", after=root)
    folded = fold(root, here, there)
    assert folded.labels() == {}
    assert folded.disagreements() == ["star"]


def test_a_blind_repeat_never_changes_the_label():
    first = event(Action.LABEL, "emission")
    repeat = event(Action.LABEL, "absorption", role=Role.REPEAT)
    assert fold(first, repeat).labels() == {"star": "emission"}


@pytest.mark.parametrize("action", [Action.LABEL, Action.UNDO, Action.REDO])
def test_an_event_that_needs_a_value_is_refused_without(action):
    with pytest.raises(JournalError, match="expected a value"):
        event(action)
