"""Steps for pixels that must not be used: mark cosmic hits, bridge gaps."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Mask, Pixels
from specoracle.recipes.step import WHOLE, Need
from specoracle.spectra.quality import SPIKE_REACH, single, spikes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCosmics:
    """Mark single pixels that stand out as no line can: their ivar becomes 0.

    Their flux stays; a `Bridge` behind this step replaces it. What counts as a hit is said
    in `specoracle.spectra.quality.spikes`.
    """

    do: ClassVar[str] = "clip-cosmics"

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """A hit is judged by its neighbours."""
        return need.wider(pixels=SPIKE_REACH)

    def apply(self, block: Block) -> Block:
        """Mark the hits."""
        hits = spikes(*single(block.flux, block.ivar))
        return replace(block, ivar=np.where(hits, 0.0, block.ivar))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """Replace the flux of unusable pixels by a straight line between good neighbours.

    Their ivar stays 0. Beyond the outermost good pixel the line is level. A spectrum
    without good pixels stays as it is.

    Attributes
    ----------
    widest
        Widest gap that is bridged, from the good pixel before it to the one behind
        [Angstrom]; 0 bridges all.

    Raises
    ------
    RecipeError
        If ``widest`` is negative.
    """

    do: ClassVar[str] = "bridge"
    widest: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.widest < np.inf:
            raise RecipeError(
                f"Step bridge: expected widest ≥ 0 [Angstrom], got {self.widest}. Leave it "
                "out to bridge all gaps."
            )

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """The good neighbours may lie anywhere, or as far as the widest gap."""
        return need.wider(beyond=self.widest) if self.widest else need.wider(pixels=WHOLE)

    def apply(self, block: Block) -> Block:
        """Bridge the gaps."""
        good = block.good
        mendable = np.flatnonzero(good.any(axis=1) & ~good.all(axis=1))
        if not mendable.size:
            return block
        flux = block.flux.copy()
        for row in mendable.tolist():
            gaps = self._gaps(block.wavelength, good[row])
            known = good[row]
            flux[row, gaps] = np.interp(
                block.wavelength[gaps], block.wavelength[known], flux[row, known]
            )
        return replace(block, flux=flux, ivar=np.where(good, block.ivar, 0.0))

    def _gaps(self, wavelength: Pixels, good: Mask) -> npt.NDArray[np.intp]:
        """Pixels to replace."""
        bad = np.flatnonzero(~good)
        if not self.widest:
            return bad
        known = np.flatnonzero(good)
        behind = np.searchsorted(known, bad)
        low = wavelength[np.where(behind > 0, known[behind - 1], 0)]
        last = known[np.minimum(behind, known.size - 1)]
        high = wavelength[np.where(behind < known.size, last, wavelength.size - 1)]
        return bad[high - low <= self.widest]
