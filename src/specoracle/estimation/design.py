"""The probability design of the performance-estimation sample.

Each draw is stratified simple random sampling without replacement from the **whole**
pool. Draws accumulate: what was labelled for an earlier model serves every later one,
with the inclusion probability of the union.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation.strata import OUTSIDE, Stratum

Probability = npt.NDArray[np.float64]
Row = npt.NDArray[np.int64]
Share = npt.NDArray[np.float64]


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


def draw(
    strata: Stratum, n: int, *, rng: np.random.Generator, shares: Share | None = None
) -> Draw:
    """Draw about ``n`` rows from all strata, as their sizes allow.

    Parameters
    ----------
    strata
        Stratum of each row of the pool, shape ``(n_spectra,)``; rows `OUTSIDE` are
        never drawn.
    n
        Size of the sample; the whole population when that is smaller.
    rng
        Decides.
    shares
        Of the sample, wanted for each stratum, shape ``(n_strata,)``; equal ones when
        left out.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 5: stratified random sampling.

    Examples
    --------
    >>> strata = np.array([0, 0, 0, 0, 1], dtype="u1")
    >>> draw(strata, 3, rng=np.random.default_rng(1)).probability
    array([0.5, 1. ])
    """
    sizes = np.trim_zeros(np.bincount(strata, minlength=OUTSIDE)[:OUTSIDE], "b")
    allocated = allocate(sizes, n, None if shares is None else shares[: len(sizes)])
    chosen = [
        rng.choice(np.flatnonzero(strata == stratum), count, replace=False, shuffle=False)
        for stratum, count in enumerate(allocated)
        if count
    ]
    rows = np.sort(np.concatenate([*chosen, np.zeros(0, np.int64)])).astype(np.int64)
    return Draw(rows=rows, probability=allocated / np.maximum(sizes, 1))


def allocate(
    sizes: npt.NDArray[np.int64], n: int, shares: Share | None = None
) -> npt.NDArray[np.int64]:
    """Share ``n`` over strata; what a small one cannot hold goes to the others.

    Every non-empty stratum gets at least one, so that each row has a chance, even where
    that makes the sample larger than ``n``.

    Examples
    --------
    >>> allocate(np.array([100, 2, 100]), 12)
    array([5, 2, 5])
    >>> allocate(np.array([100, 100]), 10, np.array([0.2, 0.8]))
    array([2, 8])
    """
    wanted = np.ones(len(sizes)) if shares is None else np.maximum(shares, 1e-9)
    allocated = np.minimum(sizes, 1).astype(np.int64)
    while (rest := min(n, int(sizes.sum())) - int(allocated.sum())) > 0:
        open_ = allocated < sizes
        goal = wanted * open_ / (wanted * open_).sum() * (rest + allocated[open_].sum())
        added = np.maximum(np.floor(goal) - allocated, 0) * open_
        added = np.diff(np.minimum(np.cumsum(added), rest), prepend=0).astype(np.int64)
        if not added.any():
            # What is left goes to those farthest behind (D'Hondt's highest averages).
            added[np.where(open_, wanted / (allocated + 1), -1.0).argmax()] = 1
        allocated = np.minimum(allocated + added, sizes)
    return allocated


def shares_by_variance(
    size: npt.NDArray[np.int64], variance: npt.NDArray[np.float64], least: Share
) -> Share:
    """Share an extension out: half where the variance is largest, half as designed.

    Parameters
    ----------
    size
        Rows of each stratum, shape ``(n_strata,)``.
    variance
        Of the wanted quantity within each stratum, the same shape.
    least
        Shares by design, the same shape, summing to 1; each stratum keeps half of its.

    References
    ----------
    Neyman (1934), Journal of the Royal Statistical Society 97, 558: n ∝ N S.

    Examples
    --------
    >>> even = np.array([0.5, 0.5])
    >>> shares_by_variance(np.array([10, 30]), np.array([0.25, 0.25]), even)
    array([0.375, 0.625])
    """
    wanted = size * np.sqrt(variance)
    if not wanted.sum() > 0:
        return least
    return 0.5 * least + 0.5 * wanted / wanted.sum()


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
