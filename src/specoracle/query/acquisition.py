"""Acquisition functions: how much a label of each candidate would teach.

Each takes natural log-probabilities and returns one score a candidate; **larger always
means ask sooner**. They see neither the model nor the spectra, so any classifier will do.
"""

import numpy as np
import numpy.typing as npt

LogProbabilities = npt.NDArray[np.floating]
Scores = npt.NDArray[np.floating]


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
    probabilities = np.exp(log_probabilities)
    # p ln p tends to 0 where p underflows to 0 and ln p is still finite or -inf.
    terms = np.zeros_like(probabilities)
    np.multiply(probabilities, log_probabilities, out=terms, where=probabilities > 0)
    return -terms.sum(axis=1)


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
    two = np.sort(np.exp(log_probabilities), axis=1)[:, -2:]
    return 1 - (two[:, 1] - two[:, 0])


ACQUISITIONS = {"entropy": entropy, "margin": margin}
"""Every acquisition function by the name used in notebooks and in provenance."""
