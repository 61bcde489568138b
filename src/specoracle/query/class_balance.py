"""Ask about all predicted classes alike, however unequal their shares of the pool are."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import LogProbabilities, Scores
from specoracle.query.strategy import Row, top


def balanced(
    scores: Scores,
    log_probabilities: LogProbabilities,
    n: int,
    *,
    labelled: Sequence[int] = (),
    rng: np.random.Generator,
) -> Row:
    """Choose by score within each predicted class, evening out the labels there are.

    Parameters
    ----------
    scores
        Shape ``(n_candidates,)``; those that are not finite are left out.
    log_probabilities
        Shape ``(n_candidates, n_classes)``.
    n
        How many; all when there are fewer.
    labelled
        Labels there are of each class; none when left out.
    rng
        Breaks ties.

    Returns
    -------
    Row
        Positions of the chosen, class by class, largest score first in each.

    References
    ----------
    Bengar, van de Weijer, Fuentes & Raducanu (2022), WACV, section 3.2, whose balance
    penalty is met here exactly, with the predicted class in place of its probability.
    """
    predicted = np.where(np.isfinite(scores), log_probabilities.argmax(axis=1), -1)
    n_classes = log_probabilities.shape[1]
    size = np.bincount(predicted + 1, minlength=n_classes + 1)[1:]
    wanted = evened_out(labelled or [0] * n_classes, size, n)
    chosen = [
        top(scores, np.flatnonzero(predicted == number), int(count), rng=rng)
        for number, count in enumerate(wanted)
    ]
    return np.concatenate([np.zeros(0, np.int64), *chosen])


def evened_out(
    labelled: Sequence[int], size: npt.NDArray[np.integer], n: int
) -> npt.NDArray[np.int64]:
    """How many to ask of each class, so that the labels become as equal as they can.

    Parameters
    ----------
    labelled
        Labels there are of each class.
    size
        Candidates there are of each class.
    n
        How many in all.

    Examples
    --------
    >>> evened_out([8, 2, 0], np.array([100, 100, 3]), 10)
    array([1, 6, 3])
    """
    wanted = np.zeros(len(size), dtype=np.int64)
    for _ in range(min(n, int(size.sum()))):
        total = np.where(wanted < size, np.asarray(labelled) + wanted, np.inf)
        wanted[total.argmin()] += 1
    return wanted
