"""Estimation samples drawn again and again from one made-up pool.

Rows of the same strata, lists and truth are alike, so a sample is drawn by numbers of
rows, which is exact and much faster than row by row. Design, cells and limits are those
of the package.
"""

from dataclasses import dataclass

import numpy as np
from score_families import top

from specoracle.estimation.cells import split
from specoracle.estimation.design import allocate, shares_by_variance, union_probability
from specoracle.estimation.limits import Counts
from specoracle.estimation.strata import FIRST_BELOW, N_STRATA, SHARES, score_strata

USES = ("same model", "scores moved", "extended")
"""The list is of the model at the draw; of the next one; of the next one, for which the
sample was extended."""

BELOW, BEFORE, AFTER = 4, 2, 1
"""Bits of a cell's category."""


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Rows of a pool that are alike: their strata, category, truth and number."""

    strata: np.ndarray
    category: np.ndarray
    target: np.ndarray
    number: np.ndarray

    def truth(self):
        """Counts of a sample of everything."""
        every = self.number.astype(float)
        return Counts(size=every, sampled=every, positive=every * self.target)


def kinds(pool, use):
    """Sort the rows of a pool into kinds."""
    draws = [pool.before] if use != "extended" else [pool.before, pool.after]
    strata = np.array([score_strata(s, pool.n_listed).stratum for s in draws])
    before = top(pool.before, pool.n_listed)
    after = before if use == "same model" else top(pool.after, pool.n_listed)
    category = BELOW * (strata[-1] >= FIRST_BELOW) + BEFORE * before + AFTER * after
    key = np.ravel_multi_index(
        [*strata, category, pool.target], [*[N_STRATA] * len(draws), 8, 2]
    )
    values, number = np.unique(key, return_counts=True)
    *of_draws, category, target = np.unravel_index(values, [*[N_STRATA] * len(draws), 8, 2])
    return Kinds(
        strata=np.array(of_draws),
        category=category,
        target=target.astype(bool),
        number=number,
    )


def samples(sorted_rows, n, repeats, rng):
    """Counts of many samples, and the category of their cells; one sample a row."""
    drawn = [_one(sorted_rows, n, rng) for _ in range(repeats)]
    width = max(len(cells.size) for cells, _ in drawn)

    def stacked(values):
        padded = [np.pad(v, (0, width - len(v))) for v in values]
        return np.array(padded)

    counts = [cells.counts(target) for cells, target in drawn]
    together = Counts(
        size=stacked([c.size for c in counts]),
        sampled=stacked([c.sampled for c in counts]),
        positive=stacked([c.positive for c in counts]),
    )
    return together, stacked([cells.category for cells, _ in drawn])


def _one(kinds, n, rng):
    """Draw one sample; the second draw of two goes where the first found variance."""
    n_draws = len(kinds.strata)
    rates, taken = [], np.zeros(len(kinds.number), np.int64)
    shares = SHARES
    for strata in kinds.strata:
        drawn, rate = _draw(kinds.number, strata, n // n_draws, shares, rng)
        both = rng.hypergeometric(taken, kinds.number - taken, drawn)
        taken = taken + drawn - both
        rates.append(rate)
        shares = _extension(kinds, taken)
    rows = np.repeat(np.arange(len(taken)), taken)
    cells = split(
        union_probability(np.array(rates)), kinds.category, rows, alike=kinds.number
    )
    return cells, kinds.target[rows]


def _draw(number, strata, n, shares, rng):
    sizes = np.bincount(strata, number, minlength=N_STRATA).astype(np.int64)
    allocated = allocate(sizes, n, shares)
    drawn = np.zeros(len(number), np.int64)
    for stratum in np.flatnonzero(allocated):
        here = strata == stratum
        drawn[here] = rng.multivariate_hypergeometric(number[here], allocated[stratum])
    return drawn, (allocated / np.maximum(sizes, 1))[strata]


def _extension(kinds, taken):
    """Shares of the next draw, from what the first one saw in the next strata."""
    strata = kinds.strata[-1]
    size, seen, hits = (
        np.bincount(strata, values, minlength=N_STRATA)
        for values in (kinds.number, taken, taken * kinds.target)
    )
    share = (hits + 0.5) / (seen + 1)
    variance = share * (1 - share) * (np.arange(N_STRATA) < FIRST_BELOW)
    return shares_by_variance(size, variance, SHARES)
