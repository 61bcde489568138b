import re
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.recipes.step import Local, Step, record_of
from specoracle.recipes.steps import STEPS, step_of

COMPLETE = {
    "shift": {"velocity": 12.5},
    "trim": {"start": 6000.0, "stop": 7000.0},
    "blur": {"pixels": 2.0},
    "smooth": {"resolution": 1000.0},
    "scale": {"how": "minmax"},
    "resample": {"start": 6519.0, "stop": 6732.0, "n_pixels": 140},
}
"""What steps cannot do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Double(Local):
    """A step of somebody's own."""

    do: ClassVar[str] = "double"
    times: int = 2

    def apply(self, block):
        return replace(block, flux=block.flux * self.times, ivar=block.ivar / self.times**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose(Local):
    """One that loses what it was given."""

    do: ClassVar[str] = "lose"
    rows: int = 0
    pixels: int = 0

    def apply(self, block):
        n_rows, n_pixels = block.flux.shape
        flux = block.flux[: n_rows - self.rows, : n_pixels - self.pixels]
        return replace(block, flux=flux, ivar=flux)


ONTO = Resample(start=1.0, stop=3.0, n_pixels=3)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_comes_back_from_its_record(name):
    step = step_of({"do": name} | COMPLETE.get(name, {}))
    assert isinstance(step, Step)
    assert step_of(record_of(step)) == step


@pytest.mark.parametrize("name", STEPS)
def test_no_step_changes_what_it_is_given(block, name):
    rng = np.random.default_rng(3)
    flux = rng.normal(100, 20, (3, 1000))
    ivar = rng.uniform(0, 2, (3, 1000)) * (rng.uniform(size=(3, 1000)) > 0.1)
    made = block(flux, ivar, wavelength=np.linspace(6000.0, 7000.0, 1000))
    for values in (made.wavelength, made.flux, made.ivar, made.offset, made.gain):
        values.flags.writeable = False
    after = step_of({"do": name} | COMPLETE.get(name, {})).apply(made)
    assert after.flux.shape == after.ivar.shape == (3, after.wavelength.size)
    assert np.isfinite(after.flux).all()
    assert (after.ivar >= 0).all()


@pytest.mark.parametrize("name", STEPS)
def test_rows_do_not_look_at_each_other(block, name):
    rng = np.random.default_rng(4)
    flux = rng.normal(100, 20, (5, 400))
    ivar = rng.uniform(0.5, 2, (5, 400)) * (rng.uniform(size=(5, 400)) > 0.1)
    wavelength = np.linspace(6000.0, 7000.0, 400)
    step = step_of({"do": name} | COMPLETE.get(name, {}))
    together = step.apply(block(flux, ivar, wavelength=wavelength))
    for row in range(5):
        alone = step.apply(block(flux[row], ivar[row], wavelength=wavelength))
        np.testing.assert_allclose(alone.flux[0], together.flux[row], rtol=1e-9)
        np.testing.assert_allclose(alone.ivar[0], together.ivar[row], rtol=1e-9)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"do": "sharpen"}, "one of clip-cosmics, .* got 'sharpen'"),
        ({}, "got None"),
        ({"do": "blur"}, "Step blur: expected pixels, got none"),
        (
            {"do": "blur", "pixels": "7"},
            "Step blur: expected pixels of type float, got '7'",
        ),
        ({"do": "blur", "pixel": 7.0}, "parameters among pixels, got pixel"),
        ({"do": "rest-frame", "z": 1.0}, "parameters among none, got z"),
        ({"do": "resample"}, "expected start, stop, n_pixels, got none"),
        (
            COMPLETE["resample"] | {"do": "resample", "n_pixels": 1.5},
            "n_pixels of type int, got 1.5",
        ),
        (COMPLETE["resample"] | {"do": "resample", "stop": 1.0}, "0 < start < stop"),
        (COMPLETE["resample"] | {"do": "resample", "spacing": "sqrt"}, "linear, log, got"),
        ({"do": "scale", "how": True}, "expected how of type str, got True"),
        ({"do": "trim", "start": 9.0, "stop": 1.0}, "Step trim: expected 0 < start < stop"),
    ],
)
def test_a_record_that_makes_no_step_is_refused_with_what_to_do(record, said):
    with pytest.raises(RecipeError, match=said) as caught:
        step_of(record)
    assert re.search(r"expected .* got .*\. [A-Z]", str(caught.value), re.DOTALL)


def test_a_step_of_ones_own_takes_part(spectrum):
    plain = Recipe(name="plain", steps=(ONTO,))
    doubled = Recipe(name="doubled", steps=(Double(times=3), ONTO))
    source = spectrum([1.0, 2.0, 3.0], [4.0, 6.0, 9.0], [1.0, 2.0, 0.0])
    one, other = (r.prepare([r.cut(source)]) for r in (plain, doubled))
    np.testing.assert_allclose(other.flux, 3 * one.flux)
    np.testing.assert_allclose(other.ivar, one.ivar / 9)


def test_an_archive_records_a_step_of_ones_own_and_never_runs_it(spectrum):
    recipe = Recipe(name="doubled", steps=(Double(), ONTO))
    back = Recipe.from_record(recipe.record())
    assert back.record() == recipe.record()
    assert back.grid == recipe.grid
    with pytest.raises(RecipeError, match=r"'double'.* no file may bring along"):
        back.cut(spectrum([1.0, 2.0, 3.0], 1.0))


@pytest.mark.parametrize("lost", [{"rows": 1}, {"pixels": 1}])
def test_a_step_that_changes_the_shape_is_refused(spectrum, lost):
    recipe = Recipe(name="losing", steps=(Double(), Lose(**lost), ONTO))
    cut = recipe.cut(spectrum([1.0, 2.0, 3.0], 1.0))
    with pytest.raises(RecipeError, match="Step 2, lose: expected flux and ivar of shape"):
        recipe.prepare([cut, cut])


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Scale(how="l2"),),
        (ONTO, ONTO),
        (ONTO, step_of({"do": "shift", "velocity": 5.0})),
    ],
)
def test_a_recipe_without_one_grid_in_the_end_is_refused(steps):
    with pytest.raises(RecipeError, match="Recipe mine: expected one step resample"):
        Recipe(name="mine", steps=steps)


def test_the_rest_frame_asks_for_a_redshift(spectrum):
    onto = Resample(start=100.0, stop=120.0, n_pixels=3)
    recipe = Recipe(name="rest", steps=(step_of({"do": "rest-frame"}), onto))
    wavelength = np.arange(100.0, 300.0)
    source = spectrum(wavelength, wavelength)
    rows = recipe.prepare([recipe.cut(source, {"z": z}) for z in (0.0, 1.0, 0.5, 1.0)])
    # Flux is the observed wavelength: (1 + z) times that of the rest frame.
    expected = [[100.0, 110.0, 120.0]] * np.array([[1.0], [2.0], [1.5], [2.0]])
    np.testing.assert_allclose(rows.flux, expected, rtol=1e-6)
    with pytest.raises(RecipeError, match=r"survey:7: expected a redshift .* got None"):
        recipe.cut(source, {"ra": 1.0})
    with pytest.raises(RecipeError, match=r"covers 300–360 Å .* got 100\.0–299\.0"):
        recipe.cut(source, {"z": 2.0})
