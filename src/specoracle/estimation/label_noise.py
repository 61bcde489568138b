"""What errors of the annotators do to precision and completeness.

Two answers of one person about one spectrum differ when one of them is wrong, so blind
repeats tell how often an answer is wrong, if errors are independent and as likely either
way. A person who is wrong in the same way twice is not found out: that takes others.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation.estimate import Estimate
from specoracle.estimation.limits import Counts, estimated_totals

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNoise:
    """Figures as they would be without errors of the annotators.

    Attributes
    ----------
    rate
        How often an answer is wrong, with the interval of the repeats.
    precision, completeness
        Least and greatest point estimate over that interval; no confidence limits, and
        ``None`` where nothing is known.
    """

    rate: Estimate
    precision: tuple[float, float] | None
    completeness: tuple[float, float] | None


def error_rate(consistency: Estimate) -> Estimate:
    """Rate of wrong answers behind a share of equal repeats.

    Parameters
    ----------
    consistency
        Share of target-or-not answers that are the same twice, s.

    Returns
    -------
    Estimate
        e = (1 - √(2 s - 1)) / 2, from s = (1 - e)² + e²; a half where s is no more.

    Examples
    --------
    >>> error_rate(Estimate(value=0.82, low=0.5, high=1.0, n=50)).value
    0.1
    """
    if consistency.value is None:
        return Estimate(value=None, low=0.0, high=0.5, n=0, unknown=consistency.unknown)
    return Estimate(
        value=_rate(consistency.value),
        low=_rate(consistency.high),
        high=_rate(consistency.low),
        n=consistency.n,
    )


def label_noise(
    counts: Counts, listed: Flags, inside: Flags, consistency: Estimate
) -> LabelNoise:
    """Correct precision and completeness for errors at the rate of the repeats.

    Parameters
    ----------
    counts
        What the sample saw, in cells of shape ``(n_cells,)``.
    listed, inside
        Whether each cell is on the list, and whether its targets count for completeness.
    consistency
        As of `error_rate`.

    References
    ----------
    Rogan & Gladen (1978), American Journal of Epidemiology 107, 71, equation 1, with
    sensitivity and specificity 1 - e.
    """
    rate = error_rate(consistency)
    ends = [rate.low, rate.high, *([] if rate.value is None else [rate.value])]
    if rate.value is None or not counts.sampled.sum():
        return LabelNoise(rate=rate, precision=None, completeness=None)
    found = [_corrected(counts, listed, inside, e) for e in ends]
    precision = [p for p, _ in found if np.isfinite(p)]
    completeness = [c for _, c in found if np.isfinite(c)]
    return LabelNoise(
        rate=rate,
        precision=(min(precision), max(precision)) if precision else None,
        completeness=(min(completeness), max(completeness)) if completeness else None,
    )


def _rate(consistency: float) -> float:
    return (1 - math.sqrt(max(2 * consistency - 1, 0.0))) / 2


def _corrected(
    counts: Counts, listed: Flags, inside: Flags, e: float
) -> tuple[float, float]:
    on_list = _true_share(counts, listed, e)
    found, missed = (
        _true_share(counts, part & inside, e) * counts.size[part & inside].sum()
        for part in (listed, ~listed)
    )
    total = found + missed
    return on_list, found / total if total > 0 else math.nan


def _true_share(counts: Counts, cells: Flags, e: float) -> float:
    """Rogan & Gladen's estimate of a share, from the apparent one."""
    size = counts.size[cells].sum()
    if not size or e >= 0.5:
        return math.nan
    apparent = estimated_totals(counts)[cells].sum() / size
    return min(max((apparent - e) / (1 - 2 * e), 0.0), 1.0)
