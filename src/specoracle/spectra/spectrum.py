"""One spectrum: wavelength, flux and inverse variance of one observation.

Wavelength is in Angstrom **in vacuum**. There is no separate mask: ``ivar == 0`` marks a
pixel that must not be used.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError
from specoracle.spectra.kept import Kept


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
        Flux density, shape ``(n_pixels,)`` [flux unit of the survey]; its bytes and
        those of ``ivar`` may be in the order of the file.
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
        shape = self.wavelength.shape
        same = shape == self.flux.shape == self.ivar.shape
        if not same or len(shape) != 1 or shape[0] < 2:
            raise SpectrumError(
                f"{self.identifier}: expected wavelength, flux and ivar of one shape "
                f"(n_pixels,) with at least two pixels, got {self.wavelength.shape}, "
                f"{self.flux.shape} and {self.ivar.shape}. The file is damaged or of an "
                "unknown layout."
            )
        if not _increases(self.wavelength):
            raise SpectrumError(
                f"{self.identifier}: expected strictly increasing wavelengths, positive "
                "and finite, got some that are not. Sort the pixels in the loader."
            )

    def in_native_order(self) -> "Spectrum":
        """Return it with the bytes of its numbers in this machine's order."""
        native = (self.flux, self.ivar)
        flux, ivar = (v.astype(v.dtype.newbyteorder("="), copy=False) for v in native)
        return replace(self, flux=flux, ivar=ivar)

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Pixels that carry information, shape ``(n_pixels,)``."""
        return (self.ivar > 0) & np.isfinite(self.flux)


_increasing: Kept[bool] = Kept(64)
"""Wavelengths that were checked and cannot change; used by many spectra each."""


def _increases(wavelength: npt.NDArray[np.float64]) -> bool:
    if _increasing.get(wavelength):
        return True
    # Written so that a NaN fails too.
    bounded = bool(wavelength[0] > 0 and wavelength[-1] < np.inf)
    increases = bounded and bool(np.all(np.diff(wavelength) > 0))
    if increases:
        _increasing.put(wavelength, value=True)
    return increases
