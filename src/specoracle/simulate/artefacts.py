"""What looks like a line and is none: artefacts, and light that is not the star's.

Each function returns a new spectrum with one fault near Hα. All sizes are in units of the
continuum or of the noise beside the line, so they fit any survey.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from specoracle.simulate.absorption import RESOLUTION
from specoracle.simulate.emission import EmissionLine, line_profile
from specoracle.simulate.injection import inject, line_continuum
from specoracle.spectra.lines import HALPHA, NEBULAR_LINES
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]

NEBULAR = {
    "[N II] 6550": 1.0,
    "[N II] 6585": 3.05,
    "[S II] 6718": 1.6,
    "[S II] 6733": 1.2,
}
"""Relative strengths in an H II region; the ratio of the two of [N II] is fixed by atomic
physics (Storey & Zeippen 2000, MNRAS 312, 813)."""

REACH = 100.0
"""How far from Hα a fault lies at most [Angstrom]."""


def cosmic_hit(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """One to three hits of one or two pixels, somewhere around Hα."""
    flux = np.array(spectrum.flux, np.float64)
    scale = float(np.median(line_continuum(spectrum)))
    for _ in range(int(rng.integers(1, 4))):
        pixel = _pixel(spectrum, rng)
        height = scale * float(rng.lognormal(0.0, 0.8))
        flux[pixel : pixel + 2] += height * np.array([1.0, rng.uniform(0.0, 0.7)])
    return replace(spectrum, flux=flux)


def sky_residual(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """A sky line subtracted from where it was not: one side up, the other down."""
    pixel = _pixel(spectrum, rng)
    centre = spectrum.wavelength[pixel]
    sigma = centre / RESOLUTION / 2.355
    offset = (spectrum.wavelength - centre) / sigma
    noise = _noise(spectrum)
    height = noise * float(rng.uniform(5.0, 25.0)) * rng.choice([-1.0, 1.0])
    wiggle = offset * np.exp(-0.5 * offset**2)
    over = rng.uniform(0.0, 1.0) * np.exp(-0.5 * offset**2)
    return replace(spectrum, flux=spectrum.flux + height * (wiggle + over))


def bad_column(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """A few pixels of nothing, which the pipeline did not flag."""
    pixel, width = _pixel(spectrum, rng), int(rng.integers(1, 5))
    flux = np.array(spectrum.flux, np.float64)
    flux[pixel : pixel + width] *= rng.uniform(0.0, 0.3)
    return replace(spectrum, flux=flux)


def constant_stretch(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """A stretch of one value, marked unusable as where two arms meet."""
    pixel, width = _pixel(spectrum, rng), int(rng.integers(10, 60))
    flux = np.array(spectrum.flux, np.float64)
    ivar = np.array(spectrum.ivar, np.float64)
    flux[pixel : pixel + width] = flux[pixel]
    ivar[pixel : pixel + width] = 0.0
    return replace(spectrum, flux=flux, ivar=ivar)


def nebular(spectrum: Spectrum, rng: np.random.Generator) -> Spectrum:
    """Light of an H II region in the fibre: narrow Hα with [N II] and [S II]."""
    strength = float(rng.lognormal(0.7, 0.6))
    velocity = float(rng.normal(0.0, 30.0))
    line = EmissionLine(equivalent_width=strength, width=30.0)
    added = inject(spectrum, line, rng=rng, velocity=velocity)
    share = float(rng.uniform(0.06, 0.2))
    level = line_continuum(spectrum)
    flux = np.array(added.flux, np.float64)
    for name, relative in NEBULAR.items():
        flux += level * line_profile(
            spectrum.wavelength,
            equivalent_width=strength * share * relative,
            width=30.0,
            centre=NEBULAR_LINES[name],
            velocity=velocity,
        )
    return replace(added, flux=flux)


FAULTS: dict[str, Callable[[Spectrum, np.random.Generator], Spectrum]] = {
    "cosmic hit": cosmic_hit,
    "sky residual": sky_residual,
    "bad column": bad_column,
    "constant stretch": constant_stretch,
    "nebular": nebular,
}
"""Every fault by the name it has in the table of truth."""


def detectable_width(spectrum: Spectrum) -> float:
    """Equivalent width that is one standard deviation of the noise [Angstrom].

    Of an unresolved line, over one resolution element: its pixels' noise in quadrature.

    References
    ----------
    Cayrel (1988), IAU Symposium 132, 345, up to a factor of order one.
    """
    step = float(np.median(np.diff(spectrum.wavelength)))
    element = HALPHA / RESOLUTION
    level = abs(float(np.median(line_continuum(spectrum))))
    return 1.5 * float(np.sqrt(step * element)) * _noise(spectrum) / max(level, 1e-30)


def _pixel(spectrum: Spectrum, rng: np.random.Generator) -> int:
    near = np.flatnonzero(np.abs(spectrum.wavelength[:-4] - HALPHA) <= REACH)
    return int(rng.choice(near))


def _noise(spectrum: Spectrum) -> float:
    near = spectrum.good & (np.abs(spectrum.wavelength - HALPHA) <= REACH)
    return float(np.median(np.asarray(spectrum.ivar, np.float64)[near] ** -0.5))
