"""Linear interpolation of flux and inverse variance onto a grid.

Files of one survey share their wavelengths, so where each grid point falls between two
pixels is worked out once and used again for as long as the wavelengths are the same bits.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]
Place = npt.NDArray[np.intp]


class Resampled(NamedTuple):
    """Flux and inverse variance on a grid, each of shape ``(n_grid,)``."""

    flux: Pixels
    ivar: Pixels


@dataclass(frozen=True)
class Plan:
    """Where the points of a grid fall between the pixels of a spectrum.

    Attributes
    ----------
    observed
        Wavelength of the spectrum, shape ``(n_pixels,)`` [Angstrom].
    grid
        Wavelength of the grid, shape ``(n_grid,)`` [Angstrom], inside the former.
    """

    observed: Pixels
    grid: Pixels

    @cached_property
    def left(self) -> Place:
        """Pixel at or before each grid point, shape ``(n_grid,)``."""
        right = np.searchsorted(self.observed, self.grid, side="right")
        return np.clip(right, 1, self.observed.size - 1) - 1

    @cached_property
    def offset(self) -> Pixels:
        """Distance from that pixel [Angstrom]."""
        return self.grid - self.observed[self.left]

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
    def window(self) -> slice:
        """Pixels that take part."""
        return slice(int(self.left[0]), int(self.left[-1]) + 2)

    def fits(self, observed: Pixels, grid: Pixels) -> bool:
        """Whether the plan is for these wavelengths, bit by bit."""
        same = self.grid is grid or np.array_equal(self.grid, grid)
        return same and np.array_equal(self.observed, observed)


_last: list[Plan] = []
"""The plan used last; a survey's files come one after the other."""


def plan_for(observed: Pixels, grid: Pixels) -> Plan:
    """Return the plan for a spectrum on ``observed``, the last one where it fits."""
    if not (_last and _last[0].fits(observed, grid)):
        _last[:] = [Plan(observed, grid)]
    return _last[0]


def interpolate(spectrum: Spectrum, wavelength: Pixels) -> Resampled:
    """Interpolate a spectrum linearly; flux is exactly what ``numpy.interp`` gives.

    Parameters
    ----------
    spectrum
        The observed spectrum.
    wavelength
        Vacuum wavelength of the grid, shape ``(n_grid,)`` [Angstrom], inside the
        spectrum's own range.

    Returns
    -------
    Resampled
        ``ivar`` is that of the weighted mean of two independent pixels, and 0 where a
        pixel that takes part is unusable.

    References
    ----------
    Variance of a linear combination: σ² = (1 − t)² σ₁² + t² σ₂² for the fraction t of the
    way between two pixels. Neighbouring grid points share pixels, and this covariance is
    not kept.
    """
    plan = plan_for(spectrum.wavelength, wavelength)
    return Resampled(_flux(spectrum, plan), _ivar(spectrum, plan))


def _flux(spectrum: Spectrum, plan: Plan) -> Pixels:
    window = spectrum.flux[plan.window].astype(np.float64)
    inside = plan.left[-1] + 1 < spectrum.wavelength.size - 1
    if not (inside and np.isfinite(window).all()):
        return np.interp(plan.grid, spectrum.wavelength, spectrum.flux)
    # The roundings of numpy.interp: slope · (x - x₀) + y₀, and y₀ where x = x₀.
    place = plan.left - plan.left[0]
    before = window[place]
    slope = (window[place + 1] - before) / plan.step
    return slope * plan.offset + before


def _ivar(spectrum: Spectrum, plan: Plan) -> Pixels:
    flux = spectrum.flux[plan.window]
    ivar = spectrum.ivar[plan.window].astype(np.float64)
    good = (ivar > 0) & np.isfinite(flux)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        variance = np.where(good, 1.0 / ivar, np.inf)
        place = plan.left - plan.left[0]
        total = _weighted(variance[place], plan.shares[0])
        total += _weighted(variance[place + 1], plan.shares[1])
        return np.where(np.isfinite(total), 1.0 / total, 0.0)


def bridge(spectrum: Spectrum) -> Spectrum:
    """Replace the flux of unusable pixels by a straight line between good neighbours.

    Their ``ivar`` stays 0. A spectrum without good pixels is returned as it is.
    """
    good = spectrum.good
    if good.all() or not good.any():
        return spectrum
    flux = np.interp(spectrum.wavelength, spectrum.wavelength[good], spectrum.flux[good])
    return Spectrum(
        identifier=spectrum.identifier,
        wavelength=spectrum.wavelength,
        flux=np.where(good, spectrum.flux, flux),
        ivar=np.where(good, spectrum.ivar, 0.0),
    )


def _weighted(variance: Pixels, share: Pixels) -> Pixels:
    """Return share · variance, where a pixel of share 0 takes no part."""
    return np.where(share > 0, share * variance, 0.0)
