"""Molecular bands of cool stars, each a band head that fades away to one side."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.simulate.absorption import SPEED_OF_LIGHT

Pixels = npt.NDArray[np.float64]


class Band(NamedTuple):
    """One band: head [Angstrom, vacuum], depth there and reach [Angstrom].

    A negative ``reach`` fades towards the blue, a positive one towards the red.
    """

    molecule: str
    head: float
    depth: float
    reach: float


BANDS = (
    Band("TiO", 4763.0, 0.40, 70.0),
    Band("TiO", 4956.0, 0.45, 90.0),
    Band("TiO", 5169.0, 0.50, 110.0),
    Band("TiO", 5450.0, 0.35, 110.0),
    Band("TiO", 5849.0, 0.40, 120.0),
    Band("TiO", 6161.0, 0.50, 140.0),
    Band("TiO", 6653.0, 0.42, 140.0),
    Band("TiO", 7056.0, 0.60, 170.0),
    Band("TiO", 7591.0, 0.50, 130.0),
    Band("TiO", 8207.0, 0.12, 90.0),
    Band("TiO", 8434.0, 0.30, 90.0),
    Band("TiO", 8862.0, 0.35, 150.0),
    Band("CaH", 6391.0, 0.25, -14.0),
    Band("CaH", 6832.0, 0.20, -40.0),
    Band("CaH", 6948.0, 0.22, -30.0),
    Band("MgH", 4785.0, 0.18, -50.0),
    Band("MgH", 5213.0, 0.48, -110.0),
    Band("CN", 3884.0, 0.38, -45.0),
    Band("CN", 4217.0, 0.12, -50.0),
    Band("CH", 4316.0, 0.33, -16.0),
)
"""Bands with their depth where the molecule is strongest.

References
----------
Heads: Pearse & Gaydon (1976), The Identification of Molecular Spectra; CaH: Reid,
Hawley & Gizis (1995), AJ 110, 1838. Depths and reaches are by eye.
"""

# Strength of each molecule against Teff [K], relative to its maximum.
_STRENGTHS = {
    "TiO": ((3100.0, 3500.0, 3850.0, 4100.0, 4400.0), (1.0, 0.75, 0.42, 0.15, 0.0)),
    "CaH": ((3100.0, 3850.0, 4300.0), (1.0, 0.4, 0.0)),
    "MgH": ((3200.0, 4200.0, 4700.0, 5300.0, 5900.0), (0.3, 1.0, 0.7, 0.2, 0.0)),
    "CN": ((3500.0, 4800.0, 5800.0, 6600.0), (0.5, 1.0, 0.8, 0.0)),
    "CH": (
        (3500.0, 4500.0, 5200.0, 5900.0, 6600.0, 7200.0),
        (0.4, 1, 1.0, 0.9, 0.4, 0),
    ),
}


def band_transmission(
    wavelength: Pixels, *, teff: float, velocity: float = 0.0, metals: float = 1.0
) -> Pixels:
    """Share of the continuum that the molecules let through.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    teff
        Effective temperature [K].
    velocity
        Radial velocity of the star [km/s], positive away from us.
    metals
        Factor on all depths, dimensionless.

    Returns
    -------
    Pixels
        Transmission from 0 to 1, shape ``(n_pixels,)``, dimensionless.

    Examples
    --------
    >>> band_transmission(np.array([7040.0, 7080.0]), teff=3200.0).round(1)
    array([1. , 0.5])
    """
    at_rest = wavelength / (1.0 + velocity / SPEED_OF_LIGHT)
    transmission = np.ones_like(at_rest)
    for band in BANDS:
        depth = band.depth * metals * float(np.interp(teff, *_STRENGTHS[band.molecule]))
        if depth > 0.0:
            transmission *= 1.0 - min(depth, 0.95) * _shape(at_rest, band)
    return transmission


def _shape(wavelength: Pixels, band: Band) -> Pixels:
    distance = (wavelength - band.head) * np.sign(band.reach)
    inside = np.maximum(distance, 0.0)
    edge = 1.0 / (1.0 + np.exp(np.clip(-distance / 3.0, -50.0, 50.0)))
    return edge * np.exp(-inside / abs(band.reach))
