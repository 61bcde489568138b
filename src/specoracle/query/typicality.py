"""Typical members of uncovered clusters: whom to ask first, while there is no model.

With few labels a learner gains most from what is typical, later from what is unsure.
"""

import numpy as np
import numpy.typing as npt

from specoracle.errors import MissingExtraError
from specoracle.query.clustering import Features, cluster_numbers
from specoracle.query.in_turn import in_turn, turns

Position = npt.NDArray[np.intp]

NEIGHBOURS = 20
MOST_CLUSTERS = 500
LEAST_SIZE = 5
"""The paper's numbers; smaller clusters come last."""


def typical(
    features: Features, labelled: Features, n: int, *, rng: np.random.Generator
) -> Position:
    """Choose the most typical candidates of the largest clusters without a label.

    Meant for some ten thousand candidates, as neighbours are searched for within each
    cluster: of a larger pool, give a sample drawn by chance.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``; rows that are not finite are left out.
    labelled
        The same of labelled spectra, shape ``(n_labelled, n_features)``; may be empty.
    n
        How many; all when there are fewer.
    rng
        Places the first centres of the clusters.

    Returns
    -------
    Position
        Positions of the chosen, in the order of choice.

    References
    ----------
    Hacohen, Dekel & Weinshall (2022), ICML, section 3: algorithm 1 and equation 4.
    """
    usable = np.flatnonzero(np.isfinite(features).all(axis=1))
    known = labelled[np.isfinite(labelled).all(axis=1)]
    both = np.concatenate([known.reshape(-1, features.shape[1]), features[usable]])
    n_clusters = min(len(known) + n, MOST_CLUSTERS)
    cluster = cluster_numbers(both, n_clusters, rng=rng)
    return usable[_by_cluster(features[usable], cluster, len(known), n)]


def _by_cluster(
    features: Features, cluster: npt.NDArray[np.intp], n_known: int, n: int
) -> Position:
    covered = np.bincount(cluster[:n_known], minlength=cluster.max(initial=0) + 1)
    own = cluster[n_known:]
    size = np.bincount(own, minlength=len(covered))
    typicality = np.empty(len(features))
    for number in np.unique(own):
        members = np.flatnonzero(own == number)
        typicality[members] = typicality_among(features[members])
    order = in_turn(own, typicality, len(own))
    # In each turn the clusters of fewest labels come first, of these the largest.
    turn = turns(own[order])
    labels = covered[own[order]] + turn
    small = size[own[order]] < LEAST_SIZE
    return order[np.lexsort((-size[own[order]], labels, small))][:n]


def typicality_among(features: Features) -> npt.NDArray[np.float64]:
    """Inverse mean distance to the nearest neighbours, 20 or as many as there are.

    Parameters
    ----------
    features
        Members of one cluster, shape ``(n_members, n_features)``.

    Examples
    --------
    >>> typicality_among(np.array([[0.0], [1.0], [3.0]])).round(2)
    array([0.5 , 0.67, 0.4 ])
    """
    if len(features) < 2:
        return np.zeros(len(features))
    try:
        from sklearn.neighbors import NearestNeighbors
        from threadpoolctl import threadpool_limits
    except ImportError as reason:
        raise MissingExtraError(
            f"Typical spectra: expected scikit-learn, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    model = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(features) - 1))
    # Clusters are small: threads would wait for each other most of the time.
    with threadpool_limits(1):
        distance, _ = model.fit(features.astype(np.float32)).kneighbors()
    mean = distance.mean(axis=1)
    return 1 / np.maximum(mean, np.finfo(np.float32).tiny)
