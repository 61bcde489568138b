"""One spectrum: wavelength, flux and inverse variance of one observation.

Wavelength is in Angstrom **in vacuum**. There is no separate mask: ``ivar == 0`` marks a
pixel that must not be used.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum:
    """One observed spectrum of one object.

    Attributes
    ----------
    identifier
        Survey name and the survey's own key, e.g. ``"lamost:55859-F5902_sp01-001"``.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom], strictly increasing.
    flux
        Flux density, shape ``(n_pixels,)`` [flux unit of the survey].
    ivar
        Inverse variance of ``flux``, shape ``(n_pixels,)`` [1 / flux unit squared].

    Raises
    ------
    SpectrumError
        If the shapes differ or the wavelengths do not increase.
    """

    identifier: str
    wavelength: npt.NDArray[np.float64]
    flux: npt.NDArray[np.floating]
    ivar: npt.NDArray[np.floating]

    def __post_init__(self) -> None:
        shapes = {self.wavelength.shape, self.flux.shape, self.ivar.shape}
        if len(shapes) != 1 or self.flux.ndim != 1 or self.flux.size < 2:
            raise SpectrumError(
                f"{self.identifier}: expected wavelength, flux and ivar of one shape "
                f"(n_pixels,) with at least two pixels, got {self.wavelength.shape}, "
                f"{self.flux.shape} and {self.ivar.shape}. The file is damaged or of an "
                "unknown layout."
            )
        # Written so that a NaN wavelength fails too.
        if not np.all(np.diff(self.wavelength) > 0):
            raise SpectrumError(
                f"{self.identifier}: expected strictly increasing finite wavelengths, "
                "got some that do not increase. Sort the pixels in the loader."
            )

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Pixels that carry information, shape ``(n_pixels,)``."""
        return (self.ivar > 0) & np.isfinite(self.flux)
