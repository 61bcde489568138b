"""How many spectra of the pool have which probability, by stratum: counts, not points."""

from dataclasses import dataclass

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.strata import OUTSIDE

REACH = 12.0
"""Largest log-odds told apart [nat]; what is beyond stands in the outermost bin."""

N_BINS = 72

AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreCounts:
    """Spectra by log-odds of the target classes.

    Attributes
    ----------
    edges
        Of the bins, shape ``(n_bins + 1,)`` [nat].
    counts
        Shape ``(n_strata, n_bins)``; without a draw of the sample one row.
    names
        Of the strata, length ``n_strata``.
    drawn_in
        Round whose draw made the strata; ``None`` without one.
    """

    edges: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    names: tuple[str, ...]
    drawn_in: int | None


def score_counts(
    campaign: Campaign, number: int, probability: TargetProbability
) -> ScoreCounts:
    """Count the pool's spectra, by the strata of the last draw up to a round."""
    rows = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    rows = rows[rows < len(probability.values)]
    drawn_in, stratum = _last_strata(campaign, number)
    known = np.zeros(0, np.uint8) if stratum is None else np.unique(stratum)
    strata = known[known != OUTSIDE].tolist()
    place = np.full(256, len(strata), np.int64)
    place[strata] = np.arange(len(strata))
    counts = np.zeros((len(strata) + 1, N_BINS), np.int64)
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        row = np.full(len(some), len(strata), np.int64)
        if stratum is not None:
            inside = some < len(stratum)
            row[inside] = place[stratum[some[inside]]]
        cell = row * N_BINS + _bins(probability.values[some])
        counts += np.bincount(cell, minlength=counts.size).reshape(counts.shape)
    names = [f"stratum {n + 1}" for n in range(len(strata))]
    names.append("all" if stratum is None else "in no stratum")
    used = counts.any(axis=1)
    return ScoreCounts(
        edges=np.linspace(-REACH, REACH, N_BINS + 1),
        counts=counts[used],
        names=tuple(names[n] for n in np.flatnonzero(used)),
        drawn_in=drawn_in,
    )


def _bins(probability: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    value = probability.astype(np.float64)
    with np.errstate(divide="ignore"):
        odds = np.log(value) - np.log1p(-value)
    scaled = (np.clip(odds, -REACH, REACH) + REACH) * (N_BINS / (2 * REACH))
    return np.minimum(scaled.astype(np.int64), N_BINS - 1)


def _last_strata(
    campaign: Campaign, number: int
) -> tuple[int | None, npt.NDArray[np.uint8] | None]:
    for drawn_in in range(number, 0, -1):  # strata of round 0 are none of the score
        path = campaign.folder.round(drawn_in).draw
        if path.exists():
            with h5py.File(path, "r", locking=False) as file:
                return drawn_in, file["stratum"][...]
    return None, None
