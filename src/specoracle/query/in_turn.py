"""The best of each group, then the second best of each, until there are enough."""

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import Scores
from specoracle.query.clustering import Features, cluster_numbers

Position = npt.NDArray[np.intp]


def in_turn(group: npt.NDArray[np.integer], scores: Scores, n: int) -> Position:
    """Choose from all groups in turn, by score.

    Parameters
    ----------
    group
        Group of each candidate, shape ``(n_candidates,)``.
    scores
        Shape ``(n_candidates,)``, finite; equal ones keep the order they come in.
    n
        How many; all when there are fewer.

    Returns
    -------
    Position
        Positions of the chosen: the best of every group by score, then the second bests.

    Examples
    --------
    >>> in_turn(np.array([0, 0, 0, 1]), np.array([0.9, 0.8, 0.7, 0.1]), 3)
    array([0, 3, 1])
    """
    best_first = np.argsort(-scores, kind="stable")
    turn = turns(group[best_first])
    return best_first[np.argsort(turn, kind="stable")][:n]


def turns(group: npt.NDArray[np.integer]) -> Position:
    """How many of its own group stand before each.

    Examples
    --------
    >>> turns(np.array([5, 5, 3, 5]))
    array([0, 1, 0, 2])
    """
    by_group = np.argsort(group, kind="stable")
    _, start, size = np.unique(group[by_group], return_index=True, return_counts=True)
    turn = np.empty(len(group), dtype=np.intp)
    turn[by_group] = np.arange(len(group)) - np.repeat(start, size)
    return turn


def best_of_clusters(
    features: Features, scores: Scores, n: int, *, rng: np.random.Generator
) -> Position:
    """Diversify a short list: the best of each of ``n`` clusters, largest score first.

    Meant for the 20 to 50 times ``n`` candidates of largest score.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``, finite.
    scores
        Shape ``(n_candidates,)``, finite.
    n
        How many; all when there are fewer. Clusters that are missing, as equal
        candidates make but one, are made up for by second bests.
    rng
        Places the first centres.

    References
    ----------
    Zhdanov (2019), arXiv:1901.05954, section 3: pre-filter by informativeness, then
    k-means on what is left.
    """
    return in_turn(cluster_numbers(features, n, rng=rng), scores, n)
