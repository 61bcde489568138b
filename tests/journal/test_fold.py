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


def test_an_unsure_label_is_a_label_but_teaches_nothing():
    folded = fold(event(Action.LABEL, "emission", sure=False))
    assert folded.labels() == {"star": "emission"}
    assert folded.lessons() == {}


def test_being_unsure_outlasts_a_change_of_class_until_one_is_sure():
    first = event(Action.SURE, sure=False)
    second = event(Action.LABEL, "emission", after=first)
    third = event(Action.SURE, after=second, sure=True)
    assert fold(first, second).lessons() == {}
    assert fold(first, second, third).lessons() == {"star": "emission"}


def test_a_bad_spectrum_is_dealt_with_and_teaches_nothing():
    folded = fold(event(Action.QUALITY, quality="sky residual"))
    assert folded.dealt_with() == folded.bad() == {"star"}
    assert folded.labels() == folded.lessons() == {}


def test_a_bad_spectrum_may_have_a_class_that_is_kept_but_not_trained_on():
    first = event(Action.LABEL, "emission")
    second = event(Action.QUALITY, after=first, quality="artefact")
    third = event(Action.QUALITY, after=second, quality=None)
    folded = fold(first, second)
    assert folded.labels() == {"star": "emission"}
    assert folded.lessons() == {}
    assert folded.bad() == set()
    assert fold(first, second, third).lessons() == {"star": "emission"}


def test_who_is_unsure_is_outvoted_by_who_is_sure():
    sure = event(Action.LABEL, "emission", sure=True)
    unsure = event(Action.LABEL, "absorption", sure=False, annotator="cecilia")
    assert fold(sure, unsure).lessons() == {"star": "emission"}


def test_what_one_calls_bad_another_teaches_nothing_by():
    label = event(Action.LABEL, "emission")
    bad = event(Action.QUALITY, quality="artefact", annotator="cecilia")
    assert fold(label, bad).lessons() == {}
    assert fold(label, bad).lessons(arbiter="vera") == {"star": "emission"}


def test_skipping_takes_class_and_quality_away_but_no_comment_or_flag():
    first = event(Action.LABEL, "emission", sure=False)
    second = event(Action.QUALITY, after=first, quality="artefact")
    third = event(Action.FLAG, "on", after=second)
    fourth = event(Action.COMMENT, after=third, comment="odd")
    last = event(Action.SKIP, after=fourth)
    judged = fold(first, second, third, fourth, last).judgement("vera", "star")
    assert (judged.value, judged.quality, judged.sure) == (None, None, None)
    assert (judged.flagged, judged.comment, judged.skipped) == (True, "odd", True)
