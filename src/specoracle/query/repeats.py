"""Candidates that tell nothing new: one object twice, or all but the same spectrum."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from specoracle.query.clustering import Features

Position = npt.NDArray[np.intp]
Object = npt.NDArray[np.integer]

TINY = 1e-3
"""Distance below which two candidates are one, of the spread of them all."""


def without_repeats(
    features: Features | None, objects: Object | None = None, *, share: float = TINY
) -> Position:
    """Candidates less those that repeat one before them.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``, finite; ``None`` where there are none.
    objects
        Object number of each, shape ``(n_candidates,)``, negative where it is not known.
    share
        Candidates nearer to each other than this part of the root mean square distance
        from their mean are one. Where all are equal, as by a network that has learnt
        nothing, features tell nothing and drop nobody.

    Returns
    -------
    Position
        Positions of those that are kept, in order.

    Examples
    --------
    >>> without_repeats(np.array([[0.0], [1.0], [1e-9], [2.0]]), np.array([7, 8, -1, 8]))
    array([0, 1])
    """
    if features is None:
        return np.zeros(0, np.intp) if objects is None else once_each(objects)
    first = np.arange(len(features)) if objects is None else once_each(objects)
    return first[_apart(np.asarray(features[first], dtype=np.float64), share)]


def once_each(objects: Object) -> Position:
    """Position of the first of each object; one that is not known stands for itself."""
    _, first = np.unique(objects, return_index=True)
    is_known = objects[first] >= 0
    return np.sort(np.concatenate([first[is_known], np.flatnonzero(objects < 0)]))


def _apart(features: npt.NDArray[np.float64], share: float) -> Position:
    if not len(features):
        return np.zeros(0, dtype=np.intp)
    spread = np.sqrt(((features - features.mean(axis=0)) ** 2).sum(axis=1).mean())
    if not spread > 0:
        return np.arange(len(features))
    tree, kept = cKDTree(features), np.ones(len(features), dtype=bool)
    for at in range(len(features)):
        if kept[at]:
            near = np.array(tree.query_ball_point(features[at], share * spread))
            kept[near[near > at]] = False
    return np.flatnonzero(kept)
