"""The step that every recipe has: onto the wavelengths that all spectra share."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Mask, Pixels
from specoracle.recipes.step import Need
from specoracle.spectra.grid import Grid
from specoracle.spectra.rebinning import overlaps
from specoracle.spectra.resampling import interpolate_all, plan_on
from specoracle.spectra.weights import LEAST, averaged

METHODS = ("linear", "conserving")
PADS = ("refuse", "edge", "zero", "mask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resample:
    """Resample onto a grid; what a spectrum does not reach is refused or padded.

    Padded pixels have ivar 0, and the spectrum is flagged PADDED.

    Attributes
    ----------
    start, stop, n_pixels, spacing
        Of the `specoracle.spectra.grid.Grid`.
    method
        ``"linear"`` interpolates between the two nearest pixels, as ``numpy.interp`` does.
        ``"conserving"`` averages over the width of the new pixel: better where the grid is
        coarser than the spectrum, and unusable pixels take no part.
    pad
        ``"refuse"`` takes no spectrum that does not reach all of the grid; ``"edge"``
        repeats the outermost flux, ``"zero"`` puts 0, and ``"mask"`` puts 0 after all
        scaling, which never saw these pixels.
    least
        Least share of the grid that a spectrum must reach to be padded.
    snap
        With ``"linear"``: a grid point at most this share of a pixel from an observed one
        takes it as it is.

    Raises
    ------
    RecipeError
        If a value is none of these.
    """

    do: ClassVar[str] = "resample"
    start: float
    stop: float
    n_pixels: int
    spacing: str = "linear"
    method: str = "linear"
    pad: str = "refuse"
    least: float = 0.5
    snap: float = 0.0

    def __post_init__(self) -> None:
        _one_of("method", self.method, METHODS)
        _one_of("pad", self.pad, PADS)
        if not (0 < self.least <= 1 and 0 <= self.snap < 0.5):
            raise RecipeError(
                f"Step resample: expected 0 < least ≤ 1 and 0 ≤ snap < 0.5, got "
                f"{self.least} and {self.snap}. Both are shares."
            )
        _ = self.grid  # refuses what is no grid

    @classmethod
    def onto(cls, grid: Grid, **how: str | float) -> Self:
        """Make the step of a grid."""
        return cls(
            start=grid.start,
            stop=grid.stop,
            n_pixels=grid.n_pixels,
            spacing=grid.spacing,
            **how,  # type: ignore[arg-type]
        )

    @property
    def grid(self) -> Grid:
        """Wavelengths of the result."""
        return Grid(
            start=float(self.start),
            stop=float(self.stop),
            n_pixels=self.n_pixels,
            spacing=self.spacing,
        )

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """The window itself; what follows must be content with it."""
        start, stop = (self.start, self.stop)
        if self.method == "conserving":
            start, stop = self.grid.edges
        least = 1.0 if self.pad == "refuse" else self.least
        return Need(start=start, stop=stop, least=least)

    def apply(self, block: Block) -> Block:
        """Resample flux and ivar."""
        grid = self.grid.wavelength
        if self.method == "linear":
            plan = plan_on(block.wavelength, grid, snap=self.snap)
            flux, ivar = interpolate_all(block.flux, block.ivar, plan)
            outside = plan.outside
        else:
            weights = overlaps(block.wavelength, grid)
            flux, ivar = averaged(block.flux, block.ivar, weights)
            outside = np.asarray(weights.sum(axis=1)) < LEAST
        if not outside.any():
            return replace(block, wavelength=grid, flux=flux, ivar=ivar)
        return replace(
            block,
            wavelength=grid,
            flux=np.zeros_like(flux) if outside.all() else self._padded(flux, outside),
            ivar=np.where(outside, 0.0, ivar),
            outside=outside,
        )

    def _padded(self, flux: Pixels, outside: Mask) -> Pixels:
        if self.pad == "edge":
            reached = np.flatnonzero(~outside)
            nearest = np.clip(np.arange(outside.size), reached[0], reached[-1])
            return flux[:, nearest]
        return np.where(outside, 0.0 if self.pad == "zero" else np.nan, flux)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RecipeError(
            f"Step resample: expected {name} to be one of {', '.join(known)}, got "
            f"{value!r}. Choose one of these."
        )
