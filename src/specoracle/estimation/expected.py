"""How many true targets to expect above any probability, from the estimation sample.

The share of targets among the sampled spectra above the threshold, weighted by 1/π, times
the number of spectra above it, which is known exactly. What has been labelled narrows the
limits: so many are targets for certain, and so many are not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation.binomial import exact_interval

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Spectra whose class is known.

    Attributes
    ----------
    probability
        What the model says of them, shape ``(n_judged,)``.
    is_target
        Whether they are targets, shape ``(n_judged,)``.
    """

    probability: npt.NDArray[np.floating]
    is_target: Flags


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """Targets to expect at each threshold or above, each of shape ``(n_thresholds,)``.

    Attributes
    ----------
    threshold
        Probability.
    n_above
        Spectra of the pool.
    value, low, high
        Targets among them, with 95 % limits; the value is NaN where no sampled spectrum
        is above, unless labels alone tell.
    n_sampled
        Sampled spectra above.
    """

    threshold: Numbers
    n_above: npt.NDArray[np.int64]
    value: Numbers
    low: Numbers
    high: Numbers
    n_sampled: npt.NDArray[np.int64]


def expected_targets(
    pool: npt.NDArray[np.floating],
    sample: Judged,
    weight: Numbers,
    *,
    thresholds: npt.ArrayLike,
    labelled: Judged | None = None,
    confidence: float = 0.95,
) -> Expected:
    """Estimate how many targets stand above each of some thresholds.

    Parameters
    ----------
    pool
        Probability of every spectrum of the pool, shape ``(n_spectra,)``.
    sample
        The labelled members of the estimation sample.
    weight
        Inverse inclusion probability of these, shape ``(n_judged,)``.
    thresholds
        Probabilities, shape ``(n_thresholds,)``.
    labelled
        All spectra with a label.
    confidence
        Of each interval.

    References
    ----------
    Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 5.7: the
    share in a domain. Interval at the effective sample size of Kish (1965), Survey
    Sampling, section 11.7.

    Examples
    --------
    >>> sample = Judged(
    ...     probability=np.array([0.9, 0.8, 0.1]), is_target=np.array([True, False, False])
    ... )
    >>> pool = np.linspace(0, 1, 101)
    >>> found = expected_targets(pool, sample, np.ones(3), thresholds=[0.5, 0.95])
    >>> found.n_above, found.value
    (array([51,  6]), array([25.5,  nan]))
    """
    threshold = np.asarray(thresholds, np.float64)
    n_above = _n_above(pool, threshold)
    order = np.argsort(-sample.probability, kind="stable")
    n_sampled = _n_above(sample.probability, threshold)
    sums = [_running(v[order]) for v in (weight, weight * sample.is_target, weight**2)]
    total, hits, squares = (running[n_sampled] for running in sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        share, effective = hits / total, total**2 / squares
    low, high = exact_interval(share, np.nan_to_num(effective), confidence=confidence)
    known = labelled or sample
    least = _n_above(known.probability[known.is_target], threshold)
    most = n_above - _n_above(known.probability[~known.is_target], threshold)
    value = np.where(least == most, least, np.clip(share * n_above, least, most))
    return Expected(
        threshold=threshold,
        n_above=n_above,
        value=value,
        low=np.clip(low * n_above, least, most),
        high=np.clip(high * n_above, least, most),
        n_sampled=n_sampled,
    )


def _n_above(values: npt.NDArray[np.floating], threshold: Numbers) -> npt.NDArray[np.int64]:
    ordered = np.sort(values)
    # In the precision of the values, or a threshold read off one of them may pass it.
    limits = threshold.astype(ordered.dtype)
    return (len(ordered) - np.searchsorted(ordered, limits, side="left")).astype(np.int64)


def _running(values: npt.NDArray[np.floating]) -> Numbers:
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
