"""Ask about what is unlike anything labelled, while a target class has no label yet.

A network cannot be unsure about a class it has never seen. Until the first member is
labelled, spectra far from everything known are the best places to look for one.
"""

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

Features = npt.NDArray[np.floating]
Distance = npt.NDArray[np.float64]
Row = npt.NDArray[np.intp]

PAIRS = 1 << 22
"""Distances that are held at once."""


def distance_to_nearest(features: Features, labelled: Features) -> Distance:
    """Euclidean distance of each spectrum to the nearest labelled one.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``.
    labelled
        Shape ``(n_labelled, n_features)``, at least one.

    Returns
    -------
    Distance
        Shape ``(n_candidates,)``.
    """
    distance = np.empty(len(features))
    step = max(1, PAIRS // len(labelled))
    for start in range(0, len(features), step):
        block = features[start : start + step]
        distance[start : start + step] = cdist(block, labelled).min(axis=1)
    return distance


def farthest_first(features: Features, distance: npt.NDArray[np.floating], n: int) -> Row:
    """Choose candidates one by one, each the farthest from all labelled and chosen ones.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``.
    distance
        Distance of each to the nearest labelled spectrum, shape ``(n_candidates,)``;
        where it is not finite, a candidate is never chosen.
    n
        How many; all of them when there are fewer.

    Returns
    -------
    Row
        Numbers of the chosen, in the order of choice.

    References
    ----------
    Gonzalez (1985), Theoretical Computer Science 38, 293: greedy k-centre; Sener &
    Savarese (2018), ICLR, algorithm 1, for its use as a query.

    Examples
    --------
    >>> line = np.array([[0.0], [9.0], [10.0], [-4.0]])
    >>> farthest_first(line, distance_to_nearest(line, np.array([[0.0]])), 2)
    array([2, 3])
    """
    finite = np.isfinite(distance)
    distance = np.where(finite, distance.astype(np.float64), -np.inf)
    chosen: list[int] = []
    for _ in range(min(n, int(finite.sum()))):
        farthest = int(distance.argmax())
        chosen.append(farthest)
        distance = np.minimum(distance, cdist(features, features[[farthest]])[:, 0])
        distance[~finite] = -np.inf
        distance[chosen] = -np.inf
    return np.array(chosen, dtype=np.intp)


def spread_out(known: Features, n: int) -> Row:
    """Positions of at most ``n`` spectra that are unlike each other; all of a few.

    Parameters
    ----------
    known
        Shape ``(n_known, n_features)``.
    n
        How many.
    """
    if len(known) <= n:
        return np.arange(len(known))
    to_mean = np.linalg.norm(known - known.mean(axis=0), axis=1)
    return farthest_first(known, to_mean, n)
