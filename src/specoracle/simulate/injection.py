"""Emission lines injected into spectra, observed or simulated, before the recipe.

The line is added to the flux as observed, at the spectrum's own resolution, with the
photon noise that its light would have brought. An equivalent width is **positive in
emission**, as in `specoracle.simulate.emission`.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from specoracle.errors import SpectrumError
from specoracle.simulate.absorption import RESOLUTION, SPEED_OF_LIGHT
from specoracle.simulate.emission import EmissionLine, line_profile
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]

UNRESOLVED = "unresolved"
"""Truth of two peaks that the spectrograph sees as one."""

BESIDE = (30.0, 90.0)
"""Distance from the line of what the continuum is taken from, on both sides [Angstrom]."""

WINDOW = 100.0
"""Length over which the noise of a fainter exposure is taken to be even [Angstrom]."""


def inject(
    spectrum: Spectrum,
    line: EmissionLine,
    *,
    rng: np.random.Generator,
    velocity: float = 0.0,
    resolution: float = RESOLUTION,
    continuum: Pixels | None = None,
) -> Spectrum:
    """Add an Hα line to a spectrum, with the line's own photon noise.

    The electrons behind a unit of flux follow from the continuum's own signal-to-noise
    ratio, as if all its noise were photon noise. Where sky and read-out contribute, the
    line's noise is overestimated by their share, never underestimated.

    Parameters
    ----------
    spectrum
        Raw, of a star without emission; it must reach 90 Angstrom to a side of Hα.
    line
        What to add; its Hβ counterpart is left out.
    rng
        Draws the noise.
    velocity
        Radial velocity of the star [km/s], positive away from us.
    resolution
        Resolving power λ/FWHM of the spectrum.
    continuum
        Level of the continuum, shape ``(n_pixels,)`` [unit of flux]; taken from both
        sides of the line when left out.

    Returns
    -------
    Spectrum
        A new one; what was unusable stays so.

    Raises
    ------
    SpectrumError
        If there is no continuum beside the line.

    Examples
    --------
    >>> wavelength = np.arange(6400.0, 6750.0)
    >>> one = np.ones(wavelength.size)
    >>> star = Spectrum(identifier="star", wavelength=wavelength, flux=one, ivar=1e8 * one)
    >>> line = EmissionLine(equivalent_width=4.0, width=100.0)
    >>> added = inject(star, line, rng=np.random.default_rng(1)).flux - 1.0
    >>> round(float(added.sum()), 1)
    4.0
    """
    level = line_continuum(spectrum, velocity) if continuum is None else continuum
    excess = level * line_profile(
        spectrum.wavelength,
        equivalent_width=line.equivalent_width,
        width=line.width,
        separation=line.separation,
        violet_to_red=line.violet_to_red,
        velocity=velocity,
        resolution=resolution,
    )
    extra = np.maximum(excess, 0.0) / _electrons(spectrum, velocity)
    flux = spectrum.flux + excess + rng.normal(0.0, 1.0, excess.size) * np.sqrt(extra)
    return replace(spectrum, flux=flux, ivar=_with_variance(spectrum.ivar, extra))


def injected_label(line: EmissionLine | None, *, resolution: float = RESOLUTION) -> str:
    """Class of an injected line as the spectrograph sees it.

    Returns
    -------
    str
        ``"double-peak"`` where the peaks are more than one full width at half maximum
        apart, both after the instrument; `UNRESOLVED` where there are two that are not;
        ``"emission"`` for one, ``"absorption"`` for no line.

    Examples
    --------
    >>> injected_label(EmissionLine(equivalent_width=9, width=100, separation=200))
    'double-peak'
    >>> injected_label(EmissionLine(equivalent_width=9, width=150, separation=200))
    'unresolved'
    """
    if line is None:
        return "absorption"
    if line.separation == 0.0:
        return "emission"
    seen = float(np.hypot(line.width, SPEED_OF_LIGHT / resolution))
    return "double-peak" if line.separation > seen else UNRESOLVED


def with_more_noise(
    spectrum: Spectrum, factor: float, *, rng: np.random.Generator
) -> Spectrum:
    """Add noise, as much as a fainter exposure would have.

    The standard deviation grows by a factor of 1 or more, where that of a pixel is the
    running median over 100 Angstrom. A single line on which a survey lowers ivar more is
    doubted, not noisier: a fifth of LAMOST's spectra have 3 to 4 times the standard
    deviation at Hα and no more scatter there than the others.
    """
    if factor < 1.0:
        raise SpectrumError(
            f"{spectrum.identifier}: expected noise to grow by a factor of 1 or more, got "
            f"{factor}. Noise cannot be taken out again."
        )
    extra = (factor**2 - 1.0) * usual_noise(spectrum) ** 2
    flux = spectrum.flux + rng.normal(0.0, 1.0, extra.size) * np.sqrt(extra)
    return replace(spectrum, flux=flux, ivar=_with_variance(spectrum.ivar, extra))


def usual_noise(spectrum: Spectrum) -> Pixels:
    """Running median of the standard deviation, shape ``(n_pixels,)`` [unit of flux].

    It passes over pixels that are not usable, and is 0 there.
    """
    good, noise = spectrum.good, np.zeros(spectrum.wavelength.size)
    if good.any():
        sigma = np.asarray(spectrum.ivar, np.float64)[good] ** -0.5
        step = float(np.median(np.diff(spectrum.wavelength)))
        noise[good] = median_filter(sigma, int(WINDOW / step) | 1, mode="nearest")
    return noise


def with_velocity(spectrum: Spectrum, velocity: float) -> Spectrum:
    """Move a spectrum by a radial velocity [km/s], positive away from us."""
    factor = 1.0 + velocity / SPEED_OF_LIGHT
    return replace(spectrum, wavelength=spectrum.wavelength * factor)


def line_continuum(spectrum: Spectrum, velocity: float = 0.0) -> Pixels:
    """Straight line through what lies on both sides of Hα, shape ``(n_pixels,)``.

    Raises
    ------
    SpectrumError
        If one of the sides has no usable pixel.
    """
    offset = spectrum.wavelength - HALPHA * (1.0 + velocity / SPEED_OF_LIGHT)
    sides = [_side(spectrum, offset, sign) for sign in (-1.0, 1.0)]
    (left, low), (right, high) = sides
    return low + (high - low) * (offset - left) / (right - left)


def _side(spectrum: Spectrum, offset: Pixels, sign: float) -> tuple[float, float]:
    """Mean offset [Angstrom] and median flux of one side."""
    near, far = BESIDE
    chosen = spectrum.good & (sign * offset >= near) & (sign * offset <= far)
    if not chosen.any():
        raise SpectrumError(
            f"{spectrum.identifier}: expected usable pixels {near:g} to {far:g} Å from Hα "
            "on both sides, got none on one. Choose another spectrum to inject into."
        )
    return float(offset[chosen].mean()), float(np.median(spectrum.flux[chosen]))


def _electrons(spectrum: Spectrum, velocity: float) -> float:
    """Inverse of the photon variance that a unit of flux brings, around the line."""
    offset = np.abs(spectrum.wavelength - HALPHA * (1.0 + velocity / SPEED_OF_LIGHT))
    chosen = spectrum.good & (offset <= BESIDE[1])
    ratio = np.median(spectrum.flux[chosen] * spectrum.ivar[chosen])
    return max(float(ratio), 1e-30)


def _with_variance(ivar: npt.NDArray[np.floating], extra: Pixels) -> Pixels:
    return ivar / (1.0 + ivar * extra)
