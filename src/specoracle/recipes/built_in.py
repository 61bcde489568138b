"""The recipes that come with the package, by name."""

from specoracle.errors import RecipeError
from specoracle.recipes.bad_pixels import Bridge
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.recipes.smoothing import Blur
from specoracle.spectra.grid import Grid

HALPHA = Grid(start=6519.0, stop=6732.0, n_pixels=140)
"""Window and sampling of Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122."""

LAMOST = Grid(start=10**3.5682, stop=10**3.959, n_pixels=3909, spacing="log")
"""The pixels of nearly all LAMOST low-resolution spectra: steps of 1e-4 in log10 λ."""

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(name="halpha", steps=(Resample.onto(HALPHA), Scale(how="minmax"))),
        # Spectra of Ondřejov's 2 m telescope made like those of LAMOST, as in that paper;
        # a network trained on them reads what `halpha` made of LAMOST's.
        Recipe(
            name="ondrejov",
            steps=(Blur(pixels=7.0), Resample.onto(HALPHA), Scale(how="minmax")),
        ),
        # 25 Å a pixel is the scale of the molecular bands and breaks that tell spectral
        # classes. 216 pixels, so wide, reach from 3700 to 9100 Å.
        Recipe(
            name="optical",
            steps=(
                Bridge(),
                Resample(
                    start=3712.5,
                    stop=9087.5,
                    n_pixels=216,
                    method="conserving",
                    pad="mask",
                    least=0.9,
                ),
                Scale(how="minmax"),
            ),
        ),
        # What every LAMOST low-resolution layout covers; trains in half the time.
        Recipe(
            name="coarse",
            steps=(
                Bridge(),
                Resample(start=3850.0, stop=8900.0, n_pixels=102),
                Scale(how="minmax"),
            ),
        ),
        # Nothing lost: observed flux = offset + gain · flux, to the rounding of float32.
        Recipe(
            name="native",
            steps=(
                Resample.onto(LAMOST, pad="mask", snap=0.05),
                Scale(how="robust"),
            ),
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
            f"Recipe: expected one of {', '.join(sorted(RECIPES))}, or a file whose name "
            f"ends in .toml, got {name!r}. Choose one of these."
        )
    return RECIPES[name]
