"""Recipes: how observed spectra become rows of the archive.

A recipe resamples to a grid and scales each spectrum to [-1, 1]; the archive records it,
and everything trained on the archive is bound to it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from specoracle.errors import RecipeError
from specoracle.spectra.grid import Grid
from specoracle.spectra.preparation import Cut, Prepared, cut, prepare
from specoracle.spectra.spectrum import Spectrum


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

    def cut(self, spectrum: Spectrum) -> Cut:
        """Cut out of a spectrum what the recipe needs.

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
        return cut(spectrum, self.grid.wavelength, bridging=self.bridge_bad_pixels)

    def prepare(self, cuts: Sequence[Cut]) -> Prepared:
        """Resample and scale spectra, each for itself, in the order given."""
        return prepare(cuts, self.grid.n_pixels)

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
