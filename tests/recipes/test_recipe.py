import json
from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.built_in import RECIPES, recipe_named
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.spectra.grid import Grid
from specoracle.spectra.quality import Quality
from specoracle.spectra.spectrum import Spectrum

HALPHA = recipe_named("halpha")
WAVELENGTH = 10 ** (3.5682 + 1e-4 * np.arange(3909))


def spectrum(flux, ivar=None, wavelength=WAVELENGTH):
    flux = np.broadcast_to(flux, wavelength.shape).astype(np.float32)
    ivar = np.ones_like(flux) if ivar is None else np.broadcast_to(ivar, flux.shape)
    return Spectrum(identifier="survey:7", wavelength=wavelength, flux=flux, ivar=ivar)


def prepare(recipe, spectrum):
    rows = recipe.prepare([recipe.cut(spectrum)])
    return SimpleNamespace(**{f.name: getattr(rows, f.name)[0] for f in fields(rows)})


@pytest.mark.parametrize("seed", range(20))
def test_scaling_equals_scikit_learn_bit_by_bit(seed):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rng = np.random.default_rng(seed)
    flux = rng.normal(10 ** rng.uniform(-3, 5), 10 ** rng.uniform(-3, 4), WAVELENGTH.size)
    source = spectrum(flux)
    resampled = np.interp(np.linspace(6519.0, 6732.0, 140), source.wavelength, source.flux)
    expected = preprocessing.minmax_scale(resampled, feature_range=(-1, 1))
    assert expected.dtype == np.float64
    np.testing.assert_array_equal(prepare(HALPHA, source).flux, expected.astype(np.float32))


def three(*steps):
    """A recipe whose grid are three pixels as they are."""
    onto = Resample(start=1.0, stop=3.0, n_pixels=3)
    return Recipe(name="three", steps=(*steps, onto, Scale(how="minmax")))


@pytest.mark.parametrize("name", ["coarse", "halpha"])
def test_offset_and_gain_undo_the_scaling(name):
    rng = np.random.default_rng(3)
    source = spectrum(rng.normal(500.0, 40.0, WAVELENGTH.size), rng.uniform(0.1, 2.0, 3909))
    recipe = recipe_named(name)
    prepared = prepare(recipe, source)
    assert (prepared.flux.min(), prepared.flux.max()) == (-1.0, 1.0)
    assert prepared.quality == 0
    grid = recipe.grid.wavelength
    observed = np.interp(grid, source.wavelength, source.flux)
    # Scaled flux is stored in float32: relative to the gain, half an ulp of 1 is 6e-8.
    np.testing.assert_allclose(
        prepared.offset + prepared.gain * prepared.flux.astype(np.float64),
        observed,
        rtol=0,
        atol=1e-7 * prepared.gain,
    )


def test_signal_to_noise_is_not_changed_by_scaling():
    # The grid hits two pixels exactly, so their own ivar is what to expect.
    wavelength = np.array([1.0, 2.0, 3.0])
    prepared = prepare(three(), spectrum([10.0, 30.0, 50.0], [4.0, 1.0, 0.0], wavelength))
    assert (prepared.offset, prepared.gain) == (30.0, 20.0)
    np.testing.assert_array_equal(prepared.flux, [-1.0, 0.0, 1.0])
    np.testing.assert_array_equal(prepared.ivar, [4.0 * 400, 400.0, 0.0])
    assert prepared.flux.dtype == prepared.ivar.dtype == np.float32


