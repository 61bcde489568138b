import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.resample import METHODS, Resample
from specoracle.recipes.scale import Scale
from specoracle.spectra.quality import Quality

PIXELS = np.arange(100.0, 201.0)


def prepared(spectrum, step, *, scale="minmax", flux=None):
    recipe = Recipe(name="mine", steps=(step, Scale(how=scale)))
    flux = PIXELS if flux is None else flux
    return recipe.prepare([recipe.cut(spectrum(PIXELS, flux))])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("start", "stop"), [(90.0, 150.0), (150.0, 210.0)])
def test_a_spectrum_that_falls_short_is_refused(spectrum, method, start, stop):
    step = Resample(start=start, stop=stop, n_pixels=7, method=method)
    with pytest.raises(RecipeError, match=r"survey:7: expected a spectrum that covers"):
        prepared(spectrum, step)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pad", ["edge", "zero", "mask"])
def test_what_is_padded_is_flagged_and_has_no_weight(spectrum, method, pad):
    step = Resample(start=80.0, stop=160.0, n_pixels=9, method=method, pad=pad)
    rows = prepared(spectrum, step)
    assert rows.quality[0] == Quality.PADDED
    assert (rows.ivar[0] == 0).tolist() == [True, True] + [False] * 7
    observed = rows.offset[0] + rows.gain[0] * rows.flux[0]
    np.testing.assert_allclose(observed[3:], np.arange(110, 161, 10), rtol=1e-6)
    level = {"edge": observed[2], "zero": 0.0, "mask": rows.offset[0]}[pad]
    np.testing.assert_allclose(observed[:2], level, atol=1e-4)


def test_a_mask_takes_no_part_in_scaling(spectrum):
    step = Resample(start=80.0, stop=160.0, n_pixels=9, pad="mask")
    rows = prepared(spectrum, step)
    assert (rows.flux[0].min(), rows.flux[0].max()) == (-1, 1)
    assert rows.flux[0, :2].tolist() == [0, 0]
    zeros = prepared(spectrum, Resample(start=80.0, stop=160.0, n_pixels=9, pad="zero"))
    assert zeros.flux[0, 0] < -1


@pytest.mark.parametrize("how", ["minmax", "zscore", "robust", "l2"])
def test_every_scaling_knows_a_mask(spectrum, how):
    rows = prepared(
        spectrum, Resample(start=80.0, stop=160.0, n_pixels=9, pad="mask"), scale=how
    )
    assert rows.flux[0, :2].tolist() == [0, 0]
    assert np.isfinite(rows.flux).all()
    assert rows.quality[0] == Quality.PADDED


def test_too_little_to_pad_is_refused(spectrum):
    step = Resample(start=0.5, stop=160.0, n_pixels=9, pad="edge", least=0.6)
    with pytest.raises(RecipeError, match=r"covers 60% of 0\.5–160 Å"):
        prepared(spectrum, step)


def test_a_spectrum_beside_the_window_is_refused_whatever_the_padding(spectrum):
    step = Resample(start=300.0, stop=400.0, n_pixels=9, pad="edge", least=0.01)
    with pytest.raises(RecipeError, match=r"got 100\.0–200\.0 Å"):
        prepared(spectrum, step)


def test_nothing_is_padded_where_the_spectrum_reaches_everything(spectrum):
    rows = prepared(spectrum, Resample(start=100.0, stop=200.0, n_pixels=9, pad="mask"))
    assert rows.quality[0] == 0
    assert (rows.ivar > 0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "cubic"},
        {"pad": "nan"},
        {"least": 0.0},
        {"snap": 0.5},
    ],
)
def test_values_that_mean_nothing_are_refused(wrong):
    with pytest.raises(RecipeError, match=r"Step resample: expected .* got "):
        Resample(start=1.0, stop=2.0, n_pixels=5, **wrong)
