"""Flux ranges that a cosmic ray cannot flatten."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

Flux = npt.NDArray[np.floating]

SHARED = 0.25
"""Share of a peak that one of its neighbours has at least, unless it is a single pixel: a
Gaussian of 1.5 pixels full width at half maximum that is centred on a pixel gives each of
its neighbours exp(−4 ln 2 / 1.5²) = 0.29 of the peak."""


class Limits(NamedTuple):
    """Lowest and highest flux that a plot shows."""

    low: float
    high: float

    def padded(self, share: float = 0.06) -> "Limits":
        """Return limits that are wider by ``share`` of their distance on each side."""
        pad = share * (self.high - self.low) or abs(self.high) or 1.0
        return Limits(self.low - pad, self.high + pad)

    def joined(self, other: "Limits") -> "Limits":
        """Return limits that hold both."""
        return Limits(min(self.low, other.low), max(self.high, other.high))


def robust_limits(
    flux: Flux, *, percentile: float = 0.0, reach: float = 3.0
) -> Limits | None:
    """Range of a spectrum that spikes of one or two pixels do not stretch.

    The range of the flux after a running median of five pixels, which no such spike
    survives, is widened by ``reach`` about the median, because the running median also
    takes the top off an unresolved line, up to a factor 2.5 where its full width at
    half maximum is 2.4 pixels. The flux's own range is never exceeded.

    Parameters
    ----------
    flux
        Flux of usable pixels, shape ``(n_pixels,)`` [any unit].
    percentile
        Share of the smoothed pixels to leave out at each end [per cent], for spectra
        with noisy ends.
    reach
        Factor of the widening, dimensionless.

    Returns
    -------
    Limits | None
        ``None`` without any pixel [unit of ``flux``].

    Examples
    --------
    >>> flux = np.ones(100)
    >>> flux[40:50], flux[70] = 2.0, 1e6
    >>> robust_limits(flux)
    Limits(low=1.0, high=4.0)
    """
    if flux.size == 0:
        return None
    exact = flux.astype(np.float64)
    smooth = median_filter(exact, size=5, mode="nearest")
    low, high = np.percentile(smooth, [percentile, 100.0 - percentile])
    middle = float(np.median(smooth))
    return Limits(
        max(float(exact.min()), middle - reach * (middle - float(low))),
        min(float(exact.max()), middle + reach * (float(high) - middle)),
    )


def line_limits(flux: Flux) -> Limits | None:
    """Range of all pixels but lonely ones, to hold a narrow line to its tip.

    A pixel of a line shares its excess over the median with a neighbour; that of a cosmic
    ray does not. To be joined with `robust_limits`, about a line only: a hit of two pixels
    passes for one.

    Parameters
    ----------
    flux
        Flux of usable pixels about the line, shape ``(n_pixels,)`` [any unit].

    Returns
    -------
    Limits | None
        ``None`` where every pixel is lonely [unit of ``flux``].

    Examples
    --------
    >>> flux = np.ones(100)
    >>> flux[40:42], flux[70] = 9.0, 1e6
    >>> line_limits(flux)
    Limits(low=1.0, high=9.0)
    """
    exact = flux.astype(np.float64)
    if exact.size == 0:
        return None
    excess = exact - np.median(exact)
    beside = np.pad(excess, 1, constant_values=np.nan)
    towards = np.sign(excess) * np.stack([beside[:-2], beside[2:]])
    held = exact[(towards >= SHARED * np.abs(excess)).any(axis=0)]
    return Limits(float(held.min()), float(held.max())) if held.size else None
