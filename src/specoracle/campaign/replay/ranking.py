"""How well a ranking finds the targets, judged by a truth that only a replay knows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]

PRECISION = 0.9
"""Precision that a list of candidates must have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Figures of merit of a ranking.

    Attributes
    ----------
    found
        For each target, in the order given: whether it is on the longest list whose true
        precision is `PRECISION` or more; shape ``(n_targets,)``.
    average_precision
        Mean precision over the targets, dimensionless, 0 to 1.
    """

    found: Flags
    average_precision: float

    @property
    def completeness(self) -> float:
        """Share of the targets on that list; NaN where there is no target."""
        return float(self.found.mean()) if self.found.size else float("nan")


def judge_ranking(score: npt.NDArray[np.floating], is_target: Flags) -> Ranking:
    """Judge a ranking by the truth.

    Parameters
    ----------
    score
        Larger for what ranks higher, shape ``(n_spectra,)``; those of one score are on a
        list together or not at all.
    is_target
        The truth, shape ``(n_spectra,)``.

    Examples
    --------
    >>> ranking = judge_ranking(np.array([0.9, 0.8, 0.1, 0.7]), np.array([1, 1, 1, 0]) > 0)
    >>> ranking.found, round(ranking.average_precision, 3)
    (array([ True,  True, False]), 0.917)
    """
    n_targets = int(is_target.sum())
    if not n_targets:
        return Ranking(found=np.zeros(0, np.bool_), average_precision=float("nan"))
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    true = np.cumsum(is_target[order])[ends]
    precision = true / (ends + 1)
    gained = np.diff(true, prepend=0)
    good = np.flatnonzero(precision >= PRECISION)
    floor = ranked[ends[good[-1]]] if good.size else np.inf
    return Ranking(
        found=score[is_target] >= floor,
        average_precision=float((precision * gained).sum() / n_targets),
    )
