"""The probability design of the performance-estimation sample.

Each draw is stratified simple random sampling without replacement from the **whole**
pool, independent of earlier draws. Draws accumulate: what was labelled for an earlier
model serves every later one, with the inclusion probability of the union.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Stratum = npt.NDArray[np.uint8]
Probability = npt.NDArray[np.float64]
Row = npt.NDArray[np.int64]

OUTSIDE = 255
"""Stratum of rows that are not in the population, such as spectra without good pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One draw from the pool.

    Attributes
    ----------
    rows
        Rows drawn, sorted, shape ``(n_drawn,)``.
    probability
        Inclusion probability in this draw of a row of each stratum, shape
        ``(n_strata,)``.
    """

    rows: Row
    probability: Probability


def draw(strata: Stratum, n: int, *, rng: np.random.Generator) -> Draw:
    """Draw about ``n`` rows, as equally from all strata as their sizes allow.

    Parameters
    ----------
    strata
        Stratum of each row of the pool, shape ``(n_spectra,)``; rows `OUTSIDE` are
        never drawn.
    n
        Size of the sample; the whole population when that is smaller.
    rng
        Decides.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 5: stratified random sampling.

    Examples
    --------
    >>> strata = np.array([0, 0, 0, 0, 1], dtype="u1")
    >>> draw(strata, 3, rng=np.random.default_rng(1)).probability
    array([0.5, 1. ])
    """
    sizes = np.bincount(strata, minlength=OUTSIDE)[:OUTSIDE]
    sizes = np.trim_zeros(sizes, "b")
    allocated = allocate(sizes, n)
    chosen = [
        rng.choice(np.flatnonzero(strata == stratum), count, replace=False)
        for stratum, count in enumerate(allocated)
        if count
    ]
    rows = np.sort(np.concatenate([*chosen, np.zeros(0, np.int64)])).astype(np.int64)
    return Draw(rows=rows, probability=allocated / np.maximum(sizes, 1))


def allocate(sizes: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Share ``n`` equally over strata; what a small one cannot hold goes to the others.

    Every non-empty stratum gets at least one, so that each row has a chance, even where
    that makes the sample larger than ``n``.

    Examples
    --------
    >>> allocate(np.array([100, 2, 100]), 12)
    array([5, 2, 5])
    """
    allocated = np.minimum(sizes, 1).astype(np.int64)
    while (rest := min(n, int(sizes.sum())) - int(allocated.sum())) > 0:
        open_ = np.flatnonzero(allocated < sizes)
        # The emptiest strata first, so that an uneven rest does not pile up.
        first = open_[np.argsort(allocated[open_], kind="stable")][:rest]
        share = max(1, rest // len(open_))
        allocated[first] = np.minimum(allocated[first] + share, sizes[first])
    return allocated


def union_probability(probabilities: Probability) -> Probability:
    """Inclusion probability in the union of independent draws.

    Parameters
    ----------
    probabilities
        Inclusion probability of each unit in each draw, shape ``(n_draws, n_units)``.

    Returns
    -------
    Probability
        π = 1 - Π (1 - π_k), shape ``(n_units,)``.

    References
    ----------
    Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, section 2.4, for
    independent events.
    """
    return 1 - np.prod(1 - probabilities, axis=0)


def score_strata(score: npt.NDArray[np.floating], n_strata: int = 8) -> Stratum:
    """Strata by the score of the target classes, finest at the top.

    A stratum is about four times as large as the next one above, so that the few
    rows that may be targets are sampled densely and the bulk is never left out.

    Parameters
    ----------
    score
        Probability of the target classes, shape ``(n_spectra,)``; NaN ranks lowest.
    n_strata
        How many strata; fewer when the pool is small.

    Returns
    -------
    Stratum
        0 for the highest scores.
    """
    n = len(score)
    order = np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")
    shares = 4.0 ** np.arange(n_strata)
    stops = np.unique(np.ceil(n * np.cumsum(shares) / shares.sum()).astype(np.int64))
    strata = np.empty(n, dtype=np.uint8)
    strata[order] = np.searchsorted(stops, np.arange(n), side="right")
    return strata


def among(rows: Row, strata: Stratum, n_spectra: int) -> Stratum:
    """Put the strata of ``rows`` into a pool of ``n_spectra``; the others are outside.

    Examples
    --------
    >>> among(np.array([0, 2]), np.array([1, 0], dtype="u1"), 3)
    array([  1, 255,   0], dtype=uint8)
    """
    whole = np.full(n_spectra, OUTSIDE, dtype=np.uint8)
    whole[rows] = strata
    return whole


def signal_strata(
    snr: npt.NDArray[np.floating], cluster: npt.NDArray[np.intp], n_bins: int = 2
) -> Stratum:
    """Strata before there is a model: S/N halves within clusters of the spectra.

    Parameters
    ----------
    snr
        Signal-to-noise ratio, shape ``(n_spectra,)``; NaN is a low one.
    cluster
        Cluster number of each spectrum, shape ``(n_spectra,)``.
    n_bins
        S/N bins of equal size.
    """
    value = np.nan_to_num(snr, nan=-np.inf)
    rank = np.argsort(np.argsort(value, kind="stable"), kind="stable")
    bins = rank * n_bins // max(len(value), 1)
    _, strata = np.unique(cluster * n_bins + bins, return_inverse=True)
    return strata.astype(np.uint8)
