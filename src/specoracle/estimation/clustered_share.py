"""A share with its interval where units come in clusters, such as spectra of one star.

Units of one cluster resemble each other, so that they count for fewer than they are. How
many they are worth is estimated from how the clusters differ, cautiously: never more than
the units, and only the clusters where nothing can be seen of it, as at none or all.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from specoracle.estimation.binomial import exact_interval

FEWEST = 2
"""Hits and misses, in clusters, below which the clusters' differences say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredShare:
    """A share with its interval.

    Attributes
    ----------
    value, low, high
        The share and its limits; NaN, 0 and 1 without units.
    n, n_clusters
        Units and clusters.
    hits
        Units that count.
    """

    value: float
    low: float
    high: float
    n: int
    n_clusters: int
    hits: int


def clustered_share(
    hit: npt.NDArray[np.bool_],
    cluster: npt.NDArray[np.integer],
    *,
    confidence: float = 0.95,
) -> ClusteredShare:
    """Estimate a share from units in clusters.

    Parameters
    ----------
    hit
        Whether each unit counts, shape ``(n_units,)``.
    cluster
        Number of its cluster, shape ``(n_units,)``.
    confidence
        Of the two-sided interval.

    References
    ----------
    The exact binomial interval at the effective sample size, with Student's factor for the
    few clusters, is Korn & Graubard (1998), Survey Methodology 24, 193; the variance of a
    share over clusters of unequal sizes is Cochran (1977), Sampling Techniques, chapter
    9A.

    Examples
    --------
    >>> share = clustered_share(np.array([True] * 30), np.repeat(np.arange(10), 3))
    >>> share.value, round(share.low, 3), share.n_clusters
    (1.0, 0.692, 10)
    """
    n = len(hit)
    if not n:
        return ClusteredShare(
            value=float("nan"), low=0.0, high=1.0, n=0, n_clusters=0, hits=0
        )
    _, number = np.unique(cluster, return_inverse=True)
    size = np.bincount(number)
    hits = np.bincount(number, weights=hit)
    value = float(hit.mean())
    low, high = exact_interval(value, _effective(hits, size), confidence=confidence)
    return ClusteredShare(
        value=value,
        low=float(low),
        high=float(high),
        n=n,
        n_clusters=len(size),
        hits=int(hit.sum()),
    )


def _effective(hits: npt.NDArray[Any], size: npt.NDArray[np.integer]) -> float:
    """Independent units that the clusters are worth."""
    n, n_clusters = int(size.sum()), len(size)
    # Kish's number for clusters that are each of one kind through and through.
    least = n**2 / float(np.square(size).sum())
    value = hits.sum() / n
    few = min((hits > 0).sum(), (hits < size).sum())
    if n_clusters < 2 or few < FEWEST or n == n_clusters:
        return least
    residual = hits - value * size
    variance = n_clusters / (n_clusters - 1) * np.square(residual).sum() / n**2
    effective = value * (1 - value) / max(variance, 1e-300)
    shrunk = (stdtrit(n - 1, 0.975) / stdtrit(n_clusters - 1, 0.975)) ** 2
    return float(np.clip(effective * shrunk, least, n))
