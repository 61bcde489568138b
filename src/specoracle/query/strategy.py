"""Query strategies: which of the pool to ask about next.

A strategy chooses by arrays; it never sees models or spectra. Scores that are not finite
are never chosen, ties are broken at random by the seed, and asking for more than there are
returns all there are. Those here look at scores alone; see `specoracle.query.diverse` for
those that look closer.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import ACQUISITIONS, Scores
from specoracle.query.candidates import Candidates

Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Rows chosen from the pool, best first.

    Attributes
    ----------
    rows
        Row numbers, shape ``(n_chosen,)``.
    reason
        Why, in words, for each.
    probability
        Chance of each to be chosen, ``None`` where chance had no part.
    """

    rows: Row
    reason: tuple[str, ...]
    probability: float | None = None


class QueryStrategy(Protocol):
    """Chooses ``n`` of the candidates."""

    def __call__(
        self,
        candidates: Candidates,
        n: int,
        *,
        rng: np.random.Generator,
    ) -> Choice:
        """Choose; all there are when there are fewer."""


def top(scores: Scores, eligible: Row, n: int, *, rng: np.random.Generator) -> Row:
    """Return the ``n`` eligible rows of largest score, largest first.

    Parameters
    ----------
    scores
        One score a row of the pool, shape ``(n_spectra,)``; NaN and infinities, as of a
        spectrum that no model can judge, are left out.
    eligible
        Row numbers to choose from.
    n
        How many.
    rng
        Breaks ties.

    Examples
    --------
    >>> scores = np.array([0.1, np.nan, 0.9, 0.5])
    >>> top(scores, np.arange(4), 2, rng=np.random.default_rng(1))
    array([2, 3])
    """
    keys = -scores[eligible]
    finite = np.isfinite(keys)
    if not finite.all():
        eligible, keys = eligible[finite], keys[finite]
    if n < len(keys):
        # Everything up to the n-th best score, ties at the border included.
        border = np.partition(keys, max(n - 1, 0))[max(n - 1, 0)]
        best = keys <= border
        eligible, keys = eligible[best], keys[best]
    shuffled = rng.permutation(len(keys))
    order = shuffled[np.argsort(keys[shuffled], kind="stable")]
    return eligible[order[: max(n, 0)]]


def most_uncertain(
    candidates: Candidates,
    n: int,
    *,
    rng: np.random.Generator,
    acquisition: str,
) -> Choice:
    """Ask about what has the largest acquisition function."""
    scores = ACQUISITIONS[acquisition](candidates.log_probabilities)
    return chosen(candidates, best(scores, n, rng=rng), scores, acquisition)


def at_random(rows: Row, n: int, *, rng: np.random.Generator) -> Choice:
    """Draw ``n`` of some rows uniformly, all when there are fewer."""
    n = min(n, len(rows))
    return Choice(
        rows=rng.choice(rows, n, replace=False),
        reason=("random",) * n,
        probability=n / len(rows) if len(rows) else None,
    )


def blindly(
    candidates: Candidates,
    n: int,
    *,
    rng: np.random.Generator,
) -> Choice:
    """Ask about candidates drawn uniformly: what every strategy has to beat."""
    return at_random(candidates.rows, n, rng=rng)


def at_random_by_class(
    candidates: Candidates,
    n: int,
    *,
    rng: np.random.Generator,
) -> Choice:
    """Draw as many of each predicted class as there are places, at random within it.

    A class with fewer members gives all of them, and the others share its places.

    References
    ----------
    El-Kholy et al. (2025), A&A 693, A300, compare active learning with random samples
    stratified by class; their strata are the true classes, which nobody knows here.
    """
    predicted, rows = candidates.log_probabilities.argmax(axis=1), candidates.rows
    strata = [rng.permutation(rows[predicted == c]) for c in np.unique(predicted)]
    shares = _equal_shares([len(stratum) for stratum in strata], n)
    drawn = np.concatenate(
        [stratum[:k] for stratum, k in zip(strata, shares, strict=True)]
        or [np.zeros(0, np.int64)]
    )
    return Choice(rows=drawn, reason=("random within its predicted class",) * len(drawn))


def best(scores: Scores, n: int, *, rng: np.random.Generator) -> Row:
    """Positions of the ``n`` largest scores, largest first; see `top`."""
    return top(scores, np.arange(len(scores)), n, rng=rng)


def chosen(candidates: Candidates, positions: Row, scores: Scores, words: str) -> Choice:
    """Choose some candidates because of a score that has a name."""
    reason = tuple(f"{words} {score:.3f}" for score in scores[positions])
    return Choice(rows=candidates.rows[positions], reason=reason)


def _equal_shares(sizes: list[int], n: int) -> list[int]:
    """Divide ``n`` places equally among strata that have ``sizes`` members.

    Examples
    --------
    >>> _equal_shares([3, 50, 50], 21)
    [3, 9, 9]
    """
    shares, left = [0] * len(sizes), n
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    for place, stratum in enumerate(order):
        shares[stratum] = min(sizes[stratum], left // (len(sizes) - place))
        left -= shares[stratum]
    return shares
