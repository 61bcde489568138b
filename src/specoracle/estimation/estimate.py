"""Precision and completeness of a candidate list, with intervals.

The list splits the pool in two domains whose sizes are known exactly: on the list and
off it. The sample says which share of each is a target. Precision is the share on the
list; completeness follows from both.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

Weight = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share with its interval.

    Attributes
    ----------
    value
        The estimate, NaN where the sample says nothing.
    low, high
        Limits of the interval.
    n
        Sampled spectra that bear on it.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How good a candidate list is.

    Attributes
    ----------
    precision
        Share of the list that are targets.
    completeness
        Share of the pool's targets that are on the list.
    prevalence
        Share of the pool that are targets.
    """

    precision: Estimate
    completeness: Estimate
    prevalence: Estimate


def weighted_share(
    positive: Flags, weight: Weight, *, confidence: float = 0.95
) -> Estimate:
    """Estimate a share from units sampled with unequal probabilities.

    Parameters
    ----------
    positive
        Whether each sampled unit counts, shape ``(n_units,)``.
    weight
        Inverse inclusion probability, shape ``(n_units,)``.
    confidence
        Of the two-sided interval.

    Returns
    -------
    Estimate
        The Hájek estimate with the exact binomial interval at the effective sample size
        n / (1 + cv²) of the weights.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26, 404, at the effective sample size of Kish
    (1965), Survey Sampling, section 11.7; compare Korn & Graubard (1998), Survey
    Methodology 24, 193.

    Examples
    --------
    >>> share = weighted_share(np.array([True] * 30), np.ones(30))
    >>> round(share.low, 3), share.high
    (0.884, 1.0)
    """
    n = len(weight)
    if n == 0:
        return Estimate(value=float("nan"), low=0.0, high=1.0, n=0)
    value = float(weight[positive].sum() / weight.sum())
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    tail = (1 - confidence) / 2
    hits, misses = value * effective, (1 - value) * effective
    low = float(betaincinv(hits, misses + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, misses, 1 - tail)) if misses > 0 else 1.0
    return Estimate(value=value, low=low, high=high, n=n)


def estimate_performance(
    *,
    is_target: Flags,
    on_list: Flags,
    weight: Weight,
    n_on_list: int,
    n_pool: int,
    confidence: float = 0.95,
) -> Performance:
    """Estimate precision, completeness and prevalence from the estimation sample.

    Parameters
    ----------
    is_target, on_list
        Whether each labelled sample member is a target, and is on the candidate list,
        shape ``(n_units,)``.
    weight
        Inverse inclusion probability, shape ``(n_units,)``.
    n_on_list, n_pool
        Sizes of the list and of the pool, known exactly.
    confidence
        Of each interval.

    Returns
    -------
    Performance
        For completeness, the shares on and off the list each get an interval at half
        the error (Bonferroni), and the limits combine their worst cases: it covers, and
        is wide where few units off the list were sampled.
    """
    n_off = n_pool - n_on_list
    half = 1 - (1 - confidence) / 2
    domains = [
        weighted_share(is_target[on_list], weight[on_list], confidence=level)
        for level in (confidence, half)
    ]
    precision, found = domains
    missed = weighted_share(is_target[~on_list], weight[~on_list], confidence=half)
    if n_on_list == 0:
        found = Estimate(value=0.0, low=0.0, high=0.0, n=0)
    if n_off == 0:
        missed = Estimate(value=0.0, low=0.0, high=0.0, n=0)
    return Performance(
        precision=precision,
        completeness=_completeness(found, missed, n_on_list, n_off),
        prevalence=_prevalence(found, missed, n_on_list, n_off),
    )


def _completeness(found: Estimate, missed: Estimate, n_on: int, n_off: int) -> Estimate:
    return Estimate(
        value=_ratio(found.value * n_on, missed.value * n_off),
        low=_ratio(found.low * n_on, missed.high * n_off, empty=0.0),
        high=_ratio(found.high * n_on, missed.low * n_off, empty=1.0),
        n=found.n + missed.n,
    )


def _prevalence(found: Estimate, missed: Estimate, n_on: int, n_off: int) -> Estimate:
    n_pool = max(n_on + n_off, 1)
    value, low, high = (
        (getattr(found, name) * n_on + getattr(missed, name) * n_off) / n_pool
        for name in ("value", "low", "high")
    )
    return Estimate(value=value, low=low, high=high, n=found.n + missed.n)


def _ratio(found: float, missed: float, empty: float = float("nan")) -> float:
    total = found + missed
    return found / total if total != 0 else empty
