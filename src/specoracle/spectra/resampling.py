"""Linear interpolation of flux and inverse variance onto a grid.

Files of one survey share their wavelengths, so where each grid point falls between two
pixels is worked out once, and many spectra are interpolated together.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]
Place = npt.NDArray[np.intp]


ROUNDING = 1e-5
"""Share of a pixel that a grid may reach beyond the spectrum: by so little wavelengths that
were moved there and back may differ."""


class Resampled(NamedTuple):
    """Flux and inverse variance on a grid, each of shape ``(..., n_grid)``."""

    flux: Pixels
    ivar: Pixels


@dataclass(frozen=True, eq=False)
class Plan:
    """Where the points of a grid fall between the pixels of a window.

    Attributes
    ----------
    observed
        Wavelength of the pixels that take part, shape ``(n_window,)`` [Angstrom].
    grid
        Wavelength of the grid, shape ``(n_grid,)`` [Angstrom].
    snap
        A grid point that is at most this share of a pixel from an observed one takes it as
        it is, so that a bad neighbour does not spoil it.
    """

    observed: Pixels
    grid: Pixels
    snap: float = 0.0

    @cached_property
    def points(self) -> Pixels:
        """Where the flux is asked for, shape ``(n_grid,)`` [Angstrom]."""
        points = np.clip(self.grid, self.observed[0], self.observed[-1])
        if not self.snap:
            return points
        left = _left(self.observed, points)
        before, after = self.observed[left], self.observed[left + 1]
        share = (points - before) / (after - before)
        points = np.where(share <= self.snap, before, points)
        return np.where(share >= 1 - self.snap, after, points)

    @cached_property
    def outside(self) -> npt.NDArray[np.bool_]:
        """Which grid points lie beyond the outermost pixels, shape ``(n_grid,)``."""
        share = max(self.snap, ROUNDING)
        first, last = share * np.diff(self.observed[[0, 1, -2, -1]])[[0, 2]]
        below = self.grid < self.observed[0] - first
        return np.asarray(below | (self.grid > self.observed[-1] + last))

    @cached_property
    def left(self) -> Place:
        """Pixel at or before each grid point, shape ``(n_grid,)``."""
        return _left(self.observed, self.points)

    @cached_property
    def offset(self) -> Pixels:
        """Distance from that pixel [Angstrom]."""
        return self.points - self.observed[self.left]

    @cached_property
    def step(self) -> Pixels:
        """Distance from that pixel to the next [Angstrom]."""
        return self.observed[self.left + 1] - self.observed[self.left]

    @cached_property
    def shares(self) -> tuple[Pixels, Pixels]:
        """Squared weights of the two pixels in the interpolated flux."""
        fraction = self.offset / self.step
        return (1 - fraction) ** 2, fraction**2

    @cached_property
    def ends_on_pixel(self) -> bool:
        """Whether the last grid point is the last pixel itself."""
        return bool(self.points[-1] == self.observed[-1])


def plan_on(observed: Pixels, grid: Pixels, *, snap: float = 0.0) -> Plan:
    """Return how a grid falls on pixels, both in Angstrom; worked out once for each."""
    return _plan(observed.tobytes(), grid.tobytes(), snap)


@lru_cache(maxsize=64)
def _plan(observed: bytes, grid: bytes, snap: float) -> Plan:
    return Plan(np.frombuffer(observed), np.frombuffer(grid), snap)


def _left(observed: Pixels, grid: Pixels) -> Place:
    right = np.searchsorted(observed, grid, side="right")
    return np.clip(right, 1, observed.size - 1) - 1


def interpolate_all(flux: Pixels, ivar: Pixels, plan: Plan) -> Resampled:
    """Interpolate spectra linearly; flux is exactly what ``numpy.interp`` gives.

    Parameters
    ----------
    flux, ivar
        Pixels, shape ``(n_spectra, n_window)``.
    plan
        How the grid falls on them.

    Returns
    -------
    Resampled
        ``ivar`` is that of the weighted mean of two independent pixels, and 0 where a
        pixel that takes part is unusable. Beyond the outermost pixels the flux is theirs,
        as ``numpy.interp`` has it, and ivar is 0.

    References
    ----------
    Variance of a linear combination: σ² = (1 − t)² σ₁² + t² σ₂² for the fraction t of the
    way between two pixels. Neighbouring grid points share pixels, and this covariance is
    not kept.
    """
    resampled = _flux(flux, plan)
    alone = ~np.isfinite(flux).all(axis=1) | plan.ends_on_pixel
    for number in np.flatnonzero(alone).tolist():
        resampled[number] = np.interp(plan.points, plan.observed, flux[number])
    return Resampled(resampled, _ivar(flux, ivar, plan))


def _flux(flux: Pixels, plan: Plan) -> Pixels:
    # The roundings of numpy.interp: slope · (x - x₀) + y₀, and y₀ where x = x₀.
    before, after = flux[:, plan.left], flux[:, plan.left + 1]
    with np.errstate(over="ignore", invalid="ignore"):
        after -= before
        after /= plan.step
        after *= plan.offset
        after += before
    return after


def _ivar(flux: Pixels, ivar: Pixels, plan: Plan) -> Pixels:
    good = (ivar > 0) & np.isfinite(flux)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        variance = np.where(good, 1.0 / ivar, np.inf)
        total = _weighted(variance[:, plan.left], plan.shares[0])
        total += _weighted(variance[:, plan.left + 1], plan.shares[1])
        return np.where(np.isfinite(total) & ~plan.outside, 1.0 / total, 0.0)


def _weighted(variance: Pixels, share: Pixels) -> Pixels:
    """Return share · variance, where a pixel of share 0 takes no part."""
    return np.where(share > 0, share * variance, 0.0)
