"""Confidence limits of ratios of totals over strata.

Completeness, precision, prevalence, F1, accuracy, and the difference of two lists are all
ratios R = (u₀ + Σ u T) / (v₀ + Σ v T) of the numbers T of positives in disjoint cells of
the pool, each cell sampled at one rate. R ≥ t is the same as D(t) ≥ 0 with the linear
D(t) = u₀ - t v₀ + Σ (u - t v) T, so one engine serves all.

Each T gets a confidence distribution, as if its unsampled members were drawn from a beta
distribution without prior counts. A limit adds **one unseen event**, at the largest
weight there is, to what would make it worse: a big stratum without a positive may hide
some. A cell without any sample may hold anything. Distributions of independent cells are
melded, the sum taken by its first three cumulants.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc, ndtr

Array = npt.NDArray[np.float64]

UNSEEN = 1.0
"""How many events a limit assumes where it would hurt most and none was seen."""

_HALVINGS = 26
_NEARLY_NORMAL = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a sample saw in disjoint cells of the pool.

    Attributes
    ----------
    size
        Members of each cell in the pool, shape ``(..., n_cells)``; known exactly.
    sampled
        How many of them have a label, the same shape; may be an effective number.
    positive
        How many of those are positive, the same shape.
    """

    size: Array
    sampled: Array
    positive: Array
    share: Array = field(init=False)

    def __post_init__(self) -> None:
        share = self.positive / np.maximum(self.sampled, 1e-300)
        object.__setattr__(self, "share", np.where(self.sampled > 0, share, np.nan))

    @property
    def rest(self) -> Array:
        """Members without a label, shape ``(..., n_cells)``."""
        return np.maximum(self.size - self.sampled, 0.0)

    def within(self, cells: npt.NDArray[np.bool_]) -> "Counts":
        """Return the same cells, of which all but some are empty."""
        return Counts(
            size=self.size * cells,
            sampled=self.sampled * cells,
            positive=self.positive * cells,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Which ratio of totals is meant.

    Attributes
    ----------
    above, below
        Coefficients u and v of each cell, shape ``(..., n_cells)``; v is not negative.
    above_constant, below_constant
        u₀ and v₀, shape ``(...)``.
    """

    above: Array
    below: Array
    above_constant: npt.ArrayLike = 0.0
    below_constant: npt.ArrayLike = 0.0

    def of(self, totals: Array) -> Array:
        """Return the ratio for totals of shape ``(..., n_cells)``; NaN for 0/0."""
        above = np.asarray(self.above_constant) + (self.above * totals).sum(axis=-1)
        below = np.asarray(self.below_constant) + (self.below * totals).sum(axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(below > 0, above / below, np.nan)

    def against(self, t: Array) -> tuple[Array, Array]:
        """Coefficients of D(t), and its constant."""
        t = np.asarray(t)
        constant = np.asarray(self.above_constant) - t * np.asarray(self.below_constant)
        return self.above - t[..., None] * self.below, constant


def estimated_totals(counts: Counts) -> Array:
    """Positives of each cell by the sample, shape ``(..., n_cells)``.

    A cell without a sample counts as empty; its limits do not.
    """
    return counts.positive + counts.rest * np.nan_to_num(counts.share)


def limits(
    counts: Counts, ratio: Ratio, *, error: float = 0.05, within: tuple[float, float]
) -> tuple[Array, Array]:
    """Limits of a ratio, equal-tailed.

    Parameters
    ----------
    counts
        What was seen.
    ratio
        Which ratio.
    error
        Of both tails together.
    within
        Least and greatest value that it can have.

    Returns
    -------
    tuple
        Lower and upper limit, shape ``(...)`` each; where nothing is known, ``within``.

    References
    ----------
    One unseen event at the largest weight: Fay & Feuer (1997), Statistics in Medicine 16,
    791. Melding of confidence distributions: Fay, Proschan & Brittain (2015), Biometrics
    71, 146. Sums by three cumulants: Buckley & Eagleson (1988), Australian Journal of
    Statistics 30A, 150.

    Examples
    --------
    The rule of three: none of 300 in a cell of 10⁶, one tail of 5 %.

    >>> none = Counts(size=np.array([1e6]), sampled=np.array([300.0]),
    ...               positive=np.zeros(1))
    >>> share = Ratio(above=np.ones(1), below=np.zeros(1), below_constant=1e6)
    >>> round(float(limits(none, share, error=0.1, within=(0, 1))[1]), 4)
    0.01
    """
    low = _crossing(counts, ratio, error / 2, within, side=1)
    high = _crossing(counts, ratio, error / 2, within, side=-1)
    defined = low <= high + 1e-6  # 0/0 is anything
    return np.where(defined, low, within[0]), np.where(defined, high, within[1])


def _crossing(
    counts: Counts, ratio: Ratio, tail: float, within: tuple[float, float], *, side: int
) -> Array:
    """Halve the range until D(t), made worse on this side, is 0 with chance ``tail``."""
    shape = np.broadcast_shapes(counts.size.shape, ratio.above.shape)[:-1]
    below = np.full(shape, float(within[0]))
    above = np.full(shape, float(within[1]))
    known = _Known.of(counts)
    for _ in range(_HALVINGS):
        t = (below + above) / 2
        coefficients, constant = ratio.against(t)
        chance = _chance_negative(
            known, side * coefficients, side * np.broadcast_to(constant, shape)
        )
        # On the low side, t is still below the limit while D is hardly ever negative.
        passed = chance <= tail if side > 0 else chance > tail
        below = np.where(passed, t, below)
        above = np.where(passed, above, t)
    return below if side > 0 else above


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Cumulants of the cells' totals, and the weight of one unseen event."""

    mean: Array
    variance: Array
    third: Array
    least: Array
    most: Array
    empty: npt.NDArray[np.bool_]
    hidden_positive: Array
    hidden_negative: Array

    @classmethod
    def of(cls, counts: Counts) -> "_Known":
        n, rest, empty = counts.sampled, counts.rest, counts.sampled <= 0
        p = np.nan_to_num(counts.share)
        whole = n + rest
        # Of the beta-binomial distribution of the unlabelled members (Johnson, Kemp &
        # Kotz 2005, Univariate Discrete Distributions, section 6.2.2), a = n p, b = n q.
        variance = rest * p * (1 - p) * whole / (n + 1)
        third = variance * (whole + rest) * (1 - 2 * p) / (n + 2)
        weight = UNSEEN * np.where(empty, 0.0, rest / np.where(empty, 1.0, n))
        return cls(
            mean=np.where(empty, 0.0, counts.positive + rest * p),
            variance=np.where(empty, 0.0, variance),
            third=np.where(empty, 0.0, third),
            least=np.maximum(counts.positive - _part(counts), 0.0),
            most=np.minimum(counts.positive + rest + _part(counts), counts.size),
            empty=empty,
            hidden_positive=weight * (n * (1 - p) + 1) / (n + 1),
            hidden_negative=weight * (n * p + 1) / (n + 1),
        )


def _part(counts: Counts) -> Array:
    """One where numbers are effective ones, which are off by parts of a spectrum."""
    return np.where(counts.sampled == np.round(counts.sampled), 0.0, 1.0)


def _chance_negative(known: _Known, a: Array, constant: Array) -> Array:
    """Chance that D < 0, where what is unseen is against it."""
    mean = constant + (a * known.mean).sum(axis=-1)
    # Cells never looked at: all positive where that lowers D.
    mean = mean + np.where(known.empty, np.minimum(a, 0.0) * known.most, 0.0).sum(axis=-1)
    variance = (a**2 * known.variance).sum(axis=-1)
    third = (a**3 * known.third).sum(axis=-1)
    for against, hidden in (
        (np.maximum(a, 0.0), known.hidden_negative),
        (np.maximum(-a, 0.0), known.hidden_positive),
    ):
        worst = (against * hidden).argmax(axis=-1)[..., None]
        unit = np.take_along_axis(against, worst, axis=-1)[..., 0]
        weight = unit * np.take_along_axis(hidden, worst, axis=-1)[..., 0]
        # Of a geometric distribution, the beta-binomial one with a = 1 and b = n.
        mean = mean - weight
        variance = variance + weight * (weight + unit)
        third = third - weight * (weight + unit) * (2 * weight + unit)
    # Totals are whole numbers, so a limit may be one unit off: where nearly all of a cell
    # is labelled, that is much.
    open_ = known.most > known.least
    mean = mean - np.where(open_, np.abs(a), 0.0).max(axis=-1)
    chance = _below_zero(mean, variance, third)
    # What is labelled stays, and no cell holds more than it has.
    least, most = a * known.least, a * known.most
    lowest = constant + np.minimum(least, most).sum(axis=-1)
    highest = constant + np.maximum(least, most).sum(axis=-1)
    return np.where(lowest >= 0, 0.0, np.where(highest < 0, 1.0, chance))


def _below_zero(mean: Array, variance: Array, third: Array) -> Array:
    """Distribution function at 0 of the Pearson III distribution with these cumulants."""
    certain = variance <= 1e-18 * np.maximum(mean**2, 1.0)
    deviation = np.sqrt(np.where(certain, 1.0, variance))
    z = -mean / deviation
    skew = third / deviation**3
    flat = np.abs(skew) < _NEARLY_NORMAL
    steep = np.where(flat, 1.0, np.abs(skew))
    shape = 4 / steep**2
    argument = np.maximum((z * np.sign(skew) + 2 / steep) * 2 / steep, 0.0)
    tail = np.where(skew > 0, gammainc(shape, argument), gammaincc(shape, argument))
    return np.where(certain, mean < 0, np.where(flat, ndtr(z), tail))