def test_a_constant_spectrum_is_flagged():
    prepared = prepare(HALPHA, spectrum(7.0))
    assert prepared.quality == Quality.CONSTANT
    assert not prepared.flux.any()
    assert (prepared.offset, prepared.gain) == (7.0, 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_pixel_that_is_no_number_is_flagged_inside_the_window_only(bad):
    flux = np.linspace(1.0, 2.0, WAVELENGTH.size)
    inside, outside = flux.copy(), flux.copy()
    inside[np.searchsorted(WAVELENGTH, 6600.0)] = bad
    outside[np.searchsorted(WAVELENGTH, 5000.0)] = bad
    assert prepare(HALPHA, spectrum(inside)).quality == Quality.NOT_FINITE
    assert np.isfinite(prepare(HALPHA, spectrum(inside)).flux).all()
    assert prepare(HALPHA, spectrum(outside)).quality == 0


def test_a_window_without_a_good_pixel_is_flagged():
    outside = (WAVELENGTH < 6500) | (WAVELENGTH > 6750)
    prepared = prepare(
        HALPHA, spectrum(np.linspace(1.0, 2.0, 3909), np.where(outside, 1, 0))
    )
    assert prepared.quality == Quality.NO_GOOD_PIXEL
    assert (prepared.flux.min(), prepared.flux.max()) == (-1.0, 1.0)


@pytest.mark.parametrize("high", [1e30, 1e200])
def test_absurd_fluxes_of_a_damaged_file_do_no_harm(high):
    wavelength = np.array([1.0, 2.0, 3.0])
    source = Spectrum(
        identifier="survey:7",
        wavelength=wavelength,
        flux=np.array([0.0, high, high / 2]),
        ivar=np.array([1.0, 0.0, 1.0]),
    )
    prepared = prepare(three(), source)
    np.testing.assert_allclose(prepared.flux, [-1.0, 1.0, 0.0], rtol=0, atol=1e-7)
    # ivar · gain² is beyond float32, whose largest number stands for it.
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(prepared.ivar, [largest, 0.0, largest])
    assert (prepared.offset, prepared.gain) == (high / 2, high / 2)


def test_flags_add_up():
    prepared = prepare(HALPHA, spectrum(0.0, 0.0))
    assert prepared.quality == Quality.CONSTANT | Quality.NO_GOOD_PIXEL


@pytest.mark.parametrize("ends", [(6519.5, 7000.0), (6000.0, 6731.5)])
def test_a_spectrum_that_does_not_cover_the_window_is_refused(ends):
    short = spectrum(1.0, wavelength=np.linspace(*ends, 500))
    with pytest.raises(RecipeError, match=r"survey:7: expected .*6519–6732 Å.* got 6"):
        prepare(HALPHA, short)


def test_the_paper_recipe_keeps_bad_pixels_and_others_bridge_them():
    flux, ivar = np.full(WAVELENGTH.size, 2.0), np.ones(WAVELENGTH.size)
    flux[-500:] = 3.0
    spike = np.searchsorted(WAVELENGTH, 6600.0)
    flux[spike - 8 : spike + 8], ivar[spike - 8 : spike + 8] = 1000.0, 0.0
    source = spectrum(flux, ivar)
    kept, bridged = prepare(HALPHA, source), prepare(recipe_named("coarse"), source)
    rebinned = prepare(recipe_named("optical"), source)
    assert kept.offset + kept.gain * kept.flux.max() == pytest.approx(1000.0)
    assert bridged.offset + bridged.gain * bridged.flux.max() == pytest.approx(3.0)
    assert rebinned.offset + rebinned.gain * rebinned.flux.max() == pytest.approx(3.0)
    assert (bridged.ivar == 0).any()
    assert (rebinned.ivar > 0).all()  # a mean leaves out what is bad


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_recipe_comes_back_from_json(name):
    recipe = recipe_named(name)
    assert Recipe.from_record(json.loads(json.dumps(recipe.record()))) == recipe


def test_the_paper_window_is_that_of_the_paper():
    # Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122: 6519–6732 Å, 140 points.
    assert HALPHA.grid == Grid(start=6519.0, stop=6732.0, n_pixels=140)


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(
        RecipeError, match=r"one of coarse, halpha, native, ondrejov, optical, .*'hbeta'"
    ):
        recipe_named("hbeta")
