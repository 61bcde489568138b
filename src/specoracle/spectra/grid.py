"""The common wavelength axis that all spectra of an archive share."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Vacuum wavelengths, equidistant in Angstrom.

    Attributes
    ----------
    start, stop
        First and last wavelength [Angstrom].
    n_pixels
        Number of wavelengths, both ends included.

    Examples
    --------
    >>> Grid(start=6519.0, stop=6732.0, n_pixels=140).wavelength[[0, -1]]
    array([6519., 6732.])
    """

    start: float
    stop: float
    n_pixels: int

    def __post_init__(self) -> None:
        if not (0 < self.start < self.stop and self.n_pixels >= 2):
            raise SpectrumError(
                "Grid: expected 0 < start < stop [Angstrom] and at least two pixels, got "
                f"{self.start}, {self.stop} and {self.n_pixels}. Correct the recipe."
            )

    @property
    def wavelength(self) -> npt.NDArray[np.float64]:
        """Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom]."""
        return _linear(self.start, self.stop, self.n_pixels)

    def covered_by(self, wavelength: npt.NDArray[np.float64]) -> bool:
        """Whether a spectrum on ``wavelength`` [Angstrom] reaches both ends."""
        return bool(wavelength[0] <= self.start and wavelength[-1] >= self.stop)


@lru_cache(maxsize=16)
def _linear(start: float, stop: float, n_pixels: int) -> npt.NDArray[np.float64]:
    wavelength = np.linspace(start, stop, n_pixels).copy()  # its own memory
    wavelength.flags.writeable = False  # it is shared
    return wavelength
