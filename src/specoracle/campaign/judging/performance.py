"""How good the campaign's candidate list was after each training.

The list of a round holds the targets among the labelled spectra, and the predicted ones
among the rest. The estimation sample tells how good it is, with the labels that its
members have by now. The figure to lead with is completeness above the score floor that
was fixed when the sample was drawn: below it lie most spectra and few targets, of which
a sample can only say that there are at most so many.

Doubtful answers count like others, for leaving them out would bias the rest. A spectrum
that is called bad and has no class is no target: whoever gets it on a list cannot use it.
"""

import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.scores import read_scores
from specoracle.estimation import estimate, paired
from specoracle.estimation.estimate import ERROR, Estimate
from specoracle.estimation.limits import Counts

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPerformance:
    """Estimates for the candidate list of one round, with 95 % intervals.

    Attributes
    ----------
    round_number
        The round.
    n_labels
        Spectra that its model was trained on.
    n_candidates
        Length of the list.
    completeness_above_floor
        Share of the targets above the floor that are on the list: the primary figure.
    precision
        Share of the list that are targets.
    f1
        Harmonic mean of the two, above the floor.
    prevalence
        Share of the pool that are targets.
    completeness
        Of the whole pool; the interval is wide where targets are rare.
    floor
        Score of the target classes, ``None`` before the first draw by score.
    share_below
        Part of the pool that lies below it.
    below_at_most
        How many targets may lie there, 95 % one-sided; the rule of three where the
        sample found none.
    n_waiting, n_disputed, n_skipped
        As of `EstimationSample`.
    """

    round_number: int
    n_labels: int
    n_candidates: int
    completeness_above_floor: Estimate
    precision: Estimate
    f1: Estimate
    prevalence: Estimate
    completeness: Estimate
    floor: float | None
    share_below: float
    below_at_most: float
    n_waiting: int
    n_disputed: int
    n_skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What one round's list has over another's, by the same sampled spectra.

    Attributes
    ----------
    completeness
        Gain of completeness above the floor of the later round.
    f1
        Gain of F1 above that floor.
    """

    completeness: Estimate
    f1: Estimate


def performance(campaign: Campaign) -> list[RoundPerformance]:
    """Estimate every trained round from the sample as it is labelled now."""
    sample = EstimationSample(campaign)
    return [_estimated(campaign, number, sample) for number in campaign.trained_rounds]


def round_performance(campaign: Campaign, number: int) -> RoundPerformance:
    """Estimate one trained round."""
    return _estimated(campaign, number, EstimationSample(campaign))


def improvement(
    campaign: Campaign, before: int, after: int, *, error: float = ERROR
) -> Improvement:
    """Compare the lists of two rounds on the same objects.

    Parameters
    ----------
    campaign
        Whose rounds.
    before, after
        The earlier and the later round.
    error
        Of both tails of an interval; see `specoracle.estimation.looks`.
    """
    sample = EstimationSample(campaign)
    earlier, later = (candidate_flags(campaign, number) for number in (before, after))
    n = min(len(earlier), len(later))
    below, _ = sample.below_floor(after, n)
    category = 4 * below + 2 * earlier[:n] + later[:n]
    cells, used = sample.cells(category)
    above = (cells.category & 4) == 0
    was, now = (cells.category & 2) > 0, (cells.category & 1) > 0
    counts = cells.counts(_is_target(campaign, sample)[used]).within(above)
    return Improvement(
        completeness=paired.completeness_gain(counts, was, now, above, error=error),
        f1=paired.f1_gain(counts, was, now, error=error),
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
    known = known_labels(campaign, number)
    rows = campaign.archive.rows(list(known))
    listed[rows] = [label in targets for label in known.values()]
    return listed


def known_labels(campaign: Campaign, number: int) -> dict[str, str]:
    """Labels that stand for themselves on the list of a round."""
    known = trained_on(campaign, number)
    labels = campaign.labels()
    for name in campaign.journal.would_be_asked(campaign.name, up_to=number - 1):
        if name in labels:
            known[name] = labels[name]
    return known


def _estimated(
    campaign: Campaign, number: int, sample: EstimationSample
) -> RoundPerformance:
    """Estimate one round; its pool is the archive as large as it was then."""
    listed = candidate_flags(campaign, number)
    below, floor = sample.below_floor(number, len(listed))
    cells, used = sample.cells(2 * below + listed)
    counts = cells.counts(_is_target(campaign, sample)[used])
    on_list, above = (cells.category & 1) > 0, (cells.category & 2) == 0
    return RoundPerformance(
        round_number=number,
        n_labels=len(trained_on(campaign, number)),
        n_candidates=int(counts.size[on_list].sum()),
        floor=floor,
        share_below=float(counts.size[~above].sum() / max(counts.size.sum(), 1)),
        below_at_most=estimate.at_most(counts, ~above),
        n_waiting=sample.n_waiting,
        n_disputed=sample.n_disputed,
        n_skipped=sample.n_skipped,
        **_figures(counts, on_list, above),
    )


def _figures(counts: Counts, on_list: Flags, above: Flags) -> dict[str, Estimate]:
    return {
        "completeness_above_floor": estimate.completeness(counts, on_list, above),
        "precision": estimate.precision(counts, on_list),
        "f1": estimate.f1(counts.within(above), on_list),
        "prevalence": estimate.prevalence(counts),
        "completeness": estimate.completeness(counts, on_list),
    }


def _is_target(campaign: Campaign, sample: EstimationSample) -> Flags:
    targets = set(campaign.facts.targets)
    return np.array([label in targets for label in sample.labels], dtype=np.bool_)
