"""Wavelengths in air and in vacuum.

Inside the package every wavelength is in Angstrom **in vacuum**. Loaders convert on the way
in, plots may convert on the way out; nothing in between has to ask.
"""

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError

Wavelength = npt.NDArray[np.float64]

SHORTEST = 2000.0
"""Shorter wavelengths [Angstrom] are given in vacuum by convention, and the formulae of the
refractive index of air do not hold."""


def air_to_vacuum(wavelength: Wavelength) -> Wavelength:
    """Convert wavelengths measured in air to wavelengths in vacuum.

    Parameters
    ----------
    wavelength
        Air wavelength, shape ``(n_pixels,)`` [Angstrom], above 2000 Angstrom.

    Returns
    -------
    Wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].

    Raises
    ------
    SpectrumError
        If a wavelength is at or below 2000 Angstrom.

    References
    ----------
    Inverse of Ciddor (1996), Applied Optics 35, 1566, in the form given by N. Piskunov for
    VALD.

    Examples
    --------
    >>> round(float(air_to_vacuum(np.array([6562.80]))[0]), 2)
    6564.61
    """
    _check(wavelength)
    wavenumber2 = (1e4 / wavelength) ** 2  # 1 / micrometre²
    index = (
        1.0
        + 8.336624212083e-5
        + 2.408926869968e-2 / (130.1065924522 - wavenumber2)
        + 1.599740894897e-4 / (38.92568793293 - wavenumber2)
    )
    return wavelength * index


def vacuum_to_air(wavelength: Wavelength) -> Wavelength:
    """Convert wavelengths in vacuum to those that would be measured in air.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom], above 2000 Angstrom.

    Raises
    ------
    SpectrumError
        If a wavelength is at or below 2000 Angstrom.

    References
    ----------
    Ciddor (1996), Applied Optics 35, 1566, for dry air at 15 °C and 101325 Pa with 450 ppm
    of CO2, in the form given by D. Morton (2000), ApJS 130, 403, equation 8.

    Examples
    --------
    >>> round(float(vacuum_to_air(np.array([6564.614]))[0]), 2)
    6562.8
    """
    _check(wavelength)
    wavenumber2 = (1e4 / wavelength) ** 2
    index = (
        1.0
        + 8.34254e-5
        + 2.406147e-2 / (130.0 - wavenumber2)
        + 1.5998e-4 / (38.9 - wavenumber2)
    )
    return wavelength / index


def _check(wavelength: Wavelength) -> None:
    if np.any(wavelength <= SHORTEST):
        raise SpectrumError(
            f"Expected wavelengths above {SHORTEST:.0f} Angstrom, got a minimum of "
            f"{wavelength.min():.1f}. Shorter ones are in vacuum already."
        )
