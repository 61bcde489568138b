import pytest

from specoracle.campaign.judging.annotator_error import (
    annotator_error,
    error_lines,
    repeated_answers,
)
from specoracle.campaign.transition import next_round
from specoracle.journal.event import Action, LabelEvent, Role


@pytest.fixture
def trained(answered, quick):
    next_round(answered, classifier=quick())
    return answered


def again(campaign, identifier, value, action=Action.LABEL):
    """Answer a blind repeat."""
    campaign.journal.record(
        LabelEvent(
            campaign="hunt",
            round_number=1,
            annotator="vera",
            identifier=identifier,
            role=Role.REPEAT,
            action=action,
            value=value,
        )
    )


def labelled_by_vera(campaign):
    return {
        recorded.event.identifier: recorded.event.value
        for recorded in campaign.journal.events("hunt")
        if recorded.event.annotator == "vera" and recorded.event.action is Action.LABEL
    }


def test_repeats_are_compared_with_what_was_said_before(trained):
    said = labelled_by_vera(trained)
    names = sorted(said)[:5]
    for name in names[:4]:
        again(trained, name, said[name])
    other = next(c for c in trained.facts.classes if c != said[names[4]])
    again(trained, names[4], other)
    assert len(repeated_answers(trained)) == 5
    done = annotator_error(trained, 1)
    assert done.consistency.value == pytest.approx(4 / 5)
    assert done.consistency.low < 0.5 < done.consistency.high
    assert "0.80" in error_lines(done)[0]
    # A repeat that is taken back tells nothing.
    again(trained, names[4], None, action=Action.SKIP)
    assert annotator_error(trained, 1).consistency.value == 1.0
    assert trained.labels()[names[4]] == said[names[4]]


def test_without_repeats_nothing_is_known_of_errors(trained):
    done = annotator_error(trained, 1)
    assert done.consistency.value is None
    assert "not yet known" in error_lines(done)[0]


def test_annotators_who_label_the_same_spectra_are_compared(trained, truth):
    batches = [trained.batch(name) for name in ("vera", "otto")]
    for member in batches[0].members[:6]:
        for batch in batches:
            batch.label(truth[member.identifier], identifier=member.identifier)
    done = annotator_error(trained, 1)
    assert done.agreement.share.value == 1.0
    assert done.agreement.share.low < 1.0
    assert "annotators agree" in error_lines(done)[1]
