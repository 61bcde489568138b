"""Emission profiles of Hα and Hβ, to make stars with or to inject into real spectra.

An equivalent width is **positive in emission** here: the area of the line above the
continuum, in units of the continuum. The three classes of profile are `LABELS`; a
double peak is called one only where the peaks are further apart than the instrument
blurs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError
from specoracle.simulate.absorption import (
    FWHM_PER_SIGMA,
    RESOLUTION,
    SPEED_OF_LIGHT,
    instrumental_sigma,
)
from specoracle.spectra.lines import HALPHA, LINES

Pixels = npt.NDArray[np.float64]

LABELS = ("absorption", "emission", "double-peak")
"""Classes of Hα profile that are simulated."""

INSTRUMENTAL_FWHM = SPEED_OF_LIGHT / RESOLUTION
"""Width of an unresolved line at R = 1800 [km/s], 167."""

# Two equal Gaussians show a dip between them when they are more than 0.85 FWHM apart;
# from 1.15 on the dip is deeper than 15 % of the peaks.
_VISIBLE_DIP = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionLine:
    """An Hα profile and its weaker Hβ counterpart.

    Attributes
    ----------
    equivalent_width
        Area of Hα above the continuum [Angstrom], positive in emission.
    width
        Full width at half maximum of each peak before the instrument [km/s].
    separation
        Distance of the two peaks before the instrument [km/s]; 0 for one peak.
    violet_to_red
        Area of the violet peak over that of the red one (V/R), dimensionless.
    hbeta_share
        Equivalent width of Hβ over that of Hα, dimensionless.
    """

    equivalent_width: float
    width: float
    separation: float = 0.0
    violet_to_red: float = 1.0
    hbeta_share: float = 0.2

    def __post_init__(self) -> None:
        if not (self.width >= 0 and self.separation >= 0 and self.violet_to_red > 0):
            raise SpectrumError(
                "Emission line: expected width and separation of 0 km/s or more and a "
                f"positive V/R, got {self.width}, {self.separation} and "
                f"{self.violet_to_red}. Correct the line."
            )


def line_profile(
    wavelength: Pixels,
    *,
    equivalent_width: float,
    width: float,
    separation: float = 0.0,
    violet_to_red: float = 1.0,
    centre: float = HALPHA,
    velocity: float = 0.0,
    resolution: float = RESOLUTION,
) -> Pixels:
    """Excess over the continuum, in units of the continuum, at a resolving power.

    One Gaussian, or two of them `separation` apart, each convolved with the instrument.
    The integral over wavelength is the equivalent width.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    equivalent_width
        Area of the line [Angstrom]; positive in emission, negative in absorption.
    width
        Full width at half maximum of each peak before the instrument [km/s].
    separation
        Distance of the two peaks [km/s]; 0 for one peak.
    violet_to_red
        Area of the violet peak over that of the red one, dimensionless.
    centre
        Vacuum wavelength of the line at rest [Angstrom].
    velocity
        Radial velocity of the star [km/s], positive away from us.
    resolution
        Resolving power λ/FWHM of the spectrograph.

    Returns
    -------
    Pixels
        Excess, shape ``(n_pixels,)``, dimensionless; add it times the continuum.

    Examples
    --------
    >>> wavelength = np.arange(6500.0, 6630.0, 0.5)
    >>> excess = line_profile(wavelength, equivalent_width=8.0, width=100.0)
    >>> round(float(excess.sum()) * 0.5, 3)
    8.0
    """
    observed = centre * (1.0 + velocity / SPEED_OF_LIGHT)
    shift = (wavelength / observed - 1.0) * SPEED_OF_LIGHT
    sigma = instrumental_sigma(resolution, width / FWHM_PER_SIGMA)
    violet = violet_to_red / (1.0 + violet_to_red)
    density = violet * _gaussian(shift + separation / 2.0, sigma)
    density += (1.0 - violet) * _gaussian(shift - separation / 2.0, sigma)
    return equivalent_width * density * SPEED_OF_LIGHT / observed


def add_emission(
    wavelength: Pixels,
    flux: Pixels,
    *,
    continuum: Pixels | float,
    line: EmissionLine,
    velocity: float = 0.0,
    resolution: float = RESOLUTION,
) -> Pixels:
    """Add Hα and Hβ emission to a spectrum, simulated or real.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux
        Flux density, shape ``(n_pixels,)`` [flux unit of the survey].
    continuum
        Level of the continuum, shape ``(n_pixels,)`` or one number [same unit].
    line
        What to add.
    velocity
        Radial velocity of the star [km/s].
    resolution
        Resolving power λ/FWHM of the spectrum.

    Returns
    -------
    Pixels
        A new flux, shape ``(n_pixels,)`` [same unit].

    Examples
    --------
    >>> line = EmissionLine(equivalent_width=5.0, width=150.0)
    >>> add_emission(np.array([6564.6]), np.ones(1), continuum=1.0, line=line).round(1)
    array([2.])
    """
    lines = ((HALPHA, 1.0), (LINES["Hβ"], line.hbeta_share))
    excess = [
        line_profile(
            wavelength,
            equivalent_width=line.equivalent_width * share,
            width=line.width,
            separation=line.separation,
            violet_to_red=line.violet_to_red,
            centre=centre,
            velocity=velocity,
            resolution=resolution,
        )
        for centre, share in lines
    ]
    return flux + continuum * (excess[0] + excess[1])


def draw_emission(rng: np.random.Generator, label: str) -> EmissionLine:
    """Draw a line of class ``"emission"`` or ``"double-peak"``.

    Equivalent widths are log-normal from a few to some 60 Angstrom, peak separations
    200 to 450 km/s: the ranges of discs of Be stars. Half of the single peaks hold two
    that the instrument cannot tell apart.

    Parameters
    ----------
    rng
        Source of randomness.
    label
        ``"emission"`` or ``"double-peak"``.

    Raises
    ------
    SpectrumError
        If the label is no class of emission.

    References
    ----------
    Hanuschik (1989), Ap&SS 161, 61, and Porter & Rivinius (2003), PASP 115, 1153,
    section 3, for separations, widths and V/R of Be stars; the ranges, not the shapes
    of the distributions, are from there.

    Examples
    --------
    >>> line = draw_emission(np.random.default_rng(1), "double-peak")
    >>> line.separation > INSTRUMENTAL_FWHM
    True
    """
    if label not in LABELS[1:]:
        raise SpectrumError(
            f"Emission line: expected a label of {', '.join(LABELS[1:])}, got "
            f"{label!r}. Absorption spectra have no emission to draw."
        )
    double = label == "double-peak"
    median, low, high = (12.0, 6.0, 50.0) if double else (9.0, 2.0, 65.0)
    strength = float(np.clip(median * np.exp(rng.normal(0.0, 0.6)), low, high))
    separation, width = _disc(rng) if double else _unresolved(rng)
    return EmissionLine(
        equivalent_width=strength,
        width=width,
        separation=separation,
        violet_to_red=float(np.exp(np.clip(rng.normal(0.0, 0.1), -0.2, 0.2))),
        hbeta_share=float(rng.uniform(0.1, 0.3)),
    )


def _disc(rng: np.random.Generator) -> tuple[float, float]:
    """Draw separation and width [km/s] of two peaks with a visible dip."""
    separation = float(np.clip(rng.normal(280.0, 60.0), 205.0, 450.0))
    widest = np.sqrt((separation / _VISIBLE_DIP) ** 2 - INSTRUMENTAL_FWHM**2)
    return separation, float(widest * rng.uniform(0.4, 0.95))


def _unresolved(rng: np.random.Generator) -> tuple[float, float]:
    """Draw separation and width [km/s] that look like one peak."""
    separation = float(rng.uniform(30.0, 120.0)) if rng.random() < 0.5 else 0.0
    return separation, float(rng.uniform(60.0, 320.0))


def _gaussian(shift: Pixels, sigma: float) -> Pixels:
    return np.exp(-0.5 * (shift / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))
