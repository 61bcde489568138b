"""Spectra and recipes at the edge of what makes sense, one by one."""

import json

import numpy as np
import pytest

from specoracle.errors import RecipeError, SpectrumError
from specoracle.recipes.bad_pixels import Bridge, ClipCosmics
from specoracle.recipes.continuum import NormaliseContinuum
from specoracle.recipes.frame import AirToVacuum, RestFrame
from specoracle.recipes.preparation import prepare
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.recipe_file import read_recipe, toml
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.recipes.smoothing import Smooth
from specoracle.recipes.step import Need
from specoracle.recipes.steps import step_of
from specoracle.recipes.trim import Trim
from specoracle.spectra.air import vacuum_to_air
from specoracle.spectra.quality import Quality, measure
from specoracle.spectra.spectrum import Spectrum

PIXELS = np.linspace(6000.0, 7000.0, 1001)
ONTO = Resample(start=6500.0, stop=6600.0, n_pixels=60)


def recipe(*steps):
    return Recipe(name="mine", steps=steps)


def rows_of(made, source, catalogue=None):
    return made.prepare([made.cut(source, catalogue)])


@pytest.mark.parametrize(
    "step", [Smooth(resolution=200.0), Bridge(widest=11.0), NormaliseContinuum(degree=2)]
)
def test_a_step_sees_as_much_as_it_looks_at(spectrum, step):
    flux = 100 + 20 * np.sin(PIXELS / 7)
    # Good pixels 10 Å apart, around the pixel behind the window.
    ivar = np.where((PIXELS > 6600.5) & (PIXELS < 6610), 0.0, 1.0)
    flux[ivar == 0] = 1e4
    source, made = spectrum(PIXELS, flux, ivar), recipe(step, ONTO)
    windows = type(made._windows)("mine", lambda _: Need(start=6000.0, stop=7000.0))
    everything = prepare([windows.cut(source, 0.0)], made.steps, 60)
    np.testing.assert_allclose(rows_of(made, source).flux, everything.flux, rtol=1e-6)


def test_a_continuum_is_that_of_what_a_trim_left(spectrum):
    slope = 100 + 0.1 * (PIXELS - 6000)
    hump = np.where((PIXELS > 6495) & (PIXELS < 6605), 50.0, 0.0)
    made = recipe(Trim(start=6100.0, stop=6950.0), NormaliseContinuum(degree=1), ONTO)
    grid = ONTO.grid.wavelength
    expected = 1 + 50 / (100 + 0.1 * (grid - 6000))
    found = rows_of(made, spectrum(PIXELS, slope + hump)).flux[0]
    np.testing.assert_allclose(found, expected, rtol=0.01)


@pytest.mark.parametrize(("start", "stop"), [(6510.0, 6950.0), (6100.0, 6590.0)])
def test_a_trim_inside_the_window_refuses(spectrum, start, stop):
    made = recipe(Trim(start=start, stop=stop), ONTO)
    with pytest.raises(RecipeError, match=r"survey:7: expected a spectrum that covers"):
        made.cut(spectrum(PIXELS, PIXELS))


def test_a_trim_between_two_pixels_refuses(spectrum):
    made = recipe(
        Trim(start=6500.2, stop=6500.8), Resample(start=6500.3, stop=6500.6, n_pixels=2)
    )
    with pytest.raises(RecipeError, match=r"survey:7: expected a spectrum that covers"):
        made.cut(spectrum(PIXELS, PIXELS))


@pytest.mark.parametrize("method", ["linear", "conserving"])
@pytest.mark.parametrize("pad", ["edge", "zero", "mask"])
def test_a_spectrum_between_two_points_of_the_grid_is_flagged(spectrum, method, pad):
    coarse = Resample(
        start=5000.0, stop=8000.0, n_pixels=2, pad=pad, method=method, least=0.01
    )
    small = np.linspace(6300.0, 6700.0, 100)
    rows = rows_of(recipe(coarse, Scale(how="minmax")), spectrum(small, small))
    wrong = Quality.PADDED | Quality.NO_GOOD_PIXEL | Quality.CONSTANT
    assert rows.quality.tolist() == [wrong]
    assert not rows.flux.any()
    assert not rows.ivar.any()


def test_padding_is_flagged_behind_a_scaling_too(spectrum):
    far = Resample(start=6500.0, stop=7100.0, n_pixels=61, pad="mask")
    rows = rows_of(recipe(Scale(how="minmax"), far), spectrum(PIXELS, PIXELS))
    assert rows.quality.tolist() == [Quality.PADDED]


def test_a_window_that_ends_with_the_spectrum_is_reached_in_air_too(spectrum):
    air = vacuum_to_air(np.linspace(6500.0, 6600.0, 101))
    rows = rows_of(recipe(AirToVacuum(), ONTO), spectrum(air, PIXELS[:101]))
    assert rows.quality.tolist() == [0]
    assert (rows.ivar > 0).all()


