"""Clusters of the spectra: strata for the time before there is a model."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from specoracle.errors import MissingExtraError

FITTED_ON = 20_000
"""Spectra that the cluster centres are fitted on; the rest is only assigned."""


def clusters(
    sample: npt.NDArray[np.float32],
    blocks: Iterable[npt.NDArray[np.float32]],
    *,
    n_clusters: int,
    seed: int,
) -> Iterator[npt.NDArray[np.intp]]:
    """Assign every spectrum to one of ``n_clusters``, block by block.

    Parameters
    ----------
    sample
        Spectra to fit the centres on, shape ``(n_sample, n_pixels)``, chosen by chance.
    blocks
        All spectra, each block of shape ``(n_rows, n_pixels)``.
    n_clusters
        How many clusters; fewer when the sample is smaller.
    seed
        Seed of the centres.

    References
    ----------
    Sculley (2010), Proceedings of WWW, p. 1177: mini-batch k-means.
    """
    try:
        from sklearn.cluster import MiniBatchKMeans
    except ImportError as reason:
        raise MissingExtraError(
            f"Clusters: expected scikit-learn, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    model = MiniBatchKMeans(
        n_clusters=min(n_clusters, len(sample)), random_state=seed, n_init=3
    ).fit(sample)
    for block in blocks:
        yield model.predict(block)
