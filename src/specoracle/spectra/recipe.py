"""Recipes: from an observed spectrum to a row of the archive.

A recipe resamples to a grid and scales each spectrum to [-1, 1]; the archive records it,
and everything trained on the archive is bound to it.
"""

from dataclasses import asdict, dataclass
from enum import IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.errors import RecipeError
from specoracle.spectra.grid import Grid
from specoracle.spectra.resampling import bridge, interpolate
from specoracle.spectra.spectrum import Spectrum


class Quality(IntFlag):
    """What is wrong with a prepared spectrum; 0 is good."""

    CONSTANT = 1
    """All pixels are equal: nothing to scale, nothing to see."""
    NOT_FINITE = 2
    """A pixel is NaN or infinite."""
    NO_GOOD_PIXEL = 4
    """Every pixel has ivar 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A spectrum on the grid of a recipe.

    Attributes
    ----------
    flux
        Scaled flux, shape ``(n_pixels,)``, dimensionless, from -1 to 1.
    ivar
        Inverse variance of the scaled flux, shape ``(n_pixels,)``; 0 = unusable.
    offset, gain
        Undo the scaling: observed flux = offset + gain · scaled flux.
    quality
        What is wrong with it, 0 when nothing is.
    """

    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]
    offset: float
    gain: float
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How spectra are prepared for the network.

    Attributes
    ----------
    name
        Name under which it is recorded.
    grid
        Wavelengths of the result.
    bridge_bad_pixels
        Whether pixels with ivar 0 are first replaced by a straight line between their
        good neighbours. The paper's recipe keeps them as they are.
    """

    name: str
    grid: Grid
    bridge_bad_pixels: bool = False

    def prepare(self, spectrum: Spectrum) -> Prepared:
        """Resample and scale one spectrum.

        Raises
        ------
        RecipeError
            If the spectrum does not cover the recipe's window.
        """
        if not self.grid.covered_by(spectrum.wavelength):
            raise RecipeError(
                f"{spectrum.identifier}: expected a spectrum that covers "
                f"{self.grid.start:g}–{self.grid.stop:g} Å (recipe {self.name}), got "
                f"{spectrum.wavelength[0]:.1f}–{spectrum.wavelength[-1]:.1f} Å. Use a "
                "recipe with a narrower window."
            )
        source = bridge(spectrum) if self.bridge_bad_pixels else spectrum
        resampled = interpolate(source, self.grid.wavelength)
        return _scale(resampled.flux, resampled.ivar)

    def record(self) -> dict[str, Any]:
        """Return the recipe as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Recipe":
        """Make the recipe again from what `record` returned."""
        return cls(**{**record, "grid": Grid(**record["grid"])})


RECIPES = {
    recipe.name: recipe
    for recipe in (
        # Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122: window and sampling.
        Recipe(name="halpha", grid=Grid(start=6519.0, stop=6732.0, n_pixels=140)),
        # The widest range that every LAMOST low-resolution layout covers; 25 Å a pixel
        # is the scale of the molecular bands and breaks that tell spectral classes.
        Recipe(
            name="optical",
            grid=Grid(start=3850.0, stop=8900.0, n_pixels=203),
            bridge_bad_pixels=True,
        ),
        # Half of that still tells class letters, and trains in half the time.
        Recipe(
            name="coarse",
            grid=Grid(start=3850.0, stop=8900.0, n_pixels=102),
            bridge_bad_pixels=True,
        ),
    )
}
"""Built-in recipes by name."""


def recipe_named(name: str) -> Recipe:
    """Return a built-in recipe.

    Raises
    ------
    RecipeError
        If there is none of that name; the message lists those there are.
    """
    if name not in RECIPES:
        raise RecipeError(
            f"Recipe: expected one of {', '.join(sorted(RECIPES))}, got {name!r}. "
            "Choose one of these."
        )
    return RECIPES[name]


_LARGEST = np.finfo(np.float32).max
"""Damaged files hold fluxes whose ivar, once scaled, would overflow."""


def _scale(flux: npt.NDArray[np.float64], ivar: npt.NDArray[np.float64]) -> Prepared:
    quality = Quality(0) if (ivar > 0).any() else Quality.NO_GOOD_PIXEL
    finite = bool(np.isfinite(flux).all())
    low, high = (float(flux.min()), float(flux.max())) if finite else (0.0, 0.0)
    half = high / 2 - low / 2
    if not finite or half == 0 or not np.isfinite(half):
        quality |= Quality.CONSTANT if finite else Quality.NOT_FINITE
        scaled, offset, gain = np.zeros_like(flux), low, 1.0
    else:
        offset, gain = low / 2 + high / 2, half
        scaled = _minmax(flux, low, high)
    with np.errstate(over="ignore", under="ignore"):
        return Prepared(
            flux=scaled.astype(np.float32),
            ivar=np.minimum(ivar * gain * gain, _LARGEST).astype(np.float32),
            offset=offset,
            gain=gain,
            quality=quality,
        )


def _minmax(
    flux: npt.NDArray[np.float64], low: float, high: float
) -> npt.NDArray[np.float64]:
    """Scale to [-1, 1] in the operations of scikit-learn's ``minmax_scale``.

    The order of the roundings is kept so that archives equal the predecessor's bit by
    bit: x · s + (-1 - min · s) with s = 2 / (max - min).
    """
    factor = 2.0 / (high - low)
    return flux * factor + (-1.0 - low * factor)
