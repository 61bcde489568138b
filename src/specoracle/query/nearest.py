"""Ask about what is most like a known member: the quickest way to more of a rare class.

Before there is a model, one known member of a class is worth more than any number of
draws: its nearest neighbours are members far more often than the class is frequent.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from specoracle.query.clustering import Features

Row = npt.NDArray[np.int64]
Distance = npt.NDArray[np.float64]


def nearest_in_turn(
    blocks: Iterable[tuple[Row, Features]],
    known: Features,
    n: int,
    *,
    rng: np.random.Generator,
) -> tuple[Row, npt.NDArray[np.intp]]:
    """Choose the nearest neighbours of known members, who take turns.

    Parameters
    ----------
    blocks
        The candidates in any number of pieces: row numbers ``(n_rows,)`` and features
        ``(n_rows, n_features)``. Only ``n`` for each known member are kept at a time.
    known
        Features of the known members, shape ``(n_known, n_features)``. Where there are
        more than ``n``, some drawn by chance speak for them all: the most unusual ones,
        which are often those labelled wrongly, get no louder voice.
    n
        How many to choose; all when there are fewer.
    rng
        Draws them.

    Returns
    -------
    tuple
        Rows, in the order of choice, and for each the number of the member that it is like.

    Examples
    --------
    >>> line = np.array([[0.0], [1.0], [2.0], [8.0]])
    >>> known, rng = np.array([[0.1], [9.0]]), np.random.default_rng(1)
    >>> nearest_in_turn([(np.arange(4), line)], known, 3, rng=rng)
    (array([0, 3, 1]), array([0, 1, 0]))
    """
    speakers = np.sort(rng.permutation(len(known))[:n])
    rows = np.zeros((len(speakers), 0), dtype=np.int64)
    distance = np.zeros((len(speakers), 0))
    for some, features in blocks:
        further = cdist(known[speakers], features)
        distance = np.concatenate([distance, further], axis=1)
        rows = np.concatenate([rows, np.broadcast_to(some, further.shape)], axis=1)
        order = np.argsort(distance, axis=1, kind="stable")[:, :n]
        distance = np.take_along_axis(distance, order, axis=1)
        rows = np.take_along_axis(rows, order, axis=1)
    return _in_turn(rows, speakers, n)


def _in_turn(
    rows: Row, speakers: npt.NDArray[np.intp], n: int
) -> tuple[Row, npt.NDArray[np.intp]]:
    """Let each member name its nearest row that nobody has named before."""
    chosen: dict[int, int] = {}
    queues = [iter(line.tolist()) for line in rows]
    while len(chosen) < n and queues:
        named = 0
        for speaker, queue in zip(speakers.tolist(), queues, strict=True):
            row = next((row for row in queue if row not in chosen), None)
            if row is not None and len(chosen) < n:
                chosen[row] = speaker
                named += 1
        if not named:
            break
    return (
        np.array(list(chosen), dtype=np.int64),
        np.array(list(chosen.values()), dtype=np.intp),
    )
