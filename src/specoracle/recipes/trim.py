"""A step that cuts away what lies outside a range."""

from dataclasses import dataclass, replace
from typing import ClassVar

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block
from specoracle.recipes.step import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim(Local):
    """Keep pixels from ``start`` to ``stop`` alone, so that later steps see no others.

    A resampling behind it needs a window inside of these.

    Attributes
    ----------
    start, stop
        Vacuum wavelength [Angstrom].

    Raises
    ------
    RecipeError
        If they are not in order, or fewer than two pixels are left.
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

    def apply(self, block: Block) -> Block:
        """Cut the rest away."""
        keep = (block.wavelength >= self.start) & (block.wavelength <= self.stop)
        if keep.sum() < 2:
            raise RecipeError(
                f"Step trim: expected pixels in {self.start:g}–{self.stop:g} Å, got "
                f"{block.wavelength[0]:.1f}–{block.wavelength[-1]:.1f} Å. Correct the "
                "recipe."
            )
        return replace(
            block,
            wavelength=block.wavelength[keep],
            flux=block.flux[:, keep],
            ivar=block.ivar[:, keep],
        )
