"""Matched filters: how much of a narrow line there is at a wavelength, and how sure.

At each centre a Gaussian as narrow as the spectrograph makes it is fitted to the pixels
nearby, together with a straight line that takes the continuum. Such a fit needs only
sums over pixels, which are matrix products for all spectra and all centres at once.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

LIGHT = 299792.458
"""Speed of light [km/s], by definition of the metre."""

RESOLUTION = 1800.0
"""λ / FWHM of LAMOST at low resolution: Zhao et al. (2012), RAA 12, 723."""

REACH = 2.75
"""Half the width of a fit in FWHM: room for the straight line on both sides of a line."""

SIGMA_PER_FWHM = 1 / np.sqrt(8 * np.log(2))

_LEAST = 0.1
"""Share of what is known of a line that the straight line must leave."""

_STEP = 3.0
"""Distance of the places where `noise_scale` looks for lines [Angstrom]."""

_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


class Lines(NamedTuple):
    """Fitted lines, each of shape ``(n_spectra, n_centres)``.

    Attributes
    ----------
    strength
        Flux of the line [flux unit · Angstrom], negative in absorption.
    ivar
        Inverse variance of ``strength``; 0 where there is nothing to fit.
    """

    strength: Pixels
    ivar: Pixels

    @property
    def significance(self) -> Pixels:
        """Strength over its standard deviation; 0 where there is nothing to fit."""
        return self.strength * np.sqrt(self.ivar)


@dataclass(frozen=True, eq=False)
class Filters:
    """Filters at some places of a wavelength axis.

    Parameters
    ----------
    wavelength
        Vacuum wavelength of the pixels, shape ``(n_pixels,)`` [Angstrom].
    centres
        Vacuum wavelength of the lines, shape ``(n_centres,)`` [Angstrom]. What lies
        outside the pixels, or within half a FWHM of their ends, is not fitted.
    resolution
        λ / FWHM of the lines.
    reach
        Half the width of a fit in FWHM.
    """

    wavelength: Pixels
    centres: Pixels
    resolution: float = RESOLUTION
    reach: float = REACH

    @cached_property
    def _columns(self) -> tuple[Pixels, Pixels]:
        """What pixels are summed with: their weights, and weights times flux."""
        fwhm = self.centres / self.resolution
        first, last = self.wavelength[[0, -1]]
        inside = (self.centres > first + fwhm / 2) & (self.centres < last - fwhm / 2)
        away = (self.wavelength[:, None] - self.centres) / fwhm
        near = np.where(inside & (np.abs(away) <= self.reach), 1.0, 0.0)
        x = near * away
        height = 1 / (np.sqrt(2 * np.pi) * SIGMA_PER_FWHM * fwhm)
        line = near * height * np.exp(-0.5 * (away / SIGMA_PER_FWHM) ** 2)
        weights = (near, x, x * x, line, line * x, line * line)
        return np.concatenate(weights, axis=1), np.concatenate((near, x, line), axis=1)

    def fit(self, flux: Pixels, ivar: Pixels) -> Lines:
        """Fit each line by itself.

        Parameters
        ----------
        flux, ivar
            Observed pixels, shape ``(n_spectra, n_pixels)`` [flux unit; its inverse
            square]. Those of ivar 0 take no part.

        Notes
        -----
        Weighted least squares for y = strength · line + a + b · x. The normal equations
        (Press et al., Numerical Recipes, 3rd ed., section 15.4.1) are solved for the
        strength alone, by eliminating a and b.
        """
        shares, weight, unit, top = _normalised(flux, ivar)
        of_weights, of_flux = self._columns
        w0, w1, w2, g0, g1, gg = np.split(weight @ of_weights, 6, axis=1)
        y0, y1, gy = np.split((weight * shares) @ of_flux, 3, axis=1)
        with np.errstate(all="ignore"):
            determinant = w0 * w2 - w1 * w1
            p0 = (g0 * w2 - g1 * w1) / determinant
            p1 = (g1 * w0 - g0 * w1) / determinant
            known_of_line = gg - g0 * p0 - g1 * p1
            strength = (gy - y0 * p0 - y1 * p1) / known_of_line * unit
            inverse = known_of_line * top
            told = (determinant > 1e-9 * w0 * w0) & (known_of_line > _LEAST * gg)
            told &= np.isfinite(strength) & np.isfinite(inverse)
        return Lines(np.where(told, strength, 0.0), np.where(told, inverse, 0.0))


def noise_scale(
    flux: Pixels, ivar: Pixels, wavelength: Pixels, resolution: float = RESOLUTION
) -> Pixels:
    """How much more filters scatter in each spectrum than its ivar says; at least 1.

    Weak lines of the star scatter a filter, and so does noise that neighbouring pixels
    share after resampling. What a line must stand out from is that.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)``.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    resolution
        λ / FWHM of the lines.

    Returns
    -------
    Pixels
        Median absolute significance of filters all over the window, in units of what it
        is for a normal distribution; shape ``(n_spectra,)``.
    """
    places = np.arange(wavelength[0], wavelength[-1], _STEP)
    fitted = Filters(wavelength, places, resolution).fit(flux, ivar)
    known = fitted.ivar > 0
    # Places that are not known are sorted behind all others.
    ordered = np.sort(np.where(known, np.abs(fitted.significance), np.inf))
    count = known.sum(axis=1)
    ends = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, places.size - 1)
    low, high = (np.take_along_axis(ordered, end[:, None], axis=1) for end in ends)
    median = np.where(count[:, None] > 0, low / 2 + high / 2, 0.0)[:, 0]
    return np.maximum(1.0, _MAD * median)


def _normalised(flux: Pixels, ivar: Pixels) -> tuple[Pixels, Pixels, Pixels, Pixels]:
    """Flux about its mean in a unit of its own, weights up to 1, and what undoes both.

    Sums of raw values lose digits, and overflow for what damaged files hold.
    """
    with np.errstate(all="ignore"):
        good = (ivar > 0) & np.isfinite(flux) & np.isfinite(ivar)
        top = _largest(np.where(good, ivar, 0.0))
        weight = np.where(good, ivar, 0.0) / top
        unit = _largest(np.where(good, np.abs(flux), 0.0))
        shares = np.where(good, flux, 0.0) / unit
        total = np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        mean = (weight * shares).sum(axis=1, keepdims=True) / total
    # The strength is in the flux's unit, its inverse variance in that of ivar.
    return np.where(good, shares - mean, 0.0), weight, unit, top


def _largest(values: Pixels) -> Pixels:
    top = values.max(axis=1, keepdims=True, initial=0.0)
    return np.where(top > 0, top, 1.0)
