"""How good a candidate list is: each figure of merit with its interval.

The counts come in cells of the pool, each on the list or off it, see `cells`. A figure
that the sample says nothing about is said to be unknown, with its whole range.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation import merits
from specoracle.estimation.limits import Counts, Ratio, estimated_totals, limits

Flags = npt.NDArray[np.bool_]

ERROR = 0.05
"""Chance that an interval misses, both tails together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its interval.

    Attributes
    ----------
    value
        The estimate, ``None`` where nothing is known.
    low, high
        Limits of the interval.
    n
        Labelled spectra that bear on it: those sampled; where all are labelled, all.
    unknown
        Why nothing is known, and what would change that; ``""`` where something is.

    Examples
    --------
    >>> str(Estimate(value=0.9, low=0.8, high=0.95, n=30))
    '0.90 (0.80–0.95)'
    >>> str(Estimate(value=None, low=0, high=1, n=0, unknown="none is labelled, label 9"))
    'not yet known: none is labelled, label 9'
    >>> str(Estimate(value=None, low=0.8, high=1, n=0, unknown="none is labelled"))
    'between 0.80 and 1.00: none is labelled'
    """

    value: float | None
    low: float
    high: float
    n: int
    unknown: str = ""

    def __str__(self) -> str:
        if self.value is None:
            why = self.unknown or "nothing was sampled"
            if self.width >= 0.01 and (self.low >= 0.005 or self.high < 0.995):
                return f"between {self.low:.2f} and {self.high:.2f}: {why}"
            return f"not yet known: {why}"
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"

    @property
    def short(self) -> str:
        """Value and limits, the limits alone where there is no value, in a few letters."""
        if self.value is not None:
            return str(self)
        return f"{self.low:.2f}–{self.high:.2f}" if self.width < 1 else "not yet known"

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.high - self.low

    @property
    def point(self) -> tuple[float, float, float]:
        """Value and limits for a plot, which leaves out NaN."""
        if self.value is None:
            return (np.nan, np.nan, np.nan)
        return (self.value, self.low, self.high)


def precision(counts: Counts, listed: Flags, *, error: float = ERROR) -> Estimate:
    """Share of the list that are targets.

    Parameters
    ----------
    counts
        What the sample saw, in cells of shape ``(n_cells,)``.
    listed
        Whether each cell is on the list, shape ``(n_cells,)``.
    error
        Of both tails of the interval together.
    """
    n, why = bearing(counts, listed), ""
    if not counts.size[listed].sum():
        why = "the list is empty, label targets and train again"
    elif n is None:
        why = "none of the list's spectra without a label was sampled, label 10 of them"
    ratio = merits.precision(listed, counts.size)
    return estimated(counts, ratio, n=n, error=error, unknown=why)


def completeness(
    counts: Counts, listed: Flags, inside: Flags | None = None, *, error: float = ERROR
) -> Estimate:
    """Share of the targets that are on the list.

    Parameters
    ----------
    counts, listed, error
        As of `precision`.
    inside
        Cells whose targets count, such as those above a score floor; all if left out.
    """
    inside = np.ones(len(listed), dtype=np.bool_) if inside is None else inside
    ratio, n = merits.completeness(listed, inside), bearing(counts, inside)
    why = no_target(n, counts.positive[inside].sum())
    return estimated(counts, ratio, n=n, error=error, unknown=why)


def prevalence(counts: Counts, *, error: float = ERROR) -> Estimate:
    """Share of the pool that are targets; also accuracy, where positive means correct."""
    n = bearing(counts, counts.size > 0)
    why = "" if n else no_target(n, 0)
    return estimated(counts, merits.prevalence(counts.size), n=n, error=error, unknown=why)


def f1(counts: Counts, listed: Flags, *, error: float = ERROR) -> Estimate:
    """Harmonic mean of precision and completeness; parameters as of `precision`."""
    n = bearing(counts, counts.size > 0)
    ratio, why = merits.f1(listed, counts.size), no_target(n, counts.positive.sum())
    return estimated(counts, ratio, n=n, error=error, unknown=why)


def at_most(counts: Counts, among: Flags, *, error: float = ERROR) -> float:
    """Upper limit of the number of targets in some cells, one-sided.

    Where no target was seen in one cell of N of which n were looked at, it is the rule of
    three: 3 N / n.

    References
    ----------
    Hanley & Lippman-Hand (1983), JAMA 249, 1743.

    Examples
    --------
    >>> none = Counts(size=np.array([1e6]), sampled=np.array([300.0]),
    ...               positive=np.zeros(1))
    >>> round(at_most(none, np.array([True])), -2)
    10000.0
    """
    size = float(counts.size[among].sum())
    if size == 0:
        return 0.0
    ratio = merits.precision(among, counts.size)
    return size * float(limits(counts, ratio, error=2 * error, within=(0, 1))[1])


def bearing(counts: Counts, cells: Flags) -> int | None:
    """Count what is labelled and stands for more than itself in some cells.

    Returns
    -------
    int or None
        All that is labelled, where nothing is left to stand for; ``None`` where something
        is left and nothing stands for it.
    """
    open_ = cells & (counts.rest > 0)
    if not open_.any():
        return round(float(counts.sampled[cells].sum())) or None
    return round(float(counts.sampled[open_].sum())) or None


def estimated(
    counts: Counts,
    ratio: Ratio,
    *,
    n: int | None,
    error: float = ERROR,
    within: tuple[float, float] = (0.0, 1.0),
    unknown: str = "",
) -> Estimate:
    """Estimate a ratio of totals; its value lies within its limits.

    Parameters
    ----------
    counts, ratio, error, within
        As of `specoracle.estimation.limits.limits`.
    n
        What bears on it, see `bearing`.
    unknown
        Why there is no value, if so; limits there are all the same.
    """
    low, high = (float(x) for x in limits(counts, ratio, error=error, within=within))
    value = float(ratio.of(_filled_totals(counts, ratio)))
    if unknown or np.isnan(value):
        return Estimate(value=None, low=low, high=high, n=n or 0, unknown=unknown)
    return Estimate(value=min(max(value, low), high), low=low, high=high, n=n or 0)


def no_target(n: int | None, n_targets: float) -> str:
    """Say why nothing is known without a target; ``""`` where there is one."""
    if n and n_targets:
        return ""
    why = f"no target among {n} labels of the sample" if n else "none of it is labelled"
    return f"{why}, label {max(30, n or 0)} more of the sample"


def _filled_totals(counts: Counts, ratio: Ratio) -> npt.NDArray[np.float64]:
    """Totals where a cell without a sample is like the others of its kind."""
    totals = estimated_totals(counts)
    for kind in np.unique(ratio.above):
        alike = ratio.above == kind
        empty, seen = alike & (counts.sampled == 0), alike & (counts.sampled > 0)
        if counts.size[seen].sum():
            share = totals[seen].sum() / counts.size[seen].sum()
            totals[empty] = share * counts.size[empty]
    return totals
