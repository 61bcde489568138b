"""Mutual information: where the members of an ensemble contradict each other.

An ambiguous object is undecided for every member alike and teaches nothing more; one that
the members decide differently about does. Members are the networks of an ensemble, or
the passes of one network with dropout.
"""

from typing import Self

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import (
    AT_ONCE,
    LogProbabilities,
    Scores,
    entropy_terms,
    in_blocks,
)


def mutual_information(log_probabilities: LogProbabilities) -> Scores:
    r"""Mutual information of class and member, :math:`H[\bar p] - \overline{H[p]}`.

    Parameters
    ----------
    log_probabilities
        Natural log of the class probabilities by each member, shape ``(n_candidates,
        n_classes, n_draws)``.

    Returns
    -------
    Scores
        Shape ``(n_candidates,)`` [nat], from 0 (all members agree) to ``ln(n_classes)``;
        NaN where a member gave no probabilities.

    References
    ----------
    Houlsby, Huszár, Ghahramani & Lengyel (2011), arXiv:1112.5745, equation 2 (BALD); Gal,
    Islam & Ghahramani (2017), ICML, section 3, for draws of dropout.

    Examples
    --------
    >>> agree, contradict = np.full((2, 2), 0.5), np.array([[0.999, 0.001], [0.001, 0.999]])
    >>> mutual_information(np.log([agree, contradict])).round(2)
    array([0.  , 0.69])
    """
    return in_blocks(_mutual_information, log_probabilities)


def _mutual_information(probabilities: npt.NDArray[np.floating]) -> Scores:
    mean = probabilities.mean(axis=2, dtype=np.float64)
    each = entropy_terms(probabilities).sum(axis=1).mean(axis=1, dtype=np.float64)
    # Members that agree differ from 0 by rounding, on either side.
    return np.maximum(entropy_terms(mean).sum(axis=1) - each, 0)


class Disagreement:
    """Mutual information of a pool that is scored by one member after another.

    Keeps one row of classes and one number a candidate, whatever the number of members.

    Parameters
    ----------
    n_candidates, n_classes
        Shape of what each member hands over.

    Examples
    --------
    >>> members = np.log([[[0.999, 0.001]], [[0.001, 0.999]]])
    >>> Disagreement(1, 2).add(members[0]).add(members[1]).mutual_information().round(2)
    array([0.69], dtype=float32)
    """

    def __init__(self, n_candidates: int, n_classes: int) -> None:
        self._probability = np.zeros((n_candidates, n_classes), np.float32)
        self._entropy = np.zeros(n_candidates, np.float32)
        self._n_members = 0

    def add(self, log_probabilities: LogProbabilities) -> Self:
        """Take in what one more member says, shape ``(n_candidates, n_classes)``."""
        for start in range(0, len(self._entropy), AT_ONCE):
            block = slice(start, start + AT_ONCE)
            probabilities = np.exp(log_probabilities[block])
            # One that a member knows nothing of is NaN from then on.
            probabilities[~(probabilities.sum(axis=1) > 0)] = np.nan
            self._probability[block] += probabilities
            self._entropy[block] += entropy_terms(probabilities).sum(axis=1)
        self._n_members += 1
        return self

    def log_probabilities(self) -> LogProbabilities:
        """Natural log of the mean probabilities, the ensemble's own prediction."""
        with np.errstate(divide="ignore"):
            logs = np.log(self._probability)
        logs -= np.float32(np.log(max(self._n_members, 1)))
        return logs

    def mutual_information(self) -> Scores:
        """Mutual information so far, shape ``(n_candidates,)`` [nat]."""
        scores = np.full(len(self._entropy), np.nan, np.float32)
        for start in range(0, len(scores) if self._n_members else 0, AT_ONCE):
            block = slice(start, start + AT_ONCE)
            mean = self._probability[block] / np.float32(self._n_members)
            each = self._entropy[block] / np.float32(self._n_members)
            scores[block] = np.maximum(entropy_terms(mean).sum(axis=1) - each, 0)
        return scores
