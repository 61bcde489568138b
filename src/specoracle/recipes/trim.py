"""A step that cuts away what lies outside a range."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block
from specoracle.recipes.step import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """Keep pixels from ``start`` to ``stop`` alone, so that later steps see no others.

    A spectrum that does not reach the window of the resampling with the pixels that are
    left is refused or padded, like one that was not observed there.

    Attributes
    ----------
    start, stop
        Vacuum wavelength [Angstrom].

    Raises
    ------
    RecipeError
        If they are not in order.
    """

    do: ClassVar[str] = "trim"
    start: float
    stop: float

    def __post_init__(self) -> None:
        if not 0 < self.start < self.stop:
            raise RecipeError(
                f"Step trim: expected 0 < start < stop [Angstrom], got {self.start} and "
                f"{self.stop}. Correct the recipe."
            )

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """The same, of what is left."""
        return replace(need, low=max(need.low, self.start), high=min(need.high, self.stop))

    def apply(self, block: Block) -> Block:
        """Cut the rest away."""
        keep = (block.wavelength >= self.start) & (block.wavelength <= self.stop)
        if keep.sum() < 2:
            # Refused when it was cut out, but for the rounding of what moves wavelengths.
            return replace(block, ivar=np.zeros_like(block.ivar))
        return replace(
            block,
            wavelength=block.wavelength[keep],
            flux=block.flux[:, keep],
            ivar=block.ivar[:, keep],
        )
