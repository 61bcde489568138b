"""Successive lists compared on the same objects.

Every sampled spectrum speaks for both lists; where they agree about it, it says nothing
about their difference, whatever it is. That makes the comparison much sharper than that
of two intervals.
"""

import numpy as np
import numpy.typing as npt

from specoracle.estimation import merits
from specoracle.estimation.estimate import ERROR, Estimate, bearing, estimated, no_target
from specoracle.estimation.limits import Counts

Flags = npt.NDArray[np.bool_]

DIFFERENCE = (-1.0, 1.0)
"""Between which limits a difference of two shares lies."""


def completeness_gain(
    counts: Counts,
    before: Flags,
    after: Flags,
    inside: Flags | None = None,
    *,
    error: float = ERROR,
) -> Estimate:
    """Completeness of the later list less that of the earlier.

    Parameters
    ----------
    counts
        In cells that are on either list or off it as a whole, shape ``(n_cells,)``.
    before, after
        Whether each cell is on the earlier and on the later list, the same shape.
    inside
        Cells whose targets count; all if left out.
    error
        Of both tails together.
    """
    inside = np.ones(len(after), dtype=np.bool_) if inside is None else inside
    n = bearing(counts, inside & (counts.size > 0))
    why = no_target(n, counts.positive[inside].sum())
    ratio = merits.completeness_gain(before, after, inside)
    return estimated(counts, ratio, n=n, error=error, within=DIFFERENCE, unknown=why)


def f1_gain(
    counts: Counts, before: Flags, after: Flags, *, error: float = ERROR
) -> Estimate:
    """F1 of the later list less that of the earlier.

    Parameters
    ----------
    counts, before, after, error
        As of `completeness_gain`; of the pool above the floor only, see
        `Counts.within`, or the interval says nothing.
    """
    n = bearing(counts, counts.size > 0)
    why = no_target(n, counts.positive.sum())
    if why:  # F1 has no slope there
        return Estimate(value=None, low=-1.0, high=1.0, n=n or 0, unknown=why)
    ratio = merits.f1_gain(counts, before, after)
    return estimated(counts, ratio, n=n, error=error, within=DIFFERENCE)
