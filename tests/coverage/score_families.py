"""Made-up pools: how targets and others score, by one model and by the next.

Each family is a way in which real scores differ from the well-behaved. The list of a
model is its top; the second model is better, and ranks the others partly anew.
"""

from dataclasses import dataclass

import numpy as np

N_POOL = 200_000
AGREEMENT = 0.7
"""Correlation of what two models get wrong."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """How targets score.

    ``separation`` is in standard deviations; of the targets, a share ``hidden`` scores
    hardly above the others. The list is ``length`` times as long as there are targets.
    """

    separation: float
    heavy: bool = False
    hidden: float = 0.0
    length: float = 1.0
    levels: int = 0


FAMILIES = {
    "normal": Family(separation=3.5),
    "heavy tails": Family(separation=5.0, heavy=True, length=0.7),
    "hidden quarter": Family(separation=4.0, hidden=0.25),
    "long list": Family(separation=3.0, length=5.0),
    "tied scores": Family(separation=3.5, levels=10),
}


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A pool as two models see it: truth, scores and length of their lists."""

    target: np.ndarray
    before: np.ndarray
    after: np.ndarray
    n_listed: int


def scored(family, prevalence, rng, n=N_POOL):
    """Make a pool up."""
    target = np.arange(n) < round(prevalence * n)
    height = family.separation * target
    height[target & (rng.random(n) < family.hidden)] = 0.7
    common, own = _noise(family, rng, n), _noise(family, rng, n)
    before = 0.8 * height + common
    after = 1.05 * height + AGREEMENT * common + np.sqrt(1 - AGREEMENT**2) * own
    return Scored(
        target=target,
        before=_tied(before, family, rng),
        after=_tied(after, family, rng),
        n_listed=max(1, round(family.length * target.sum())),
    )


def top(score, n):
    """The list: the ``n`` highest scores."""
    listed = np.zeros(len(score), bool)
    listed[np.argpartition(-score, n)[:n]] = True
    return listed


def _noise(family, rng, n):
    return rng.standard_t(4, n) if family.heavy else rng.standard_normal(n)


def _tied(score, family, rng):
    if not family.levels:
        return score
    levels = np.round(np.tanh(score / 2) * family.levels)
    return levels + 1e-9 * rng.random(len(score))
