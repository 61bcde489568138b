"""Exact binomial intervals of many shares at once, also at fractional sample sizes."""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv

Shares = npt.NDArray[np.float64]


def exact_interval(
    share: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95
) -> tuple[Shares, Shares]:
    """Limits of shares that were found among ``n`` units; 0 and 1 where there was none.

    Parameters
    ----------
    share
        Found shares, 0 to 1; NaN where nothing was found out.
    n
        Units, or the effective number of them, of the same shape.
    confidence
        Of the two-sided interval.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26, 404; at an effective number of units Korn &
    Graubard (1998), Survey Methodology 24, 193.

    Examples
    --------
    >>> low, high = exact_interval([0.0, 1.0], [30, 30])
    >>> low.round(3), high.round(3)
    (array([0.   , 0.884]), array([0.116, 1.   ]))
    """
    value, size = np.broadcast_arrays(
        np.asarray(share, np.float64), np.asarray(n, np.float64)
    )
    known = np.isfinite(value) & (size > 0)
    hits = np.where(known, value * size, 0.0)
    misses = np.where(known, (1.0 - value) * size, 0.0)
    tail = (1.0 - confidence) / 2.0
    low, high = np.zeros(value.shape), np.ones(value.shape)
    some, other = known & (hits > 0), known & (misses > 0)
    low[some] = betaincinv(hits[some], misses[some] + 1.0, tail)
    high[other] = betaincinv(hits[other] + 1.0, misses[other], 1.0 - tail)
    return low, high
