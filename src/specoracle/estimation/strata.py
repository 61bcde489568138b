"""Strata of the pool that the estimation sample is drawn from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Stratum = npt.NDArray[np.uint8]
Row = npt.NDArray[np.int64]

OUTSIDE = 255
"""Stratum of rows that are not in the population, such as spectra without good pixels."""

ON_LIST = (0.5, 0.8, 1.0)
"""Where strata on the candidate list end, as parts of its length."""

OFF_LIST = (0.125, 0.4, 1.0)
"""Where strata behind it end, as parts of the way from its end down to the floor."""

FLOOR = 2.5
"""The score floor lies at the rank of so many lengths of the list."""

BELOW = 4.0
"""The stratum next below the floor ends at so many times the floor's rank."""

FIRST_BELOW = len(ON_LIST) + len(OFF_LIST)
"""The first of the strata below the score floor."""

N_STRATA = FIRST_BELOW + 2

SHARES = np.array([0.10, 0.08, 0.07, 0.10, 0.18, 0.37, 0.04, 0.06])
"""Share of a draw that each stratum by score gets.

Most goes to the strata between list and floor, which limit what is known about
completeness: of the allocations compared by simulation this had the narrowest intervals.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStrata:
    """Strata by score, with the floor that is fixed by them.

    Attributes
    ----------
    stratum
        Of each spectrum, shape ``(n_spectra,)``; 0 for the highest scores, from
        `FIRST_BELOW` on below the floor. Some may be empty.
    floor
        Lowest score above the floor.
    """

    stratum: Stratum
    floor: float


def score_strata(score: npt.NDArray[np.floating], n_listed: int) -> ScoreStrata:
    """Strata by the score of the target classes, finest near the end of the list.

    Parameters
    ----------
    score
        Probability of the target classes, shape ``(n_spectra,)``; NaN ranks lowest.
    n_listed
        Length of the candidate list. A list of less than a thousandth of the pool, or
        of more than half, is treated as that long.

    Examples
    --------
    >>> done = score_strata(np.linspace(1, 0, 1000), 100)
    >>> np.bincount(done.stratum)
    array([ 50,  30,  20,  19,  41,  90, 750])
    >>> round(done.floor, 3)
    0.751
    """
    n = len(score)
    if not n:
        return ScoreStrata(stratum=np.zeros(0, dtype=np.uint8), floor=0.0)
    listed = min(max(n_listed, n // 1000, 1), max(n // 2, 1))
    floor = min(FLOOR * listed, (listed + n) / 2)
    stops = np.concatenate(
        [
            listed * np.array(ON_LIST),
            listed + (floor - listed) * np.array(OFF_LIST),
            [BELOW * floor],
        ]
    )
    edges = np.minimum(np.ceil(stops), n).astype(np.int64)
    ranked = np.where(np.isnan(score), -np.inf, score)
    lowest = _at_rank(ranked, np.maximum(edges, 1) - 1)
    return ScoreStrata(
        stratum=_strata(ranked, lowest, edges), floor=float(lowest[FIRST_BELOW - 1])
    )


def _at_rank(
    score: npt.NDArray[np.floating], rank: npt.NDArray[np.int64]
) -> npt.NDArray[np.floating]:
    """Score at each rank, 0 for the highest; without sorting the pool."""
    upwards = len(score) - 1 - rank
    return np.partition(score, np.unique(upwards))[upwards]


def _strata(
    score: npt.NDArray[np.floating],
    lowest: npt.NDArray[np.floating],
    edges: npt.NDArray[np.int64],
) -> Stratum:
    """Number the strata by rank; equal scores rank in the order of the rows."""
    stratum = np.zeros(len(score), dtype=np.uint8)
    for limit in lowest:
        stratum += score < limit
    for limit in np.unique(lowest):
        tied = np.flatnonzero(score == limit)
        rank = np.count_nonzero(score > limit) + np.arange(len(tied))
        stratum[tied] = np.searchsorted(edges, rank, side="right")
    return stratum


def signal_strata(
    snr: npt.NDArray[np.floating], cluster: npt.NDArray[np.intp], n_bins: int = 2
) -> Stratum:
    """Strata before there is a model: S/N halves within clusters of the spectra.

    Parameters
    ----------
    snr
        Signal-to-noise ratio, shape ``(n_spectra,)``; NaN is a low one.
    cluster
        Cluster number of each spectrum, shape ``(n_spectra,)``.
    n_bins
        S/N bins of equal size.
    """
    value = np.nan_to_num(snr, nan=-np.inf)
    rank = np.argsort(np.argsort(value, kind="stable"), kind="stable")
    bins = rank * n_bins // max(len(value), 1)
    _, strata = np.unique(cluster * n_bins + bins, return_inverse=True)
    return strata.astype(np.uint8)


def among(rows: Row, strata: Stratum, n_spectra: int) -> Stratum:
    """Put the strata of ``rows`` into a pool of ``n_spectra``; the others are outside.

    Examples
    --------
    >>> among(np.array([0, 2]), np.array([1, 0], dtype="u1"), 3)
    array([  1, 255,   0], dtype=uint8)
    """
    whole = np.full(n_spectra, OUTSIDE, dtype=np.uint8)
    whole[rows] = strata
    return whole
