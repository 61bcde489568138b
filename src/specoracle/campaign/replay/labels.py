"""How many labels an arm needs: medians over seeds, ratios, and their intervals.

A run that never arrives is censored: it needs more than its budget. Intervals come from
seeds drawn anew. Where the pools of all seeds are made of the same real stars, these are
drawn anew too, each star at once in all seeds (Owen 2007, Annals of Applied Statistics 1,
386: the pigeonhole bootstrap, which errs on the wide side).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
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
    shares_stars
        Whether runs of other seeds are about the same stars.
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
    shares_stars: bool
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
                shares_stars=record["pool"] != "a",
                confirmed=np.array([look["targets"] for look in looks], np.float64),
                average_precision=np.array([k[part]["average_precision"] for k in looks]),
                seconds=np.array([look["seconds"] for look in looks], np.float64),
            )
        except (KeyError, TypeError, ValueError) as reason:
            raise CampaignError(
                f"{path}: expected the result of a replay, got {type(reason).__name__}: "
                f"{reason}. Delete it and run the replay again."
            ) from reason

    @property
    def completeness(self) -> Numbers:
        """Completeness at each look, shape ``(n_looks,)``; NaN without targets."""
        return self._weighted(np.ones((1, self.star.size)))[0]

    def resampled(self) -> Numbers:
        """Completeness with stars drawn anew, shape ``(n_resampled, n_looks)``.

        A star is drawn as often in all runs, on whatever seed.
        """
        stars, place = np.unique(self.star, return_inverse=True)
        drawn = [np.random.default_rng([23, k]).poisson(1.0, N_RESAMPLED) for k in stars]
        weight = np.array(drawn, np.float64).reshape(len(stars), N_RESAMPLED)
        return self._weighted(weight[place].T)

    def _weighted(self, weight: Numbers) -> Numbers:
        if not self.star.size:
            return np.full((len(weight), len(self.answers)), np.nan)
        total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-30)
        return weight @ self.found.T / total


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


def labels_to(level: float, answers: Numbers, completeness: Numbers) -> Numbers:
    """Answers at which completeness first reaches a level; infinite if it never does.

    Between two looks it is interpolated in the logarithm of the answers.

    Parameters
    ----------
    level
        From 0 to 1.
    answers
        At each look, shape ``(n_looks,)``.
    completeness
        Of each curve at each look, shape ``(n_curves, n_looks)``.

    Returns
    -------
    Numbers
        Shape ``(n_curves,)``.

    Examples
    --------
    >>> curves = np.array([[0.6, 1.0], [0.1, 0.2]])
    >>> labels_to(0.8, np.array([100.0, 400.0]), curves).round(6)
    array([200.,  inf])
    """
    reached = completeness >= level
    first = reached.argmax(axis=1)
    before, every = np.maximum(first - 1, 0), np.arange(len(completeness))
    low, high = completeness[every, before], completeness[every, first]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(first > 0, (level - low) / (high - low), 0.0)
    ends = np.log(answers)
    found = np.exp(ends[before] + share * (ends[first] - ends[before]))
    return np.where(reached.any(axis=1), found, np.inf)


def labels_needed(runs: Sequence[Run], level: float) -> Bounded:
    """Median over the seeds of the answers that reach a level of completeness."""
    value = float(np.median(_labels(runs, level)))
    return _bounded(value, np.median(_drawn_labels(runs, level), axis=0))


def ratio(runs: Sequence[Run], base: Sequence[Run], level: float) -> Bounded:
    """Labels that an arm needs over those of another, on the seeds that both have.

    Where the other is censored its budget stands in, so the ratio is at most this; where
    the arm is, the ratio is infinite: nothing is known but that it is at least the budget
    over the other's labels.
    """
    mine, others = _paired(runs, base)
    if not mine:
        return Bounded(value=float("nan"), low=float("nan"), high=float("nan"))
    budget = np.array([run.answers[-1] for run in others])
    value = np.median(_labels(mine, level))
    value /= np.median(np.minimum(_labels(others, level), budget))
    # One generator's seed for both: the same seeds are drawn.
    above = np.median(_drawn_labels(mine, level), axis=0)
    below = np.median(_drawn_labels(others, level, budget), axis=0)
    return _bounded(float(value), above / below)


def completeness_curve(runs: Sequence[Run]) -> tuple[Numbers, Numbers]:
    """Mean completeness over the seeds with its interval.

    Returns
    -------
    tuple
        Answers, shape ``(n_looks,)``, of the looks that all runs have; and mean, lower
        and upper limit at each, shape ``(n_looks, 3)``.
    """
    common = reduce(np.intersect1d, [run.answers for run in runs])
    at = [np.searchsorted(run.answers, common) for run in runs]
    drawn_anew = zip(_resampled(runs), at, strict=True)
    curves = np.array([curve[:, looks] for curve, looks in drawn_anew])
    drawn = np.mean(_seeds_drawn(curves), axis=0)
    own = [run.completeness[looks] for run, looks in zip(runs, at, strict=True)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return common, np.column_stack([np.mean(own, axis=0), low, high])


def _labels(runs: Sequence[Run], level: float) -> Numbers:
    """Labels of each run, shape ``(n_runs,)``."""
    return np.array(
        [labels_to(level, run.answers, run.completeness[None])[0] for run in runs]
    )


def _drawn_labels(
    runs: Sequence[Run], level: float, most: Numbers | None = None
) -> Numbers:
    """Labels of runs and stars drawn anew, at ``most``; ``(n_runs, n_resampled)``."""
    labels = np.array(
        [
            labels_to(level, run.answers, curves)
            for run, curves in zip(runs, _resampled(runs), strict=True)
        ]
    )
    if most is not None:
        labels = np.minimum(labels, most[:, None])
    return _seeds_drawn(labels)


def _resampled(runs: Sequence[Run]) -> list[Numbers]:
    """Curves of each run; its stars are drawn anew if that says more than the seeds do."""
    if len(runs) == 1 or runs[0].shares_stars:
        return [run.resampled() for run in runs]
    return [np.repeat(run.completeness[None], N_RESAMPLED, axis=0) for run in runs]


def _seeds_drawn(values: Numbers) -> Numbers:
    """Draw runs anew, others for each resample; shape ``(n_runs, n_resampled, …)``."""
    n_runs, n_resampled = values.shape[:2]
    chosen = np.random.default_rng(29).integers(0, n_runs, (n_runs, n_resampled))
    return values[chosen, np.arange(n_resampled)]


def _paired(runs: Sequence[Run], base: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    others = {run.seed: run for run in base}
    mine = [run for run in runs if run.seed in others]
    return mine, [others[run.seed] for run in mine]


def _bounded(value: float, drawn: Numbers) -> Bounded:
    # "lower" and "higher": infinite values cannot be averaged with finite ones.
    low = float(np.quantile(drawn, 0.025, method="lower"))
    high = float(np.quantile(drawn, 0.975, method="higher"))
    return Bounded(value=value, low=low, high=high)


def _found(rows: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([[each == "1" for each in row] for row in rows], np.bool_)


def _setting(record: Mapping[str, Any]) -> str:
    """Say in words what the runs of one comparison share."""
    n_spectra, n_targets = record["n_spectra"]["asked"], len(record["stars"]["asked"])
    words = [
        f"pool {record['pool']}",
        f"{n_spectra:,} spectra",
        f"{n_targets} of them {' or '.join(record['targets'])}",
    ]
    if record["wrong"]:
        words.append(f"{record['wrong']:.0%} of the answers wrong")
    if record["classifier"] != "network":
        words.append(f"{record['classifier']} classifier")
    return "; ".join(words)
