"""BADGE: candidates whose labels would move the last layer far, each another way."""

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import LogProbabilities
from specoracle.query.clustering import Features

Position = npt.NDArray[np.intp]
Vectors = npt.NDArray[np.float64]


def diverse_gradients(
    log_probabilities: LogProbabilities,
    features: Features,
    n: int,
    *,
    rng: np.random.Generator,
) -> Position:
    r"""Choose by k-means++ among gradient embeddings.

    The embedding is the gradient of the loss by the weights of the last layer, were the
    predicted class right: :math:`g_x = (p - 1[c = \hat y]) ⊗ h(x)`. It is never made:
    inner products of outer products are products of inner products.

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``.
    features
        Input of the last layer, shape ``(n_candidates, n_features)``.
    n
        How many; all when there are fewer.
    rng
        Draws each next one, with probability proportional to the squared distance to the
        nearest that is chosen. The first is the one of longest gradient.

    Returns
    -------
    Position
        Positions of the chosen, in the order of choice; candidates that are not finite
        are never chosen.

    References
    ----------
    Ash, Zhang, Krishnamurthy, Langford & Agarwal (2020), ICLR, algorithm 1 and equation 1;
    the first centre as in the authors' program.
    """
    usable = np.flatnonzero(_is_usable(log_probabilities, features))
    hidden = np.asarray(features, dtype=np.float64)[usable]
    error = np.exp(log_probabilities[usable].astype(np.float64))
    error[np.arange(len(error)), error.argmax(axis=1)] -= 1
    return usable[_kmeans_plusplus(error, hidden, min(n, len(usable)), rng)]


def _kmeans_plusplus(
    error: Vectors, hidden: Vectors, n: int, rng: np.random.Generator
) -> Position:
    length = (error**2).sum(axis=1) * (hidden**2).sum(axis=1)
    left = np.ones(len(length), dtype=bool)
    distance, weight = np.full(len(length), np.inf), length
    chosen: list[int] = []
    while len(chosen) < n:
        at = int(length.argmax()) if not chosen else _drawn(weight, left, rng)
        chosen.append(at)
        left[at] = False
        product = (error @ error[at]) * (hidden @ hidden[at])
        distance = np.minimum(distance, np.maximum(length + length[at] - 2 * product, 0))
        weight = np.where(left, distance, 0.0)
    return np.array(chosen, dtype=np.intp)


def _drawn(
    weight: npt.NDArray[np.float64],
    left: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> int:
    total = weight.sum()
    if total > 0:
        return int(rng.choice(len(weight), p=weight / total))
    # All that are left equal one that is chosen.
    return int(rng.choice(np.flatnonzero(left)))


def _is_usable(
    log_probabilities: LogProbabilities, features: Features
) -> npt.NDArray[np.bool_]:
    total = np.exp(log_probabilities).sum(axis=1)
    return np.isfinite(features).all(axis=1) & np.isfinite(total) & (total > 0)
