"""Whether a campaign may stop: the evidence of its rounds, and what it advises."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from specoracle.campaign.asking.next_batch import target_score
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.judging.looks import look
from specoracle.campaign.judging.performance import (
    RoundPerformance,
    candidate_flags,
    improvement,
    known_labels,
    performance,
)
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.scores import read_scores
from specoracle.estimation.estimate import Estimate
from specoracle.estimation.looks import error_at
from specoracle.estimation.stopping import Advice, advise
from specoracle.estimation.stopping_evidence import (
    Costs,
    RoundEvidence,
    expected_f1,
    jaccard_distance,
)
from specoracle.journal.event import Action, LabelEvent, Role

Flags = npt.NDArray[np.bool_]

FIGURE = "improvement of F1"

_OF_THE_QUERY = frozenset({Role.ORACLE, Role.CANDIDATE})


def stopping_advice(
    campaign: Campaign,
    costs: Costs | None = None,
    *,
    rounds: Sequence[RoundPerformance] | None = None,
) -> Advice:
    """Advise whether to stop labelling; this is a look, and is recorded as one.

    Parameters
    ----------
    campaign
        The campaign.
    costs
        What the user wants, and is ready to pay.
    rounds
        What `performance` says now; asked again when left out.
    """
    trained = campaign.trained_rounds
    if not trained:
        return advise([], costs)
    last = trained[-1]
    seen = look(
        campaign.folder.folder / "looks",
        figure=FIGURE,
        round_number=last,
        n_labelled=EstimationSample(campaign).n_drawn,
    )
    gain = (
        improvement(campaign, trained[-3], last, error=error_at(seen.number)).f1
        if len(trained) > 2
        else None
    )
    rounds = performance(campaign) if rounds is None else rounds
    return advise(_evidence(campaign, rounds, gain), costs)


def advice_lines(advice: Advice) -> list[str]:
    """Say what is advised, and each reason with whether it speaks for stopping."""
    return [
        advice.sentence,
        *(
            f"  {'yes' if one.met else 'no '} {one.sentence}"
            for one in (*advice.criteria, *advice.limits)
        ),
    ]


def _evidence(
    campaign: Campaign, rounds: Sequence[RoundPerformance], gain: Estimate | None
) -> list[RoundEvidence]:
    """Evidence of all rounds; the sample compares those of the last one only."""
    last = rounds[-1].round_number
    lists: dict[int, Flags] = {}
    found = []
    by_round = _answers(campaign)
    labels = campaign.labels()
    targets = set(campaign.facts.targets)
    for done in rounds:
        number = done.round_number
        lists[number] = candidate_flags(campaign, number)
        trained = known_labels(campaign, number)
        answers = by_round.get(number, {})
        found.append(
            RoundEvidence(
                n_labels=len(labels) if number == last else done.n_labels,
                n_targets=sum(
                    label in targets
                    for label in (labels if number == last else trained).values()
                ),
                expected_f1=_expected(campaign, number, lists[number], trained),
                distance=_apart(lists, number, 1),
                distance_of_two=_apart(lists, number, 2),
                gain=gain if number == last else None,
                missed_per_100=_missed(campaign, answers, labels, lists[number]),
                precision=done.precision,
                unsure=_unsure(answers),
            )
        )
        lists.pop(number - 2, None)
    return found


def _expected(
    campaign: Campaign, number: int, listed: Flags, trained: Mapping[str, str]
) -> float | None:
    """Expected F1 of what has no label; what has one is known."""
    scores = read_scores(campaign.folder.round(number).scores)
    probability = np.minimum(target_score(campaign.facts, scores), 1.0)
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    open_ = np.zeros(len(probability), dtype=np.bool_)
    open_[pool[pool < len(open_)]] = True
    open_[campaign.archive.rows(list(trained))] = False
    return expected_f1(probability[open_], listed[open_])


def _apart(lists: Mapping[int, Flags], number: int, rounds: int) -> float | None:
    before, now = lists.get(number - rounds), lists[number]
    if before is None:
        return None
    n = min(len(before), len(now))
    return jaccard_distance(before[:n], now[:n])


def _answers(campaign: Campaign) -> dict[int, dict[str, LabelEvent]]:
    """Last answer about each spectrum that a query asked for, by round."""
    found: dict[int, dict[str, LabelEvent]] = {}
    for recorded in campaign.journal.events(campaign.name):
        event = recorded.event
        if event.role in _OF_THE_QUERY and event.action in {Action.LABEL, Action.SKIP}:
            found.setdefault(event.round_number, {})[event.identifier] = event
    return found


def _missed(
    campaign: Campaign,
    answers: Mapping[str, LabelEvent],
    labels: Mapping[str, str],
    listed: Flags,
) -> float | None:
    names = [name for name in answers if name in labels]
    if not names:
        return None
    is_target = np.array([labels[name] in campaign.facts.targets for name in names], bool)
    missed = is_target & ~listed[campaign.archive.rows(names)]
    return 100 * float(missed.mean())


def _unsure(answers: Mapping[str, LabelEvent]) -> float | None:
    if not answers:
        return None
    unsure = [e.action is Action.SKIP or e.sure is False for e in answers.values()]
    return float(np.mean(unsure))
