"""Absorption lines of stars from O to M at the resolution of LAMOST.

Lines are Voigt profiles whose Gaussian part holds the instrument and the rotation of
the star, so they keep their equivalent width whatever the resolution. Below them lies a
forest of unresolved metal lines that is the same in all stars and differs in strength.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d
from scipy.special import voigt_profile

from specoracle.simulate.strengths import (
    METAL_LINES,
    PASCHEN_SHARES,
    balmer_shares,
    damping_width,
    line_strength,
)
from specoracle.spectra.lines import HALPHA

Pixels = npt.NDArray[np.float64]

SPEED_OF_LIGHT = 299792.458
"""Speed of light [km/s]."""

RESOLUTION = 1800.0
"""Resolving power λ/FWHM of LAMOST (Zhao et al. 2012, RAA 12, 723)."""

FWHM_PER_SIGMA = 2.0 * float(np.sqrt(2.0 * np.log(2.0)))
"""Full width at half maximum of a Gaussian of unit standard deviation."""

RYDBERG_HYDROGEN = 1.0967758e-3
"""Rydberg constant of hydrogen [1 / Angstrom]."""


def hydrogen_line(lower: int, upper: int) -> float:
    r"""Vacuum wavelength of a hydrogen line [Angstrom].

    References
    ----------
    Rydberg's formula, :math:`1/\lambda = R_H (1/n_1^2 - 1/n_2^2)`.

    Examples
    --------
    >>> round(hydrogen_line(2, 4), 1)  # Hβ
    4862.7
    """
    return 1.0 / (RYDBERG_HYDROGEN * (1.0 / lower**2 - 1.0 / upper**2))


def line_transmission(
    wavelength: Pixels,
    *,
    teff: float,
    velocity: float = 0.0,
    rotation: float = 0.0,
    metals: float = 1.0,
    resolution: float = RESOLUTION,
) -> Pixels:
    """Share of the continuum that the lines let through.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom], strictly increasing.
    teff
        Effective temperature [K].
    velocity
        Radial velocity of the star [km/s], positive away from us.
    rotation
        Standard deviation of the rotational broadening [km/s].
    metals
        Factor on all lines but those of hydrogen and helium, dimensionless.
    resolution
        Resolving power λ/FWHM of the spectrograph.

    Returns
    -------
    Pixels
        Transmission from 0.02 to 1, shape ``(n_pixels,)``, dimensionless.

    Examples
    --------
    >>> line_transmission(np.array([6500.0, 6564.6]), teff=9500.0).round(1)
    array([1. , 0.5])
    """
    at_rest = wavelength / (1.0 + velocity / SPEED_OF_LIGHT)
    sigma = instrumental_sigma(resolution, rotation) / SPEED_OF_LIGHT
    strength = line_strength("forest", teff) * metals
    log_grid, opacity = _forest()
    transmission = np.exp(-strength * np.interp(np.log(at_rest), log_grid, opacity))
    _absorb_hydrogen(transmission, at_rest, teff=teff, sigma=sigma)
    for line in METAL_LINES:
        helium = line.element.startswith("He")
        width = line_strength(line.element, teff) * (1.0 if helium else metals)
        _absorb(
            transmission,
            at_rest,
            line.wavelength,
            equivalent_width=width * line.share,
            sigma=sigma,
            damping=damping_width(line.element, teff),
        )
    return np.maximum(transmission, 0.02)


def instrumental_sigma(resolution: float = RESOLUTION, *others: float) -> float:
    """Add the instrument's standard deviation [km/s] to others in quadrature.

    Examples
    --------
    >>> round(instrumental_sigma(1800.0) * FWHM_PER_SIGMA)
    167
    """
    return float(np.hypot.reduce([SPEED_OF_LIGHT / resolution / FWHM_PER_SIGMA, *others]))


def _absorb_hydrogen(
    transmission: Pixels, wavelength: Pixels, *, teff: float, sigma: float
) -> None:
    strength = line_strength("Hα", teff)
    damping = damping_width("Hα", teff)
    shares = balmer_shares(teff)
    lines = [(hydrogen_line(2, upper), share) for upper, share in enumerate(shares, 3)]
    lines[0] = (HALPHA, 1.0)
    # Paschen lines show in A and hotter stars only.
    paschen = float(np.interp(teff, (6500.0, 8500.0), (0.0, 0.45)))
    lines += [
        (hydrogen_line(3, upper), paschen * share)
        for upper, share in PASCHEN_SHARES.items()
    ]
    for centre, share in lines:
        _absorb(
            transmission,
            wavelength,
            centre,
            equivalent_width=strength * float(share),
            sigma=sigma,
            damping=damping * (1.2 if centre < 5000.0 else 1.0),
        )


def _absorb(
    transmission: Pixels,
    wavelength: Pixels,
    centre: float,
    *,
    equivalent_width: float,
    sigma: float,
    damping: float,
) -> None:
    """Multiply one line into ``transmission``; ``sigma`` is in units of the centre."""
    if equivalent_width < 1e-3:
        return
    reach = 6.0 * sigma * centre + 12.0 * damping
    start, stop = np.searchsorted(wavelength, (centre - reach, centre + reach))
    offset = wavelength[start:stop] - centre
    profile = voigt_profile(offset, sigma * centre, damping / 2.0)
    transmission[start:stop] *= 1.0 - np.minimum(equivalent_width * profile, 0.97)


@lru_cache(maxsize=1)
def _forest() -> tuple[Pixels, Pixels]:
    """Optical depth of the unresolved metal lines in the Sun against ln λ.

    The positions are made up, but always the same: every star has the same lines.
    """
    rng = np.random.default_rng(20200704)
    step = 5e-5
    log_grid = np.arange(np.log(3600.0), np.log(9300.0), step)
    nodes = (3600, 3900, 3960, 4010, 4350, 4600, 5000, 5300, 5700, 6200, 7000, 9300)
    mean = (0.5, 0.5, 0.5, 0.25, 0.24, 0.13, 0.11, 0.09, 0.045, 0.03, 0.012, 0.012)
    lines = rng.choice(log_grid.size, 6000)
    depths = rng.gamma(0.7, 1.0, lines.size)
    comb = np.bincount(lines, depths, log_grid.size) * log_grid.size / depths.sum()
    sigma = instrumental_sigma(RESOLUTION, 10.0) / SPEED_OF_LIGHT / step
    # Towards the blue the lines crowd into a continuum of their own.
    wavelength = np.exp(log_grid)
    single = np.interp(wavelength, (3900.0, 4600.0), (0.45, 1.0))
    spread = 1.0 + single * (gaussian_filter1d(comb, sigma) - 1.0)
    return log_grid, spread * np.interp(wavelength, nodes, mean)
