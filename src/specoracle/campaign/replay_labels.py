"""How many labels an arm needs: medians over seeds, ratios, and their intervals.

A run that never arrives is censored: it needs more than its budget. Intervals resample
seeds, and inside each seed the stars that the targets were made from.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from specoracle.errors import CampaignError

Numbers = npt.NDArray[np.float64]

N_RESAMPLED = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One finished run, as its file tells it, for one part of the pool.

    Attributes
    ----------
    setting
        What must agree between runs that are compared.
    arm, seed
        Which run.
    answers
        Answers at each look, shape ``(n_looks,)``.
    found
        Which targets were found at each look, shape ``(n_looks, n_targets)``.
    star
        Star of each target, shape ``(n_targets,)``.
    confirmed
        Targets among the labels at each look, shape ``(n_looks,)``.
    average_precision
        At each look, shape ``(n_looks,)``.
    seconds
        Of the transition before each look, shape ``(n_looks,)``; NaN where unknown.
    """

    setting: str
    arm: str
    seed: int
    answers: Numbers
    found: npt.NDArray[np.bool_]
    star: npt.NDArray[np.int64]
    confirmed: Numbers
    average_precision: Numbers
    seconds: Numbers

    @classmethod
    def read(cls, path: Path, part: str) -> Self | None:
        """Read a result; ``None`` where its pool has no such part.

        Raises
        ------
        CampaignError
            If the file is no result of a replay.
        """
        try:
            record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if record["format"] != "specoracle-replay":
                raise KeyError(record["format"])
            if part not in record["stars"]:
                return None
            looks = record["looks"]
            return cls(
                setting=_setting(record),
                arm=record["arm"],
                seed=record["seed"],
                answers=np.array([look["answers"] for look in looks], np.float64),
                found=_found([look[part]["found"] for look in looks]),
                star=np.array(record["stars"][part], np.int64),
                confirmed=np.array([look["targets"] for look in looks], np.float64),
                average_precision=np.array([k[part]["average_precision"] for k in looks]),
                seconds=np.array([look["seconds"] for look in looks], np.float64),
            )
        except (KeyError, TypeError, ValueError) as reason:
            raise CampaignError(
                f"{path}: expected the result of a replay, got {type(reason).__name__}: "
                f"{reason}. Delete it and run the replay again."
            ) from reason

    def completeness(self, weight: Numbers | None = None) -> Numbers:
        """Completeness at each look, each target with a weight, shape ``(n_looks,)``."""
        if not self.star.size:
            return np.full(len(self.answers), np.nan)
        weight = np.ones(self.star.size) if weight is None else weight
        return self.found @ weight / max(float(weight.sum()), 1e-30)

    def labels_to(self, level: float, weight: Numbers | None = None) -> float:
        """Answers at which completeness first reaches a level; infinite if it never does.

        Between two looks it is interpolated in the logarithm of the answers.
        """
        reached = self.completeness(weight)
        arrived = np.flatnonzero(reached >= level)
        if not arrived.size:
            return float("inf")
        first = int(arrived[0])
        if first == 0:
            return float(self.answers[0])
        low, high = reached[first - 1], reached[first]
        share = (level - low) / (high - low)
        ends = np.log(self.answers[first - 1 : first + 1])
        return float(np.exp(ends[0] + share * (ends[1] - ends[0])))

    def star_weights(self, rng: np.random.Generator) -> Numbers:
        """Draw stars with replacement; how often each target's was, ``(n_targets,)``."""
        stars, place = np.unique(self.star, return_inverse=True)
        drawn = rng.integers(0, stars.size, stars.size) if stars.size else place
        return np.bincount(drawn, minlength=stars.size)[place].astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """A number with a 95 % interval; an end beyond the budget is infinite."""

    value: float
    low: float
    high: float


def read_runs(paths: Iterable[Path], part: str) -> dict[str, dict[str, list[Run]]]:
    """Read results: runs by setting and by arm, in the order of their seeds."""
    runs = [run for path in sorted(paths) if (run := Run.read(path, part)) is not None]
    found: dict[str, dict[str, list[Run]]] = {}
    for run in sorted(runs, key=lambda each: each.seed):
        found.setdefault(run.setting, {}).setdefault(run.arm, []).append(run)
    return found