@pytest.mark.parametrize("size", [1e-17, 1.0, 1e25])
def test_hits_and_noise_do_not_depend_on_the_unit_of_flux(spectrum, size):
    rng = np.random.default_rng(6)
    flux = rng.normal(100.0, 2.0, PIXELS.size)
    flux[550] += 400.0
    source = spectrum(PIXELS, flux * size, 0.25 / size**2)
    made = recipe(ClipCosmics(), ONTO, Scale(how="l2"))
    rows = rows_of(made, source)
    assert rows.cosmics.tolist() == [1]
    assert rows.snr[0] == pytest.approx(50.0, rel=0.02)
    bad = ONTO.grid.wavelength[rows.ivar[0] == 0]
    assert bad.size
    assert np.abs(bad - PIXELS[550]).max() < 1


@pytest.mark.parametrize("ivar", [np.inf, np.nan, -1.0])
@pytest.mark.parametrize("method", ["linear", "conserving"])
def test_an_inverse_variance_that_is_no_number_says_nothing(spectrum, ivar, method):
    onto = Resample(start=6500.0, stop=6600.0, n_pixels=60, method=method)
    weights = np.where(PIXELS > 6550, ivar, 1.0)
    rows = rows_of(recipe(onto), spectrum(PIXELS, PIXELS, weights))
    assert rows.ivar[0, -25:].tolist() == [0.0] * 25
    assert rows.bad_share[0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("how", ["minmax", "zscore", "robust", "l2"])
def test_rounding_is_not_scaled_up(spectrum, how):
    rng = np.random.default_rng(2)
    flux = 0.1 * (1 + 1e-16 * rng.integers(-2, 3, PIXELS.size))
    assert np.ptp(flux) > 0
    rows = rows_of(recipe(ONTO, Scale(how=how)), spectrum(PIXELS, flux))
    assert rows.quality.tolist() == [Quality.CONSTANT]


@pytest.mark.parametrize(("low", "high"), [(0.0, 4e-310), (-1.7e308, 1.7e308)])
def test_what_numbers_cannot_scale_is_flagged(spectrum, low, high):
    flux = np.where(np.arange(PIXELS.size) % 2, low, high)
    rows = rows_of(recipe(ONTO, Scale(how="minmax")), spectrum(PIXELS, flux))
    assert rows.quality[0] & Quality.UNUSABLE
    assert np.isfinite(rows.flux).all()


def test_a_small_weight_is_not_none(spectrum):
    rows = rows_of(recipe(ONTO), spectrum(PIXELS, PIXELS, 1e-60))
    assert (rows.ivar > 0).all()
    assert rows.quality.tolist() == [0]


@pytest.mark.parametrize("z", [np.nan, np.inf, -1.0, None])
def test_a_redshift_that_is_no_number_is_none(spectrum, z):
    with pytest.raises(RecipeError, match=r"expected a redshift for the rest frame"):
        recipe(RestFrame(), ONTO).cut(spectrum(PIXELS, PIXELS), {"z": z})


@pytest.mark.parametrize("wrong", [(1.0, 2.0, np.inf), (-np.inf, 1.0, 2.0)])
def test_wavelengths_without_end_are_refused(wrong):
    with pytest.raises(SpectrumError, match="strictly increasing"):
        Spectrum(
            identifier="survey:7",
            wavelength=np.array(wrong),
            flux=np.ones(3),
            ivar=np.ones(3),
        )


@pytest.mark.parametrize(
    "record",
    [
        {"do": "resample", "start": 1.0, "stop": float("inf"), "n_pixels": 5},
        {"do": "resample", "start": 1.0, "stop": 2.0, "n_pixels": 10**12},
        {"do": "smooth", "resolution": float("inf")},
        {"do": "smooth", "resolution": 1e300},
    ],
)
def test_numbers_beyond_all_sense_are_refused(record):
    with pytest.raises(RecipeError, match=r"expected .* got "):
        step_of(record)


def test_whole_numbers_in_a_file_make_the_same_record():
    whole = Resample(start=6500, stop=6600, n_pixels=60)
    one, other = recipe(whole), recipe(ONTO)
    assert json.dumps(one.record()) == json.dumps(other.record())


@pytest.mark.parametrize("name", ['a "b" \\ c', "two\nlines", "bell\x07 del\x7f", "Hα 🌟"])
def test_any_name_can_be_written_to_a_file(tmp_path, name):
    made = Recipe(name=name, steps=(ONTO,))
    path = tmp_path / "mine.toml"
    path.write_text(toml(made), encoding="utf-8", newline="")
    assert read_recipe(path) == made


def test_measures_of_no_information_are_quiet():
    found = measure(np.full((1, 9), 1e300), np.full((1, 9), 1e-320), np.arange(1.0, 10.0))
    assert found.bad_share.tolist() == [0.0]
