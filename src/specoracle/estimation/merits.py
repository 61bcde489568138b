"""Figures of merit of a candidate list, as ratios of totals over cells of the pool.

``listed`` and ``inside`` tell of each cell whether it is on the list, and whether its
targets count; totals are of targets. Shapes are ``(..., n_cells)`` throughout.
"""

import numpy as np
import numpy.typing as npt

from specoracle.estimation.limits import Array, Counts, Ratio, estimated_totals

Flags = npt.NDArray[np.bool_]


def precision(listed: Flags, size: Array) -> Ratio:
    """Targets on the list, of all that are on it."""
    return Ratio(
        above=listed.astype(np.float64),
        below=np.zeros(listed.shape),
        below_constant=(size * listed).sum(axis=-1),
    )


def completeness(listed: Flags, inside: Flags) -> Ratio:
    """Targets on the list, of all targets."""
    return Ratio(
        above=(listed & inside).astype(np.float64), below=inside.astype(np.float64)
    )


def prevalence(size: Array) -> Ratio:
    """Targets, of all; accuracy, where the totals are of what is classified rightly."""
    return Ratio(
        above=np.ones(size.shape),
        below=np.zeros(size.shape),
        below_constant=size.sum(axis=-1),
    )


def f1(listed: Flags, size: Array) -> Ratio:
    """Harmonic mean of precision and completeness, 2 A / (list + targets).

    References
    ----------
    van Rijsbergen (1979), Information Retrieval, chapter 7, with α = 1/2.
    """
    return Ratio(
        above=2 * listed.astype(np.float64),
        below=np.ones(listed.shape),
        below_constant=(size * listed).sum(axis=-1),
    )


def completeness_gain(before: Flags, after: Flags, inside: Flags) -> Ratio:
    """Completeness of one list less that of another, on the same objects."""
    change = after.astype(np.float64) - before.astype(np.float64)
    return Ratio(above=change * inside, below=inside.astype(np.float64))


def f1_gain(counts: Counts, before: Flags, after: Flags) -> Ratio:
    """F1 of one list less that of another, linear around the estimate.

    References
    ----------
    Linearisation of a ratio: Särndal, Swensson & Wretman (1992), Model Assisted Survey
    Sampling, section 5.5.
    """
    totals = estimated_totals(counts)
    gradient, value = np.zeros(totals.shape), np.zeros(totals.shape[:-1])
    for sign, listed in ((1.0, after), (-1.0, before)):
        whole = (counts.size * listed + totals).sum(axis=-1)
        merit = 2 * (totals * listed).sum(axis=-1) / np.maximum(whole, 1e-300)
        value += sign * merit
        gradient += (
            sign * (2.0 * listed - merit[..., None]) / np.maximum(whole, 1e-300)[..., None]
        )
    return Ratio(
        above=gradient,
        below=np.zeros(totals.shape),
        above_constant=value - (gradient * totals).sum(axis=-1),
        below_constant=1.0,
    )
