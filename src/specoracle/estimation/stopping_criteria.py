"""The criteria for stopping, each with its value, threshold, history and a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from specoracle.estimation.estimate import Estimate
from specoracle.estimation.stopping_evidence import Costs, RoundEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One reason to stop or to go on.

    Attributes
    ----------
    name, sentence
        Which, and what it says, in words.
    value, threshold
        Dimensionless; the value is ``None`` where it is not known yet.
    met
        Whether it speaks for stopping.
    history
        Its value after each round, the last one included.
    """

    name: str
    value: float | None
    threshold: float
    met: bool
    history: tuple[float | None, ...]
    sentence: str


Rule = Callable[[Sequence[RoundEvidence], Costs], Criterion]


def _targets(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    history = [float(one.n_targets) for one in rounds]
    return _judged(
        "labelled targets",
        history,
        costs.least_targets,
        lambda value: value >= costs.least_targets,
        "{value:.0f} targets have labels, and {threshold:.0f} are needed for any advice",
    )


def _expected(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    f1 = [one.expected_f1 for one in rounds]
    history = [_change(f1[: i + 1]) for i in range(len(f1))]
    words = "all that is listed has a label, so that no more is expected of labels"
    if f1[-1] is not None:
        words = (
            "by the model's own probabilities F1 of what has no label "
            f"{_moved(history[-1])} over two rounds, and a rise of {{threshold:.3f}} is "
            "worth it"
        )
    return _judged(
        "expected improvement",
        history,
        costs.improvement,
        lambda value: value < costs.improvement,
        words,
    )


def _change(f1: Sequence[float | None]) -> float | None:
    """Last change over two rounds; none of a list of which nothing is left to label."""
    if len(f1) < 3:
        return None
    before, now = f1[-3], f1[-1]
    if now is None:
        return 0.0
    return None if before is None else now - before


def _moved(change: float | None) -> str:
    """Say which way, to the digits that are printed."""
    if change is None or round(change, 3) == 0:
        return "stayed the same"
    return f"{'rose' if change > 0 else 'fell'} by {abs(change):.3f}"


def _measured(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    history = [
        None if one.gain is None or one.gain.value is None else one.gain.low
        for one in rounds
    ]
    return _judged(
        "measured improvement",
        history,
        costs.improvement,
        lambda value: value <= costs.improvement,
        f"by the sample F1 {_proven(rounds[-1].gain)}, and a proven rise above "
        "{threshold:.3f} is worth it",
    )


def _proven(gain: Estimate | None) -> str:
    """Say which way, where the interval lies on one side of none."""
    if gain is None:
        return "is not compared"
    moved = "neither rose nor fell measurably"
    if round(gain.low, 3) > 0:
        moved = f"rose by at least {gain.low:.3f}"
    elif round(gain.high, 3) < 0:
        moved = f"fell by at least {-gain.high:.3f}"
    return f"{moved} over two rounds ({gain})"


def _distance(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    history = [_ratio(rounds[: i + 1], costs) for i in range(len(rounds))]
    return _judged(
        "change of the list",
        history,
        costs.distance_ratio,
        lambda value: value <= costs.distance_ratio,
        "lists two rounds apart differ {value:.2f} times as much as by chance, and up to "
        "{threshold:.2f} times is taken for chance",
    )


def _ratio(rounds: Sequence[RoundEvidence], costs: Costs) -> float | None:
    """How much more two lists differ than those of two seeds do, or of neighbours."""
    apart = rounds[-1].distance_of_two
    near = [one.distance for one in rounds[-2:] if one.distance is not None]
    by_chance = costs.seed_distance or (float(np.mean(near)) if len(near) == 2 else None)
    if apart is None or by_chance is None:
        return None
    return apart / by_chance if by_chance > 0 else (np.inf if apart else 1.0)


def _missed(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    return _judged(
        "targets the list had missed",
        [one.missed_per_100 for one in rounds],
        costs.price,
        lambda value: value < costs.price,
        "100 labels found {value:.1f} targets that the list had missed, and "
        "{threshold:.1f} are worth them",
    )


def _precision(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    history = [None if one.precision.value is None else one.precision.low for one in rounds]
    return _judged(
        "precision",
        history,
        costs.precision,
        lambda value: value >= costs.precision,
        "precision is at least {value:.2f}, and {threshold:.2f} is wanted",
    )


def _unsure(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    return _judged(
        "unsure answers",
        [one.unsure for one in rounds],
        costs.unsure,
        lambda value: value > costs.unsure and rounds[-1].n_targets >= costs.least_targets,
        "{value:.0%} of the last batch got no sure label, and above {threshold:.0%} what "
        "is left is noise",
    )


def _budget(rounds: Sequence[RoundEvidence], costs: Costs) -> Criterion:
    budget = np.inf if costs.budget is None else float(costs.budget)
    ending = ", of a budget of {threshold:.0f}" if costs.budget else "; no budget is set"
    return _judged(
        "budget",
        [float(one.n_labels) for one in rounds],
        budget,
        lambda value: value >= budget,
        "{value:.0f} labels were given" + ending,
    )


def _judged(
    name: str,
    history: Sequence[float | None],
    threshold: float,
    holds: Callable[[float], bool],
    sentence: str,
) -> Criterion:
    value = history[-1]
    words = (
        f"{name}: not yet known, label and train another round"
        if value is None
        else sentence.format(value=value, threshold=threshold)
    )
    return Criterion(
        name=name,
        value=value,
        threshold=float(threshold),
        met=value is not None and holds(value),
        history=tuple(history),
        sentence=words,
    )


MUST_HOLD: tuple[Rule, ...] = (
    _targets,
    _expected,
    _measured,
    _distance,
    _missed,
    _precision,
)
"""All of these must hold."""

ENOUGH: tuple[Rule, ...] = (_budget, _unsure)
"""Each of these is enough."""