def labels_needed(runs: Sequence[Run], level: float, *, seed: int = 0) -> Bounded:
    """Median over the seeds of the answers that reach a level of completeness."""
    rng = np.random.default_rng(seed)
    drawn = [_median(_resampled(runs, rng), level, rng) for _ in range(N_RESAMPLED)]
    return _bounded(float(np.median([run.labels_to(level) for run in runs])), drawn)


def ratio(
    runs: Sequence[Run], base: Sequence[Run], level: float, *, seed: int = 0
) -> Bounded:
    """Labels that an arm needs over those of another, on the seeds that both have.

    Where the other is censored its budget stands in, so the ratio is at most this; where
    the arm is, the ratio is infinite: nothing is known but that it is at least the budget
    over the other's labels.
    """
    both = _paired(runs, base)
    if not both:
        return Bounded(value=float("nan"), low=float("nan"), high=float("nan"))
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(N_RESAMPLED):
        chosen = [both[i] for i in rng.integers(0, len(both), len(both))]
        weights = [one.star_weights(rng) for one, _ in chosen]
        drawn.append(_ratio(chosen, weights, level))
    return _bounded(_ratio(both, [None] * len(both), level), drawn)


def completeness_curve(runs: Sequence[Run], *, seed: int = 0) -> tuple[Numbers, Numbers]:
    """Mean completeness over the seeds with its interval.

    Returns
    -------
    tuple
        Answers, shape ``(n_looks,)``, of the looks that all runs have; and mean, lower
        and upper limit at each, shape ``(n_looks, 3)``.
    """
    n = min(len(run.answers) for run in runs)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(N_RESAMPLED):
        chosen = _resampled(runs, rng)
        curves = [run.completeness(run.star_weights(rng))[:n] for run in chosen]
        drawn.append(np.mean(curves, axis=0))
    mean = np.mean([run.completeness()[:n] for run in runs], axis=0)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return runs[0].answers[:n], np.column_stack([mean, low, high])


def _ratio(
    both: Sequence[tuple[Run, Run]], weights: Sequence[Numbers | None], level: float
) -> float:
    mine, others = [], []
    for (run, other), weight in zip(both, weights, strict=True):
        mine.append(run.labels_to(level, weight))
        others.append(min(other.labels_to(level, weight), other.answers[-1]))
    return float(np.median(mine) / np.median(others))


def _paired(runs: Sequence[Run], base: Sequence[Run]) -> list[tuple[Run, Run]]:
    others: Mapping[int, Run] = {run.seed: run for run in base}
    return [(run, others[run.seed]) for run in runs if run.seed in others]


def _median(runs: Sequence[Run], level: float, rng: np.random.Generator) -> float:
    return float(np.median([run.labels_to(level, run.star_weights(rng)) for run in runs]))


def _resampled(runs: Sequence[Run], rng: np.random.Generator) -> list[Run]:
    return [runs[i] for i in rng.integers(0, len(runs), len(runs))]


def _bounded(value: float, drawn: Sequence[float]) -> Bounded:
    # "lower" and "higher": infinite values cannot be averaged with finite ones.
    low = float(np.quantile(drawn, 0.025, method="lower"))
    high = float(np.quantile(drawn, 0.975, method="higher"))
    return Bounded(value=value, low=low, high=high)


def _found(rows: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([[each == "1" for each in row] for row in rows], np.bool_)


def _setting(record: Mapping[str, Any]) -> str:
    """Say in words what the runs of one comparison share."""
    words = [f"pool {record['pool']}", f"{record['n_spectra']['asked']:,} spectra"]
    if record["pool"] != "c":
        words.append(f"{record['prevalence']:.2g} of the spectra are targets")
    words.append(f"looking for {', '.join(record['targets'])}")
    if record["wrong"]:
        words.append(f"{record['wrong']:.0%} of the answers wrong")
    if record["classifier"] != "network":
        words.append(f"{record['classifier']} classifier")
    return "; ".join(words)
