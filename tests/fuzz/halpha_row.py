"""A row of an archive by the recipe halpha, from an observed spectrum, by numpy alone."""

import numpy as np

# The recipe halpha: Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122.
GRID = np.linspace(6519.0, 6732.0, 140)
LARGEST_FLOAT = np.finfo(np.float32).max
CONSTANT, NOT_FINITE, NO_GOOD_PIXEL = 1, 2, 4


def faults_of(wavelength, flux, ivar):
    """Why the recipe cannot take a spectrum: keys of `astropy_oracle.FAULTS`."""
    if not (wavelength.shape == flux.shape == ivar.shape) or flux.ndim != 1:
        return ("shape",)
    if flux.size < 2:
        return ("shape",)
    if any(values.dtype.kind not in "fiu" for values in (wavelength, flux, ivar)):
        return ("numbers",)
    with np.errstate(all="ignore"):
        rising = np.all(np.diff(wavelength.astype(np.float64)) > 0)
        rising &= wavelength[0] > 0 and np.isfinite(wavelength[-1])
    covered = wavelength[0] <= GRID[0] and wavelength[-1] >= GRID[-1]
    return (() if rising else ("order",)) + (() if covered else ("window",))


def row_of(wavelength, flux, ivar):
    """Interpolate and scale: flux as scikit-learn's minmax_scale does, to [-1, 1]."""
    resampled = np.interp(GRID, wavelength, flux.astype(np.float64))
    weight = _interpolated_ivar(wavelength, flux, ivar)
    quality = 0 if (weight > 0).any() else NO_GOOD_PIXEL
    low, high = resampled.min(), resampled.max()
    half = high / 2 - low / 2
    if np.isfinite(resampled).all() and half > 0:
        factor = 2.0 / (high - low)
        scaled, offset, gain = (
            resampled * factor + (-1.0 - low * factor),
            low / 2 + high / 2,
            half,
        )
    else:
        finite = np.isfinite(resampled).all()
        quality |= CONSTANT if finite else NOT_FINITE
        scaled, offset, gain = np.zeros_like(GRID), low if finite else 0.0, 1.0
    return {
        "flux": scaled.astype(np.float32),
        "ivar": np.minimum(weight * gain * gain, LARGEST_FLOAT).astype(np.float32),
        "offset": offset,
        "gain": gain,
        "quality": quality,
    }


def _interpolated_ivar(wavelength, flux, ivar):
    """Variance of the weighted mean of two independent pixels: σ² = (1−t)²σ₁² + t²σ₂².

    0 where a pixel that takes part is unusable.
    """
    left = np.searchsorted(wavelength, GRID, side="right").clip(1, len(wavelength) - 1) - 1
    t = (GRID - wavelength[left]) / (wavelength[left + 1] - wavelength[left])
    ivar = ivar.astype(np.float64)
    variance = np.where((ivar > 0) & np.isfinite(flux), 1.0 / ivar, np.inf)
    before, after = (1 - t) ** 2, t**2
    total = np.where(before > 0, before * variance[left], 0.0)
    total = total + np.where(after > 0, after * variance[left + 1], 0.0)
    return np.where(np.isfinite(total), 1.0 / total, 0.0)
