"""Spectra on the same wavelengths, on their way through the steps of a recipe."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from specoracle.spectra.quality import FLAT, Quality

Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Flags = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Some spectra that share their wavelengths; a step takes one and returns another.

    Attributes
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux, ivar
        Shape ``(n_spectra, n_pixels)``; a pixel whose ivar is not above 0, or whose flux is
        not finite, must not be used.
    offset, gain
        Undo what scaling did: flux before it = offset + gain · flux; ``(n_spectra,)``.
    redshift
        Of all of them, dimensionless; 0 unless the recipe asks for the rest frame.
    outside
        Pixels that no spectrum of the block reaches, shape ``(n_pixels,)``; ``None`` where
        all do.
    quality
        `specoracle.spectra.quality.Quality` of each, shape ``(n_spectra,)``; ``None`` until
        they were judged.
    """

    wavelength: Pixels
    flux: Pixels
    ivar: Pixels
    offset: Pixels
    gain: Pixels
    redshift: float = 0.0
    outside: Mask | None = None
    quality: Flags | None = None

    @classmethod
    def observed(
        cls, wavelength: Pixels, flux: Pixels, ivar: Pixels, *, redshift: float = 0.0
    ) -> Self:
        """Make a block of spectra as they were observed."""
        n_spectra = len(flux)
        return cls(
            wavelength=wavelength,
            flux=flux,
            ivar=ivar,
            offset=np.zeros(n_spectra),
            gain=np.ones(n_spectra),
            redshift=redshift,
        )

    @property
    def good(self) -> Mask:
        """Pixels that carry information, shape ``(n_spectra, n_pixels)``."""
        return (self.ivar > 0) & np.isfinite(self.flux)

    @property
    def inside(self) -> slice | Mask:
        """Selects the pixels that the spectra reach; all where they reach none."""
        if self.outside is None or self.outside.all():
            return slice(None)
        return ~self.outside

    def judged(self) -> Self:
        """Flag what is wrong with each spectrum; flags that were set before stay."""
        if self.quality is not None:
            return replace(self, quality=self.quality | self._lost())
        flux = self.flux[:, self.inside]
        finite = np.isfinite(flux).all(axis=1)
        with np.errstate(all="ignore"):
            low, high = flux.min(axis=1) / 2, flux.max(axis=1) / 2
            half = high - low
            flat = ~(half > FLAT * np.maximum(np.abs(low), np.abs(high)))
        flags = np.where(finite, 0, Quality.NOT_FINITE)
        flags |= np.where(finite & (flat | ~np.isfinite(half)), Quality.CONSTANT, 0)
        return replace(self, quality=flags.astype(np.uint8) | self._lost())

    def _lost(self) -> Flags:
        """Flags that a later step may give cause for."""
        flags = np.where((self.ivar > 0).any(axis=1), 0, Quality.NO_GOOD_PIXEL)
        if self.outside is not None and self.outside.any():
            flags |= Quality.PADDED
        return flags.astype(np.uint8)
