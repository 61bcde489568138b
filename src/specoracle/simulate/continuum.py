"""The smooth part of a stellar spectrum: temperature, reddening, imperfect calibration.

Everything here is flux density per Angstrom in an arbitrary unit, as in LAMOST files,
which are calibrated in relative flux only.
"""

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError

Pixels = npt.NDArray[np.float64]

SECOND_RADIATION = 1.438776877e8
"""Second radiation constant hc/k [Angstrom K] (CODATA 2018)."""

# Teff of subtype 0 of each letter, with M9 as the last node: Pecaut & Mamajek (2013),
# ApJS 208, 9, table 5, rounded; O0 is extrapolated from O3 and O9.
_TEFF = {"O": 48000, "B": 31400, "A": 9700, "F": 7220, "G": 5930, "K": 5270, "M": 3850}
_TEFF_M9 = 2400

SUBTYPES = {
    "O": range(6, 10),
    "B": range(10),
    "A": range(10),
    "F": range(10),
    "G": range(10),
    "K": range(8),
    "M": range(7),
}
"""Subtypes that are simulated, by letter; K8 and K9 are hardly ever used."""

# Colour temperature of the Paschen continuum over Teff. Vega (Teff 9600 K) emits 2.3
# times more at 4000 than at 5500 Å (Hayes & Latham 1975, ApJ 197, 593), as a black body
# of 15,000 K does.
_COLOUR_NODES = (5000.0, 6000.0, 7200.0, 8500.0, 9600.0, 13000.0, 20000.0)
_COLOUR_RATIOS = (1.0, 1.03, 1.2, 1.45, 1.57, 1.45, 1.2)

# Share of the flux lost below the Balmer jump, qualitatively as in Gray & Corbally
# (2009), Stellar Spectral Classification, chapter 5.
_JUMP_NODES = (5000.0, 6000.0, 7000.0, 8500.0, 9500.0, 12000.0, 20000.0, 35000.0)
_JUMP_DEPTHS = (0.0, 0.05, 0.2, 0.45, 0.5, 0.35, 0.15, 0.0)


def effective_temperature(spectral_type: str) -> float:
    """Effective temperature of a dwarf [K].

    Parameters
    ----------
    spectral_type
        Letter and subtype, e.g. ``"A5"``.

    Raises
    ------
    SpectrumError
        If the letter or the subtype is unknown.

    References
    ----------
    Pecaut & Mamajek (2013), ApJS 208, 9, table 5; log Teff is interpolated linearly
    between subtypes 0.

    Examples
    --------
    >>> effective_temperature("G0"), round(effective_temperature("A5"))
    (5930.0, 8369)
    """
    letter, digits = spectral_type[:1], spectral_type[1:]
    if letter not in _TEFF or not (len(digits) == 1 and digits.isdecimal()):
        raise SpectrumError(
            f"Spectral type: expected a letter of {''.join(_TEFF)} and one digit, got "
            f"{spectral_type!r}. Write it as 'A5'."
        )
    nodes = [*_TEFF.values(), _TEFF_M9 * (_TEFF_M9 / _TEFF["M"]) ** (1 / 9)]
    position = list(_TEFF).index(letter) + int(digits) / 10
    return float(np.exp(np.interp(position, np.arange(len(nodes)), np.log(nodes))))


def planck(wavelength: Pixels, temperature: float) -> Pixels:
    r"""Black-body flux density, scaled to 1 at 5500 Angstrom.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    temperature
        Temperature of the black body [K].

    Returns
    -------
    Pixels
        Flux density per Angstrom, shape ``(n_pixels,)``, dimensionless.

    References
    ----------
    Planck's law, :math:`B_\lambda \propto \lambda^{-5} / (e^{hc/\lambda kT} - 1)`.

    Examples
    --------
    >>> planck(np.array([4000.0, 5500.0]), 15000.0).round(2)
    array([2.32, 1.  ])
    """
    reference = np.expm1(SECOND_RADIATION / (5500.0 * temperature))
    exponential = np.expm1(SECOND_RADIATION / (wavelength * temperature))
    return (5500.0 / wavelength) ** 5 * reference / exponential


def photosphere(wavelength: Pixels, teff: float) -> Pixels:
    """Continuum of a star without lines, scaled to about 1 at 5500 Angstrom.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    teff
        Effective temperature [K].

    Returns
    -------
    Pixels
        Flux density per Angstrom, shape ``(n_pixels,)``, dimensionless.
    """
    colour = teff * float(np.interp(teff, _COLOUR_NODES, _COLOUR_RATIOS))
    depth = float(np.interp(teff, _JUMP_NODES, _JUMP_DEPTHS))
    # The jump at 3646 Å looks shifted to the red, because the last lines merge.
    jump = 1.0 - depth / (1.0 + np.exp((wavelength - 3765.0) / 25.0))
    return planck(wavelength, colour) * jump


def reddening(wavelength: Pixels, extinction: float) -> Pixels:
    """Transmission of interstellar dust.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    extinction
        Extinction A_V at 5500 Angstrom [mag].

    Returns
    -------
    Pixels
        Transmission, shape ``(n_pixels,)``, dimensionless.

    References
    ----------
    The optical part of the law of Cardelli, Clayton & Mathis (1989), ApJ 345, 245,
    approximated by a power of wavelength, -1.3.

    Examples
    --------
    >>> reddening(np.array([5500.0]), 2.5).round(3)
    array([0.1])
    """
    return 10.0 ** (-0.4 * extinction * (wavelength / 5500.0) ** -1.3)


def calibration_error(
    wavelength: Pixels, rng: np.random.Generator, *, amplitude: float = 0.06
) -> Pixels:
    """Draw a smooth factor by which the flux calibration is wrong.

    Low orders as from a poorly known response curve and, in some spectra, a misfit of
    the two arms of the spectrograph at 5900 Angstrom.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    rng
        Source of randomness.
    amplitude
        Typical size of each order, dimensionless.

    Returns
    -------
    Pixels
        Factor near 1, shape ``(n_pixels,)``, dimensionless.
    """
    position = 2.0 * (wavelength - wavelength[0]) / np.ptp(wavelength) - 1.0
    orders = rng.normal(0.0, amplitude, 7) / np.array([np.inf, 1, 1, 1.5, 2, 3, 4])
    smooth = np.exp(np.polynomial.legendre.legval(position, orders))
    misfit = rng.normal(0.0, 0.08 if rng.random() < 0.25 else 0.006)
    decay = np.where(wavelength < 5900.0, 25.0, 110.0)
    return smooth * (1.0 + misfit * np.exp(-np.abs(wavelength - 5900.0) / decay))
