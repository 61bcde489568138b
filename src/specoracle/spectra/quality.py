"""How good a spectrum is inside a window: flags and measures for the catalogue."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SPIKE_SIGMA = 8.0
"""Height over the noise from which a spike counts as a cosmic hit."""

SPIKE_SHARE = 0.6
"""Share of its height by which a hit stands above its two neighbours. A line of one
resolution element of 2.4 pixels (LAMOST at Hα: R = 1800, 69 km/s a pixel) stands above
them by 1 - exp(-4 ln 2 / 2.4²) = 0.38 at most."""

SPIKE_REACH = 3
"""Distance in pixels of what lies below a spike."""

_LOWEST, _HIGHEST = 1e-20, 1e20
"""Inverse variances that need no other unit of flux."""

FLAT = 1e-13
"""Share of its level by which the flux of a spectrum varies for its rounding alone."""

_BESIDE, _BASE = 1, SPIKE_REACH
"""Distance in pixels of the neighbours, and of that."""


class Quality(IntFlag):
    """What is wrong with a prepared spectrum; 0 is good."""

    CONSTANT = 1
    """All pixels are equal: nothing to scale, nothing to see."""
    NOT_FINITE = 2
    """A pixel is NaN or infinite."""
    NO_GOOD_PIXEL = 4
    """Every pixel has ivar 0."""
    PADDED = 8
    """The spectrum does not reach all of the window; it may be used all the same."""

    UNUSABLE = CONSTANT | NOT_FINITE | NO_GOOD_PIXEL
    """Any of what keeps a spectrum out of the pool."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measures:
    """Measures of observed pixels inside the window, each of shape ``(n_spectra,)``.

    Attributes
    ----------
    bad_share
        Share of pixels that are not usable, from 0 to 1.
    snr
        Median of flux over its standard deviation, of the usable pixels; NaN where
        there is none.
    gap
        Widest run of pixels that are not usable [Angstrom].
    cosmics
        Number of suspected cosmic hits: spikes sharper than a spectrograph can make.
    """

    bad_share: npt.NDArray[np.float32]
    snr: npt.NDArray[np.float32]
    gap: npt.NDArray[np.float32]
    cosmics: npt.NDArray[np.uint16]


MEASURES = ("bad_share", "snr", "gap", "cosmics")
"""Names of all measures."""


def measure(flux: Pixels, ivar: Pixels, wavelength: Pixels) -> Measures:
    """Measure spectra that share their wavelengths.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)`` [flux unit; its inverse square].
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)``, at least two [Angstrom].
    """
    good = (ivar > 0) & np.isfinite(flux)
    bad_share = 1.0 - good.mean(axis=1)
    with np.errstate(all="ignore"):  # a damaged file may hold anything
        # Half the precision is more than enough, and takes half the time.
        small, weight = single(flux, ivar)
        return Measures(
            bad_share=bad_share.astype(np.float32),
            snr=_median_snr(small, weight, good),
            gap=_widest_gap(good, wavelength).astype(np.float32),
            cosmics=np.count_nonzero(spikes(small, weight), axis=1).astype(np.uint16),
        )


def single(flux: Pixels, ivar: Pixels) -> tuple[Single, Single]:
    """Return spectra in half the precision, where need be in another unit of flux.

    In erg/s/cm2/Angstrom an inverse variance is beyond what half the precision can hold.
    Each spectrum has a unit of its own, a power of 2, so that nothing is rounded.
    """
    with np.errstate(all="ignore"):  # a damaged file may hold anything
        largest = ivar.max(axis=1, keepdims=True)
        if not ((largest > _LOWEST) & (largest < _HIGHEST)).all():
            largest = np.where(np.isfinite(ivar), ivar, 0.0).max(axis=1, keepdims=True)
            far = (largest > 0) & ((largest > _HIGHEST) | (largest < _LOWEST))
            power = np.where(far, np.frexp(np.sqrt(largest))[1], 0)
            flux, ivar = np.ldexp(flux, power), np.ldexp(ivar, -2 * power)
        return flux.astype(np.float32), ivar.astype(np.float32)


def _median_snr(flux: Single, ivar: Single, good: Mask) -> Single:
    # Pixels that are not good are sorted behind all others.
    ratio = flux * np.sqrt(np.where(good, ivar, np.float32(0)))
    ordered = np.sort(np.where(good, ratio, np.float32(np.inf)))
    n_good = good.sum(axis=1, keepdims=True)
    middle = [np.maximum(n_good - 1, 0) // 2, np.minimum(n_good // 2, good.shape[1] - 1)]
    low, high = (np.take_along_axis(ordered, place, axis=1) for place in middle)
    return np.where(n_good > 0, low / 2 + high / 2, np.float32(np.nan))[:, 0]


def _widest_gap(good: Mask, wavelength: Pixels) -> Pixels:
    widest = np.zeros(len(good))
    holed = np.flatnonzero(~good.all(axis=1))
    if not holed.size:
        return widest
    edges = np.concatenate([[0.0], np.cumsum(np.gradient(wavelength))])
    place = np.arange(1, good.shape[1] + 1)
    last_good = np.maximum.accumulate(np.where(good[holed], place, 0), axis=1)
    widest[holed] = (edges[place] - edges[last_good]).max(axis=1)
    return widest


def spikes(flux: Single, ivar: Single) -> Mask:
    """Single pixels that stand out from both neighbours and from the noise.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)``; the outermost three on either
        side are not judged.

    References
    ----------
    That sharpness tells a cosmic hit from a line is van Dokkum (2001), PASP 113, 1420.
    """
    hits = np.zeros(flux.shape, dtype=bool)
    n_inner = flux.shape[1] - 2 * _BASE
    if n_inner < 1:
        return hits
    good = (ivar > 0) & np.isfinite(flux)

    def at(values: npt.NDArray[Any], shift: int) -> npt.NDArray[Any]:
        return values[:, _BASE + shift : _BASE + shift + n_inner]

    with np.errstate(all="ignore"):
        variance = 1 / np.where(good, ivar, np.float32(np.inf))
        spike = at(flux, 0) - (at(flux, -_BESIDE) + at(flux, _BESIDE)) / 2
        height = at(flux, 0) - (at(flux, -_BASE) + at(flux, _BASE)) / 2
        noise = at(variance, 0) + (at(variance, -_BESIDE) + at(variance, _BESIDE)) / 4
        usable = at(good, 0) & at(good, -_BESIDE) & at(good, _BESIDE)
        # The shoulder of a deep absorption line is as sharp, but no peak.
        usable &= at(flux, 0) > np.maximum(at(flux, -_BESIDE), at(flux, _BESIDE))
        least = SPIKE_SIGMA * np.sqrt(noise)
        hit = (spike > SPIKE_SHARE * height) & (np.minimum(spike, height) > least)
    at(hits, 0)[:] = usable & hit
    return hits
