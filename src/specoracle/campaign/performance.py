"""How good the campaign's candidate list was after each training.

The list of a round holds the targets among the labelled spectra, and the predicted ones
among the rest. The estimation sample tells its precision and completeness, with the
labels that its members have by now.
"""

import json
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.pool import pool_rows
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


class _Sample(NamedTuple):
    """Rows, truth and weights of the sample members that have a label."""

    rows: Row
    is_target: Flags
    weight: npt.NDArray[np.float64]


def performance(campaign: Campaign) -> list[RoundPerformance]:
    """Estimate every trained round from the sample as it is labelled now."""
    sample = _labelled_sample(campaign)
    return [_estimated(campaign, number, sample) for number in campaign.trained_rounds]


def round_performance(campaign: Campaign, number: int) -> RoundPerformance:
    """Estimate one trained round."""
    return _estimated(campaign, number, _labelled_sample(campaign))


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


def _estimated(campaign: Campaign, number: int, sample: _Sample) -> RoundPerformance:
    """Estimate one round; its pool is the archive as large as it was then."""
    listed = candidate_flags(campaign, number)
    usable = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    usable = usable[usable < len(listed)]
    inside = sample.rows < len(listed)
    n_candidates = int(listed[usable].sum())
    estimated = estimate_performance(
        is_target=sample.is_target[inside],
        on_list=listed[sample.rows[inside]],
        weight=sample.weight[inside],
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


def _labelled_sample(campaign: Campaign) -> _Sample:
    labels = campaign.labels()
    drawn = campaign.journal.estimation_sample(campaign.name)
    names = sorted({member.identifier for member in drawn} & labels.keys())
    rows = campaign.archive.rows(names)
    targets = set(campaign.facts.targets)
    is_target = np.array([labels[name] in targets for name in names], dtype=bool)
    draws = sorted({member.draw for member in drawn})
    inclusion = np.array(
        [read_inclusion(campaign.folder.round(k).draw, rows) for k in draws]
    ).reshape(len(draws), len(rows))
    return _Sample(
        rows, is_target, 1 / union_probability(inclusion) if names else np.zeros(0)
    )
