"""How good the campaign's candidate list was after each training.

The list of a round holds the targets among the labelled spectra, and the predicted ones
among the rest. The estimation sample tells its precision and completeness, with the
labels that its members have by now.
"""

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.pool import usable_rows
from specoracle.campaign.scores import read_inclusion, read_scores
from specoracle.estimation.design import union_probability
from specoracle.estimation.estimate import Estimate, estimate_performance

Row = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPerformance:
    """Estimates for the candidate list of one round.

    Attributes
    ----------
    round_number
        The round.
    n_labels
        Spectra that its model was trained on.
    n_candidates
        Length of the list.
    precision, completeness
        With 95 % intervals.
    """

    round_number: int
    n_labels: int
    n_candidates: int
    precision: Estimate
    completeness: Estimate


def performance(campaign: Campaign) -> list[RoundPerformance]:
    """Estimate every trained round from the sample as it is labelled now."""
    last = campaign.last_trained or 0
    return [round_performance(campaign, number) for number in range(1, last + 1)]


def round_performance(campaign: Campaign, number: int) -> RoundPerformance:
    """Estimate one trained round."""
    rows, is_target, weight = _labelled_sample(campaign)
    listed = candidate_flags(campaign, number)
    usable = usable_rows(campaign.archive)
    usable = usable[usable < len(listed)]
    n_candidates = int(listed[usable].sum())
    estimated = estimate_performance(
        is_target=is_target,
        on_list=listed[rows],
        weight=weight,
        n_on_list=n_candidates,
        n_pool=len(usable),
    )
    return RoundPerformance(
        round_number=number,
        n_labels=len(trained_on(campaign, number)),
        n_candidates=n_candidates,
        precision=estimated.precision,
        completeness=estimated.completeness,
    )


def trained_on(campaign: Campaign, number: int) -> dict[str, str]:
    """Read the labels that a round was trained on."""
    path = campaign.folder.round(number).training
    labels: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["labels"]
    return labels


def candidate_flags(campaign: Campaign, number: int) -> Flags:
    """Whether each row of the pool is on the candidate list of a round.

    A sample member that would have been asked counts as labelled, as it would be.
    """
    targets = set(campaign.facts.targets)
    columns = [campaign.facts.classes.index(name) for name in targets]
    scores = read_scores(campaign.folder.round(number).scores)
    listed = np.isin(scores.argmax(axis=1), columns)
    known = trained_on(campaign, number)
    labels = campaign.labels()
    for name in campaign.journal.would_be_asked(campaign.name, up_to=number - 1):
        if name in labels:
            known[name] = labels[name]
    rows = campaign.archive.rows(list(known))
    listed[rows] = [label in targets for label in known.values()]
    return listed


def _labelled_sample(campaign: Campaign) -> tuple[Row, Flags, npt.NDArray[np.float64]]:
    """Rows, truth and weights of the sample members that have a label."""
    labels = campaign.labels()
    names = sorted(campaign.sample() & labels.keys())
    rows = campaign.archive.rows(names)
    targets = set(campaign.facts.targets)
    is_target = np.array([labels[name] in targets for name in names], dtype=bool)
    draws = sorted({m.draw for m in campaign.journal.estimation_sample(campaign.name)})
    inclusion = np.array(
        [read_inclusion(campaign.folder.round(k).draw, rows) for k in draws]
    ).reshape(len(draws), len(rows))
    if not len(rows):
        return rows, is_target, np.zeros(0)
    return rows, is_target, 1 / union_probability(inclusion)
