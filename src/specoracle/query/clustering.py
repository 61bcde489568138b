"""k-means on the features of a short list, the same on any number of processors."""

import warnings

import numpy as np
import numpy.typing as npt

from specoracle.errors import MissingExtraError

Features = npt.NDArray[np.floating]
Cluster = npt.NDArray[np.intp]

MANY = 5_000
"""Candidates from which on mini-batches are worth their loss."""


def cluster_numbers(
    features: Features, n_clusters: int, *, rng: np.random.Generator
) -> Cluster:
    """Cluster of each candidate.

    Parameters
    ----------
    features
        Shape ``(n_candidates, n_features)``, finite.
    n_clusters
        At most so many; fewer where there are fewer different candidates.
    rng
        Places the first centres.

    References
    ----------
    Lloyd (1982), IEEE Transactions on Information Theory 28, 129; Sculley (2010),
    Proceedings of WWW, p. 1177, for mini-batches.
    """
    if min(n_clusters, len(features)) < 2:
        return np.zeros(len(features), dtype=np.intp)
    try:
        from sklearn.cluster import KMeans, MiniBatchKMeans
        from sklearn.exceptions import ConvergenceWarning
        from threadpoolctl import threadpool_limits
    except ImportError as reason:
        raise MissingExtraError(
            f"Clusters: expected scikit-learn, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    kind = KMeans if len(features) <= MANY else MiniBatchKMeans
    seed = int(rng.integers(2**31))
    model = kind(min(n_clusters, len(features)), n_init=1, random_state=seed)
    # Threads add up in the order they end in, which rounds differently every time.
    with threadpool_limits(1), warnings.catch_warnings():
        # Fewer different candidates than clusters leave some empty, as they should.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit_predict(features).astype(np.intp)
