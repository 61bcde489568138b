"""Wavelengths measured in air, and in vacuum.

Inside the package every wavelength is in Angstrom in vacuum. Loaders convert on the way in,
plots may convert on the way out.
"""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

SHORTEST = 2000.0
"""Up to here [Angstrom] wavelengths are given in vacuum by convention, and the formulae do
not hold."""


def air_to_vacuum(wavelength: Pixels) -> Pixels:
    """Convert wavelengths measured in air to wavelengths in vacuum.

    Parameters
    ----------
    wavelength
        Air wavelength, any shape [Angstrom]; what lies below 2000 Angstrom is in vacuum by
        convention, and stays.

    Returns
    -------
    Pixels
        Vacuum wavelength, of the same shape [Angstrom].

    References
    ----------
    Inverse of Ciddor (1996), Applied Optics 35, 1566, in the form given by N. Piskunov for
    VALD, https://www.astro.uu.se/valdwiki/Air-to-vacuum%20conversion

    Examples
    --------
    >>> round(float(air_to_vacuum(np.array([6562.80]))[0]), 2)
    6564.61
    """
    wavenumber2 = _wavenumber2(wavelength)
    index = (
        1.0
        + 8.336624212083e-5
        + 2.408926869968e-2 / (130.1065924522 - wavenumber2)
        + 1.599740894897e-4 / (38.92568793293 - wavenumber2)
    )
    return np.where(wavelength > SHORTEST, wavelength * index, wavelength)


def vacuum_to_air(wavelength: Pixels) -> Pixels:
    """Convert wavelengths in vacuum to what is measured in air.

    The inverse of `air_to_vacuum` to 1e-6 Angstrom.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, any shape [Angstrom]; what lies below 2000 Angstrom stays.

    Returns
    -------
    Pixels
        Air wavelength, of the same shape [Angstrom].

    References
    ----------
    Ciddor (1996), Applied Optics 35, 1566, for dry air at 15 °C and 1 atm with 450 ppm of
    CO2, in the form of the page of VALD cited above.

    Examples
    --------
    >>> round(float(vacuum_to_air(np.array([6564.61]))[0]), 2)
    6562.8
    """
    wavenumber2 = _wavenumber2(wavelength)
    index = (
        1.0
        + 8.34254e-5
        + 2.406147e-2 / (130.0 - wavenumber2)
        + 1.5998e-4 / (38.9 - wavenumber2)
    )
    return np.where(wavelength > SHORTEST, wavelength / index, wavelength)


def _wavenumber2(wavelength: Pixels) -> Pixels:
    """Square of the wavenumber [1 / micrometre²], where the formulae hold."""
    return np.square(1e4 / np.maximum(wavelength, SHORTEST))
