"""Wavelengths in air, made wavelengths in vacuum.

Everywhere inside the package wavelengths are in vacuum; loaders convert on the way in.
"""

import numpy as np
import numpy.typing as npt

Wavelength = npt.NDArray[np.float64]

SHORTEST_IN_AIR = 2000.0
"""Below it [Angstrom] nobody gives wavelengths in air, nor does the formula hold."""


def air_to_vacuum(wavelength: Wavelength) -> Wavelength:
    """Convert wavelengths in air to wavelengths in vacuum.

    Parameters
    ----------
    wavelength
        Air wavelength, shape ``(n_pixels,)`` [Angstrom]. What lies below 2000 Angstrom
        is in vacuum by convention and stays.

    Returns
    -------
    Wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].

    References
    ----------
    Inverse of Ciddor (1996), Applied Optics 35, 1566, as N. Piskunov fitted it for VALD.

    Examples
    --------
    >>> air_to_vacuum(np.array([1548.20, 6562.80])).round(2)
    array([1548.2 , 6564.61])
    """
    in_air = wavelength >= SHORTEST_IN_AIR
    wavenumber2 = (1e4 / np.where(in_air, wavelength, SHORTEST_IN_AIR)) ** 2  # 1 / µm²
    index = (
        1.0
        + 8.336624212083e-5
        + 2.408926869968e-2 / (130.1065924522 - wavenumber2)
        + 1.599740894897e-4 / (38.92568793293 - wavenumber2)
    )
    return np.where(in_air, wavelength * index, wavelength)
