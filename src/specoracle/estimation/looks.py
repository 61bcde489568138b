"""What looking again and again costs.

Who looks after every round and stops at the first good figure, will find one by luck. The
error is spent over the looks instead, so that all of them together miss with 5 %.
"""

import math

from specoracle.estimation.estimate import ERROR


def error_at(look: int, *, error: float = ERROR) -> float:
    """Error that the interval of one look may have.

    Parameters
    ----------
    look
        Which look it is, from 1.
    error
        Of all looks that there may ever be, together.

    Returns
    -------
    float
        α_k = α · 6 / (π² k²), which sums to α over all k.

    References
    ----------
    Σ 1/k² = π²/6 (Euler 1735), with Bonferroni's inequality.

    Examples
    --------
    >>> round(error_at(1), 4), round(error_at(10), 6)
    (0.0304, 0.000304)
    """
    return error * 6 / (math.pi**2 * look**2)
