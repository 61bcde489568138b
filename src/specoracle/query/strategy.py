"""Query strategies: which of the pool to ask about next.

A strategy ranks; it never sees labels, models or spectra. Scores that are not finite are
never chosen, ties are broken at random by the seed, and asking for more than there are
returns all there are.
"""

from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from specoracle.errors import CampaignError
from specoracle.query.acquisition import ACQUISITIONS, LogProbabilities, Scores

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
    """Chooses ``n`` of the ``eligible`` rows."""

    def __call__(
        self,
        log_probabilities: LogProbabilities,
        eligible: Row,
        n: int,
        *,
        rng: np.random.Generator,
    ) -> Choice:
        """Choose from class log-probabilities of the whole pool."""


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
    log_probabilities: LogProbabilities,
    eligible: Row,
    n: int,
    *,
    rng: np.random.Generator,
    acquisition: str,
) -> Choice:
    """Ask about the rows with the largest acquisition function."""
    scores = np.full(len(log_probabilities), np.nan)
    scores[eligible] = ACQUISITIONS[acquisition](log_probabilities[eligible])
    rows = top(scores, eligible, n, rng=rng)
    reason = tuple(f"{acquisition} {scores[row]:.3f}" for row in rows)
    return Choice(rows=rows, reason=reason)


def at_random(
    log_probabilities: LogProbabilities,  # noqa: ARG001 - random asks no model
    eligible: Row,
    n: int,
    *,
    rng: np.random.Generator,
) -> Choice:
    """Ask about rows drawn uniformly: the comparison that every strategy has to beat."""
    n = min(n, len(eligible))
    rows = rng.choice(eligible, n, replace=False)
    return Choice(
        rows=rows,
        reason=("random",) * n,
        probability=n / len(eligible) if len(eligible) else None,
    )


def at_random_by_class(
    log_probabilities: LogProbabilities,
    eligible: Row,
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
    predicted = log_probabilities[eligible].argmax(axis=1)
    strata = [rng.permutation(eligible[predicted == c]) for c in np.unique(predicted)]
    shares = _equal_shares([len(stratum) for stratum in strata], n)
    rows = np.concatenate(
        [stratum[:k] for stratum, k in zip(strata, shares, strict=True)]
        or [np.zeros(0, np.int64)]
    )
    return Choice(rows=rows, reason=("random within its predicted class",) * len(rows))


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


STRATEGIES: dict[str, QueryStrategy] = {
    "entropy": partial(most_uncertain, acquisition="entropy"),
    "margin": partial(most_uncertain, acquisition="margin"),
    "random": at_random,
    "least_confidence": partial(most_uncertain, acquisition="least_confidence"),
    "stratified": at_random_by_class,
}
"""Query strategies by name."""


def strategy_named(name: str) -> QueryStrategy:
    """Return a query strategy.

    Raises
    ------
    CampaignError
        If there is none of that name; the message lists those there are.
    """
    if name not in STRATEGIES:
        raise CampaignError(
            f"Query strategy: expected one of {', '.join(STRATEGIES)}, got "
            f"{name!r}. Choose one of these."
        )
    return STRATEGIES[name]
