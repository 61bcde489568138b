"""Linear interpolation of flux and inverse variance onto a grid.

Files of one survey share their wavelengths, so where each grid point falls between two
pixels is worked out once, and many spectra are interpolated together.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.spectra.kept import Kept
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]
Place = npt.NDArray[np.intp]


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
        Wavelength of the grid, shape ``(n_grid,)`` [Angstrom], inside the former.
    """

    observed: Pixels
    grid: Pixels

    @cached_property
    def left(self) -> Place:
        """Pixel at or before each grid point, shape ``(n_grid,)``."""
        return _left(self.observed, self.grid)

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
    def ends_on_pixel(self) -> bool:
        """Whether the last grid point is the last pixel itself."""
        return bool(self.grid[-1] == self.observed[-1])


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a spectrum that a grid needs.

    Attributes
    ----------
    pixels
        Which pixels of the spectrum.
    plan
        How the grid falls on them; spectra whose windows hold the same wavelengths bit
        by bit share it.
    """

    pixels: slice
    plan: Plan


_windows: Kept[Window] = Kept(64)


def window_on(observed: Pixels, grid: Pixels) -> Window:
    """Return the window for a grid inside a spectrum's wavelengths [Angstrom]."""
    window = _windows.get(observed, grid)
    if window is None:
        first, last = _left(observed, grid[[0, -1]]).tolist()
        pixels = slice(first, last + 2)
        window = Window(pixels, _plan(observed[pixels].tobytes(), grid.tobytes()))
        _windows.put(observed, grid, value=window)
    return window


@lru_cache(maxsize=64)
def _plan(observed: bytes, grid: bytes) -> Plan:
    return Plan(np.frombuffer(observed), np.frombuffer(grid))


def _left(observed: Pixels, grid: Pixels) -> Place:
    right = np.searchsorted(observed, grid, side="right")
    return np.clip(right, 1, observed.size - 1) - 1


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
    window = window_on(spectrum.wavelength, wavelength)
    flux = np.array([spectrum.flux[window.pixels]], np.float64)
    ivar = np.array([spectrum.ivar[window.pixels]], np.float64)
    resampled = interpolate_all(flux, ivar, window.plan)
    return Resampled(resampled.flux[0], resampled.ivar[0])


def interpolate_all(flux: Pixels, ivar: Pixels, plan: Plan) -> Resampled:
    """Do as `interpolate` does with many windows of one plan.

    Parameters
    ----------
    flux, ivar
        Pixels of the windows, shape ``(n_spectra, n_window)``.
    plan
        How the grid falls on them.
    """
    resampled = _flux(flux, plan)
    alone = ~np.isfinite(flux).all(axis=1) | plan.ends_on_pixel
    for number in np.flatnonzero(alone).tolist():
        resampled[number] = np.interp(plan.grid, plan.observed, flux[number])
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
