from datetime import UTC, datetime, timedelta

from specoracle.campaign.answering.pace import pace
from specoracle.journal.event import Action, LabelEvent, Recorded, Role
from specoracle.journal.fold import Judgement
from specoracle.journal.repeats import Repeat

START = datetime(2026, 1, 1, tzinfo=UTC)


def answers(*seconds, action=Action.LABEL):
    return [
        Recorded(
            number,
            LabelEvent(
                campaign="hunt",
                round_number=0,
                annotator="vera",
                identifier="star",
                role=Role.ORACLE,
                action=action,
                value="emission",
                utc=(START + timedelta(seconds=second)).isoformat(),
            ),
        )
        for number, second in enumerate(seconds)
    ]


def repeat(first, again):
    return Repeat(
        identifier="star",
        annotator="vera",
        round_number=1,
        first=Judgement(value=first),
        again=Judgement(value=again, skipped=again is None),
    )


def test_an_answer_every_two_seconds_is_1800_an_hour():
    assert pace(answers(*range(0, 20, 2)), []).an_hour == 1800


def test_a_pause_is_no_slowness():
    assert pace(answers(0, 2, 4, 6, 3606, 3608, 3610, 3612), []).an_hour == 1800


def test_answers_given_together_are_no_haste():
    page = [20 + number / 40 for number in range(47)]
    assert pace(answers(*range(0, 20, 2), *page), []).an_hour == 1800
    assert pace(answers(*page), []).an_hour is None


def test_a_few_answers_tell_no_pace():
    assert pace(answers(0, 2, 4), []).an_hour is None
    assert pace([], []).an_hour is None


def test_comments_are_no_answers():
    assert pace(answers(*range(20), action=Action.COMMENT), []).an_hour is None


def test_agreement_counts_repeats_with_two_answers():
    found = pace([], [repeat("a", "a"), repeat("a", "b"), repeat("a", None)])
    assert (found.n_agreeing, found.n_repeats) == (1, 2)
