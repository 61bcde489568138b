"""The common wavelength axis that all spectra of an archive share."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError

SPACINGS = ("linear", "log")

MOST_PIXELS = 1_000_000
"""More than any spectrograph has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Vacuum wavelengths, equidistant in Angstrom or in their logarithm.

    Attributes
    ----------
    start, stop
        First and last wavelength [Angstrom].
    n_pixels
        Number of wavelengths, both ends included.
    spacing
        ``"linear"``, or ``"log"`` for a step that is the same in km/s.

    Examples
    --------
    >>> Grid(start=6519.0, stop=6732.0, n_pixels=140).wavelength[[0, -1]]
    array([6519., 6732.])
    >>> Grid(start=1.0, stop=100.0, n_pixels=3, spacing="log").wavelength
    array([  1.,  10., 100.])
    """

    start: float
    stop: float
    n_pixels: int
    spacing: str = "linear"

    def __post_init__(self) -> None:
        ordered = 0 < self.start < self.stop < np.inf
        if not (ordered and 2 <= self.n_pixels <= MOST_PIXELS):
            raise SpectrumError(
                "Grid: expected 0 < start < stop [Angstrom] and from 2 to "
                f"{MOST_PIXELS:,} pixels, got {self.start}, {self.stop} and "
                f"{self.n_pixels}. Correct the recipe."
            )
        if self.spacing not in SPACINGS:
            raise SpectrumError(
                f"Grid: expected spacing to be one of {', '.join(SPACINGS)}, got "
                f"{self.spacing!r}. Correct the recipe."
            )

    @property
    def wavelength(self) -> npt.NDArray[np.float64]:
        """Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom]."""
        return _wavelength(self.start, self.stop, self.n_pixels, self.spacing)

    @property
    def edges(self) -> tuple[float, float]:
        """Where the first pixel begins and the last one ends [Angstrom]."""
        wavelength = self.wavelength
        first, last = wavelength[1] - wavelength[0], wavelength[-1] - wavelength[-2]
        return float(wavelength[0] - first / 2), float(wavelength[-1] + last / 2)


@lru_cache(maxsize=16)
def _wavelength(
    start: float, stop: float, n_pixels: int, spacing: str
) -> npt.NDArray[np.float64]:
    if spacing == "log":
        wavelength = np.geomspace(start, stop, n_pixels).copy()
    else:
        wavelength = np.linspace(start, stop, n_pixels).copy()  # its own memory
    wavelength.flags.writeable = False  # it is shared
    return wavelength
