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


STRATEGIES: dict[str, QueryStrategy] = {
    "entropy": partial(most_uncertain, acquisition="entropy"),
    "margin": partial(most_uncertain, acquisition="margin"),
    "random": at_random,
    "least_confidence": partial(most_uncertain, acquisition="least_confidence"),
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
