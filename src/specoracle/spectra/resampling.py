"""Linear interpolation of flux and inverse variance onto a grid."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]


class Resampled(NamedTuple):
    """Flux and inverse variance on a grid, each of shape ``(n_grid,)``."""

    flux: Pixels
    ivar: Pixels


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
    flux = np.interp(wavelength, spectrum.wavelength, spectrum.flux)
    right = np.searchsorted(spectrum.wavelength, wavelength, side="right")
    right = np.clip(right, 1, spectrum.wavelength.size - 1)
    left = right - 1
    step = spectrum.wavelength[right] - spectrum.wavelength[left]
    fraction = (wavelength - spectrum.wavelength[left]) / step
    usable = np.where(spectrum.good, spectrum.ivar, 0.0).astype(np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        variance = np.where(usable > 0, 1.0 / usable, np.inf)
    parts = (
        _weighted(variance[left], 1 - fraction),
        _weighted(variance[right], fraction),
    )
    total = parts[0] + parts[1]
    with np.errstate(divide="ignore"):
        return Resampled(flux, np.where(np.isfinite(total), 1.0 / total, 0.0))


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


def _weighted(variance: Pixels, weight: Pixels) -> Pixels:
    """Return weight² · variance, where a pixel of weight 0 takes no part."""
    scaled = np.zeros_like(variance)
    np.multiply(weight**2, variance, out=scaled, where=weight > 0)
    return scaled
