"""t-SNE of a few thousand spectra."""

import numpy as np
import numpy.typing as npt

from specoracle.errors import MissingExtraError

Plane = npt.NDArray[np.float32]

PERPLEXITY = 30
N_COMPONENTS = 50
LARGEST = 5000
"""Most points of a map; more say no more to the eye and take minutes."""


def tsne(features: npt.NDArray[np.floating], *, seed: int) -> Plane:
    """Embed features in the plane.

    Parameters
    ----------
    features
        Shape ``(n_spectra, n_features)``, finite.
    seed
        Seed of the embedding.

    Returns
    -------
    Plane
        Coordinates, shape ``(n_spectra, 2)``. Fewer than five points are returned as
        their principal components, where t-SNE means nothing.

    References
    ----------
    van der Maaten & Hinton (2008), JMLR 9, 2579; Poličar, Stražar & Zupan (2024),
    Journal of Statistical Software 109(3) for the implementation. The perplexity is
    lowered to (n - 1) / 3, as the neighbour search needs, below 91 points.

    Examples
    --------
    >>> tsne(np.eye(3), seed=1).shape
    (3, 2)
    """
    try:
        from openTSNE import TSNE
    except ImportError as reason:
        raise MissingExtraError(
            f"Map: expected openTSNE, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    components = _principal_components(np.asarray(features, dtype=np.float64))
    n_spectra = len(components)
    if n_spectra < 5:
        return components[:, :2].astype(np.float32)
    embedding = TSNE(
        perplexity=min(PERPLEXITY, (n_spectra - 1) / 3),
        initialization=_start(components, seed),
        neighbors="exact",
        negative_gradient_method="bh" if n_spectra < 3000 else "fft",
        random_state=seed,
        n_jobs=1,
    ).fit(components)
    return np.asarray(embedding, dtype=np.float32)


def _start(components: npt.NDArray[np.float64], seed: int) -> npt.NDArray[np.float64]:
    """Leading components at a spread of 1e-4, with a trace of noise for equal spectra."""
    plane = components[:, :2]
    spread = plane[:, 0].std()
    scaled = plane / spread if spread > 0 else np.zeros_like(plane)
    return 1e-4 * (scaled + 0.01 * np.random.default_rng(seed).normal(size=plane.shape))


def _principal_components(features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Project on the leading principal components, at least two columns."""
    centred = features - features.mean(axis=0)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    components = (left * scale)[:, :N_COMPONENTS]
    missing = max(0, 2 - components.shape[1])
    return np.pad(components, ((0, 0), (0, missing)))
