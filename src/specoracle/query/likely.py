"""Likely members of a rare class: to confirm what is found, and to move its border."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import LogProbabilities, Scores

THRESHOLD = 0.5
"""Probability from which on a class counts as found, unless said otherwise."""


def target_probability(log_probabilities: LogProbabilities, target: int) -> Scores:
    """Probability of one class: asked from the top, it finds and confirms members.

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``.
    target
        Column of the class.

    Returns
    -------
    Scores
        Shape ``(n_candidates,)``.
    """
    return np.exp(log_probabilities[:, target])


def targets_probability(
    log_probabilities: LogProbabilities, targets: Sequence[int]
) -> Scores:
    """Probability of any of several classes, by their columns; see `target_probability`.

    Examples
    --------
    >>> targets_probability(np.log([[0.5, 0.3, 0.2]]), [1, 2]).round(3)
    array([0.5])
    """
    return np.exp(log_probabilities[:, list(targets)]).sum(axis=1)


def near_threshold(probability: Scores, threshold: float = THRESHOLD) -> Scores:
    """How near to the border of a class, by log odds; 0 on it, and negative elsewhere.

    Parameters
    ----------
    probability
        Probability of the class, shape ``(n_candidates,)``.
    threshold
        Probability from which on it counts as found, between 0 and 1.

    Examples
    --------
    >>> near_threshold(np.array([0.5, 0.9, 0.1])).round(2)
    array([-0.  , -2.2, -2.2])
    """
    # Certainties are infinitely far, or NaN where rounding makes them exceed 1.
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(probability) - np.log1p(-probability)
    return -np.abs(odds - np.log(threshold / (1 - threshold)))


def has_members(probability: Scores, usable: npt.NDArray[np.bool_]) -> bool:
    """Whether the model knows the class at all: it gives some candidate a chance."""
    return bool(np.any(usable & (probability > 0)))
