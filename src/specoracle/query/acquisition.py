"""Acquisition functions: how much a label of each candidate would teach.

Each takes natural log-probabilities and returns one score a candidate; **larger always
means ask sooner**. They see neither the model nor the spectra, so any classifier will do.
A candidate without probabilities (NaN, or 0 in every class) scores NaN. All go through
the candidates in blocks, so that beside the scores nothing grows with the pool.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

LogProbabilities = npt.NDArray[np.floating]
Scores = npt.NDArray[np.floating]

AT_ONCE = 1 << 17
"""Candidates in a block: small enough for the processor's cache."""


def entropy(log_probabilities: LogProbabilities) -> Scores:
    r"""Shannon entropy of the predicted class, :math:`-\sum_c p_c \ln p_c`.

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``.

    Returns
    -------
    Scores
        Entropy, shape ``(n_candidates,)`` [nat], from 0 to ``ln(n_classes)``.

    References
    ----------
    Settles (2009), Active Learning Literature Survey, section 3.1.

    Examples
    --------
    >>> entropy(np.log([[0.98, 0.02], [0.5, 0.5]])).round(3)
    array([0.098, 0.693])
    """
    return in_blocks(_entropy, log_probabilities)


def margin(log_probabilities: LogProbabilities) -> Scores:
    """How close the two most probable classes are: 1 - (p₁ - p₂).

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``.

    Returns
    -------
    Scores
        From 0 (certain) to 1 (undecided), shape ``(n_candidates,)``.

    References
    ----------
    Scheffer, Decomain & Wrobel (2001), Advances in Intelligent Data Analysis, p. 309.

    Examples
    --------
    >>> margin(np.log([[0.9, 0.1], [0.5, 0.5]])).round(3)
    array([0.2, 1. ])
    """
    return in_blocks(_margin, log_probabilities)


def least_confidence(log_probabilities: LogProbabilities) -> Scores:
    """How improbable even the most probable class is: 1 - p₁.

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``.

    Returns
    -------
    Scores
        From 0 (certain) to ``1 - 1 / n_classes``, shape ``(n_candidates,)``.

    References
    ----------
    Settles (2009), Active Learning Literature Survey, section 3.1; Culotta & McCallum
    (2005), AAAI, p. 746.

    Examples
    --------
    >>> least_confidence(np.log([[0.9, 0.1], [0.5, 0.5]])).round(3)
    array([0.1, 0.5])
    """
    return in_blocks(_least_confidence, log_probabilities)


def in_blocks(
    score: Callable[[LogProbabilities], Scores], log_probabilities: LogProbabilities
) -> Scores:
    """Score block by block; candidates without probabilities become NaN.

    Parameters
    ----------
    score
        Takes probabilities, shape ``(n_rows, n_classes)``, or with draws as a last axis.
    log_probabilities
        Shape ``(n_candidates, n_classes)``, or with draws as a last axis.
    """
    scores = np.empty(len(log_probabilities), log_probabilities.dtype)
    for start in range(0, len(scores), AT_ONCE):
        block = log_probabilities[start : start + AT_ONCE]
        probabilities = np.exp(block)
        total = probabilities.sum(axis=1).reshape(len(block), -1)
        judged = ((total > 0) & np.isfinite(total)).all(axis=1)
        with np.errstate(invalid="ignore"):
            values = score(probabilities)
        scores[start : start + AT_ONCE] = np.where(judged, values, np.nan)
    return scores


def entropy_terms(probabilities: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return -p ln p, which tends to 0 where p does."""
    logs = np.log(probabilities, out=np.zeros_like(probabilities), where=probabilities > 0)
    return -probabilities * logs


def _entropy(probabilities: npt.NDArray[np.floating]) -> Scores:
    return entropy_terms(probabilities).sum(axis=1)


def _margin(probabilities: npt.NDArray[np.floating]) -> Scores:
    # Class by class: sorting millions of rows of three takes ten times as long.
    first = np.zeros(len(probabilities), probabilities.dtype)
    second = np.zeros_like(first)
    for column in probabilities.T:
        np.maximum(second, np.minimum(first, column), out=second)
        np.maximum(first, column, out=first)
    return 1 - (first - second)


def _least_confidence(probabilities: npt.NDArray[np.floating]) -> Scores:
    return 1 - probabilities.max(axis=1)


ACQUISITIONS = {
    "entropy": entropy,
    "margin": margin,
    "least_confidence": least_confidence,
}
"""Every acquisition function by the name used in notebooks and in provenance."""
