"""Weight a score by how many others a candidate stands for."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import Scores
from specoracle.query.clustering import Features


def mean_direction(blocks: Iterable[Features]) -> npt.NDArray[np.float64]:
    """Mean of the unit vectors of all features of a pool, streamed.

    Parameters
    ----------
    blocks
        Features, each block of shape ``(n_rows, n_features)``; rows that are not finite
        or have no length are left out.
    """
    total, n = np.zeros(1), 0
    for block in blocks:
        unit = _unit(block)
        total = total + unit.sum(axis=0)
        n += int(np.count_nonzero(unit.any(axis=1)))
    return total / max(n, 1)


def information_density(
    scores: Scores,
    features: Features,
    direction: npt.NDArray[np.floating],
    *,
    beta: float = 1.0,
) -> Scores:
    r"""Score times mean similarity to the pool, :math:`φ(x) (\frac1U \sum_u sim)^β`.

    The similarity is the cosine, whose mean over the pool is the product with the mean
    direction: so it costs no more than reading the features once.

    Parameters
    ----------
    scores
        An acquisition function, shape ``(n_candidates,)``.
    features
        Shape ``(n_candidates, n_features)``.
    direction
        See `mean_direction`.
    beta
        Importance of the density; 0 leaves the score as it is.

    Returns
    -------
    Scores
        Shape ``(n_candidates,)``; 0 where a candidate is opposite to the pool.

    References
    ----------
    Settles & Craven (2008), EMNLP, p. 1070, section 3.4.

    Examples
    --------
    >>> features = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    >>> information_density(np.ones(3), features, mean_direction([features])).round(3)
    array([0.667, 0.667, 0.333])
    """
    similarity = _unit(features) @ direction
    return scores * np.maximum(similarity, 0.0) ** beta


def _unit(features: Features) -> npt.NDArray[np.float64]:
    finite = np.isfinite(features).all(axis=1, keepdims=True)
    features = np.where(finite, features, 0.0)
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.where(length > 0, length, 1.0)
