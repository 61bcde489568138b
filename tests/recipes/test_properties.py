"""What holds for every recipe and every spectrum."""

import pickle
from dataclasses import fields

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from specoracle.errors import RecipeError
from specoracle.figures.recipe_trace import trace_figure
from specoracle.recipes.bad_pixels import Bridge, ClipCosmics
from specoracle.recipes.block import Block
from specoracle.recipes.built_in import RECIPES
from specoracle.recipes.continuum import NormaliseContinuum
from specoracle.recipes.frame import AirToVacuum, RestFrame, Shift
from specoracle.recipes.preparation import blocks, prepare
from specoracle.recipes.recipe import Recipe
from specoracle.recipes.resample import METHODS, Resample
from specoracle.recipes.scale import SCALINGS, Scale
from specoracle.recipes.smoothing import Blur, Smooth
from specoracle.recipes.step import Need
from specoracle.recipes.trim import Trim
from specoracle.spectra.air import air_to_vacuum, vacuum_to_air
from specoracle.spectra.quality import Quality
from specoracle.spectra.rebinning import pixel_edges
from specoracle.spectra.spectrum import Spectrum

few = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)

LOW, HIGH = 6000.0, 7000.0
MOVING = [
    AirToVacuum(),
    Shift(velocity=-300.0),
    Shift(velocity=12_000.0),
    RestFrame(),
]
LOOKING = [
    ClipCosmics(),
    Bridge(),
    Bridge(widest=9.0),
    Blur(pixels=1.5),
    Blur(pixels=7.0),
    Smooth(resolution=300.0),
    Smooth(resolution=900.0, observed=2000.0),
    NormaliseContinuum(degree=3),
    Trim(start=6200.0, stop=6800.0),
    Trim(start=6395.0, stop=6650.0),
]
ABSURD = [np.nan, np.inf, -np.inf, 0.0, -1.0, 1e-320, 1e-30, 1e30, 1e200, 1.7e308, -1.7e308]


@st.composite
def grids(draw, pads=("refuse", "edge", "zero", "mask")):
    start = draw(st.floats(6300.0, 6500.0))
    return Resample(
        start=start,
        stop=start + draw(st.floats(0.5, 300.0)),
        n_pixels=draw(st.integers(2, 60)),
        spacing=draw(st.sampled_from(["linear", "log"])),
        method=draw(st.sampled_from(METHODS)),
        pad=draw(st.sampled_from(pads)),
        least=draw(st.sampled_from([0.01, 0.5, 1.0])),
        snap=draw(st.sampled_from([0.0, 0.05])),
    )


@st.composite
def recipes(draw, **how):
    moving = draw(st.lists(st.sampled_from(MOVING), max_size=2))
    looking = draw(st.lists(st.sampled_from(LOOKING), max_size=4))
    before = draw(st.permutations(moving + looking))
    scales = [Scale(how=name) for name in SCALINGS]
    behind = [Blur(pixels=2.0), Smooth(resolution=500.0), NormaliseContinuum(degree=1)]
    after = draw(st.lists(st.sampled_from([*scales, *behind, Bridge()]), max_size=2))
    early = draw(st.sampled_from([[], [], [], scales[:1]]))
    return Recipe(name="any", steps=(*early, *before, draw(grids(**how)), *after))


@st.composite
def spectra(draw, *, absurd=False, low=LOW, high=HIGH):
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    n_pixels = draw(st.sampled_from([5, 60, 1100, 2000] if absurd else [1100, 2000]))
    if draw(st.booleans()):
        wavelength = np.geomspace(low, high, n_pixels)
    else:
        wavelength = np.cumsum(rng.uniform(0.5, 1.5, n_pixels))
        wavelength = low + (high - low) * wavelength / wavelength[-1]
    flux = rng.normal(100.0, 5.0, n_pixels) + 30 * np.sin(wavelength / 40)
    ivar = rng.uniform(0.02, 0.08, n_pixels)
    for _ in range(draw(st.integers(0, 4))):
        hole = slice(place := rng.integers(n_pixels), place + rng.integers(1, 40))
        ivar[hole] = 0.0
        flux[hole] = rng.choice([1e4, 0.0, flux[place]])
    if absurd:
        size = draw(st.sampled_from([1.0, 0.0, 1e-17, 1e-160, 1e-310, 1e30, 1e300, 1e306]))
        with np.errstate(all="ignore"):
            flux, ivar = flux * size, ivar / size / size
        for values in (flux, ivar):
            if draw(st.booleans()):
                share = draw(st.sampled_from([0.01, 0.5, 1.0]))
                wrong = rng.random(n_pixels) < share
                choice = ABSURD if draw(st.booleans()) else [draw(st.sampled_from(ABSURD))]
                values[wrong] = rng.choice(choice, wrong.sum())
    return Spectrum(identifier="survey:7", wavelength=wavelength, flux=flux, ivar=ivar)


CATALOGUE = {"z": 0.01}


def cut_or_refused(recipe, spectrum):
    try:
        return recipe.cut(spectrum, CATALOGUE)
    except RecipeError:
        return None


def prepared(recipe, spectrum):
    cut = cut_or_refused(recipe, spectrum)
    assume(cut is not None)
    return recipe.prepare([cut])


@settings(few, max_examples=300)
@given(recipe=recipes(), several=st.lists(spectra(absurd=True), min_size=1, max_size=4))
def test_no_spectrum_can_stop_the_others(recipe, several):
    cuts = [cut for each in several if (cut := cut_or_refused(recipe, each)) is not None]
    rows = recipe.prepare(cuts)
    assert rows.flux.shape == rows.ivar.shape == (len(cuts), recipe.grid.n_pixels)
    assert np.isfinite(rows.flux).all()
    assert np.isfinite(rows.ivar).all()
    assert (rows.ivar >= 0).all()
    assert np.isfinite(rows.offset).all()
    assert (np.isfinite(rows.gain) & (rows.gain > 0)).all()
    lost = (rows.ivar == 0).all(axis=1)
    assert (rows.quality[lost] & Quality.NO_GOOD_PIXEL > 0).all()
    for each in several[:1]:
        if cut_or_refused(recipe, each) is not None:
            trace = recipe.trace(each, CATALOGUE)
            np.testing.assert_array_equal(
                trace.stages[-1].wavelength, recipe.grid.wavelength
            )
            trace_figure(trace)


@few
@given(recipe=recipes(pads=("refuse",)), spectrum=spectra(absurd=True))
def test_what_refuses_never_pads(recipe, spectrum):
    assert prepared(recipe, spectrum).quality[0] & Quality.PADDED == 0


@few
@given(
    recipe=recipes(pads=("edge", "zero", "mask")),
    spectrum=st.one_of(spectra(low=6450.0), spectra(high=6550.0)),
)
def test_what_is_padded_is_flagged_and_unusable(recipe, spectrum):
    rows = prepared(recipe, spectrum)
    *_, block = blocks([recipe.cut(spectrum, CATALOGUE)], recipe.steps)
    padded = block.outside is not None and bool(block.outside.any())
    assert (rows.quality[0] & Quality.PADDED > 0) == padded
    if padded:
        assert (rows.ivar[0, block.outside] == 0).all()


def whole(recipe, spectrum):
    """Prepare all of a spectrum, however little of it the recipe needs."""
    all_there_is = Need(start=spectrum.wavelength[0], stop=spectrum.wavelength[-1])
    windows = type(recipe._windows)(recipe.name, lambda _: all_there_is)
    return windows.cut(spectrum, CATALOGUE["z"] if recipe.needs_redshift else 0.0)


def same(some, others):
    for name in ("flux", "ivar", "offset", "gain"):
        one, other = getattr(some, name), getattr(others, name)
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6, err_msg=name)
    np.testing.assert_array_equal(some.ivar == 0, others.ivar == 0)
    np.testing.assert_array_equal(some.quality, others.quality)


@settings(few, max_examples=200)
@given(recipe=recipes(), spectrum=spectra())
def test_a_cut_gives_what_the_whole_spectrum_gives(recipe, spectrum):
    assume(not isinstance(recipe.steps[0], Scale))
    some = prepared(recipe, spectrum)
    same(some, prepare([whole(recipe, spectrum)], recipe.steps, recipe.grid.n_pixels))


@pytest.mark.parametrize("name", sorted(RECIPES))
@settings(few, max_examples=15)
@given(spectrum=spectra(low=3600.0, high=9300.0))
def test_a_cut_for_a_built_in_recipe_gives_what_the_whole_spectrum_gives(name, spectrum):
    recipe = RECIPES[name]
    some = prepared(recipe, spectrum)
    same(some, prepare([whole(recipe, spectrum)], recipe.steps, recipe.grid.n_pixels))


@few
@given(recipe=recipes(), several=st.lists(spectra(), min_size=2, max_size=3))
def test_spectra_do_not_see_each_other(recipe, several):
    cuts = [cut for each in several if (cut := cut_or_refused(recipe, each)) is not None]
    assume(cuts)
    together = recipe.prepare(cuts)
    for row, cut in enumerate(cuts):
        alone = recipe.prepare([cut])
        for each in fields(alone):
            np.testing.assert_allclose(
                getattr(together, each.name)[row], getattr(alone, each.name)[0], rtol=1e-6
            )


@few
@given(
    spectrum=spectra(),
    n_pixels=st.integers(2, 400),
    spacing=st.sampled_from(["linear", "log"]),
)
def test_conserving_keeps_the_flux_of_what_it_covers(spectrum, n_pixels, spacing):
    step = Resample(
        start=6300.0, stop=6700.0, n_pixels=n_pixels, spacing=spacing, method="conserving"
    )
    good = np.ones_like(spectrum.flux)
    block = Block.observed(spectrum.wavelength, spectrum.flux[None], good[None])
    assume(cut_or_refused(Recipe(name="any", steps=(step,)), spectrum) is not None)
    after = step.apply(block).flux[0]
    ends = pixel_edges(step.grid.wavelength)
    # The integral up to any wavelength, of steps as wide as pixels.
    edges = pixel_edges(spectrum.wavelength)
    total = np.concatenate([[0.0], np.cumsum(spectrum.flux * np.diff(edges))])
    expected = np.diff(np.interp(ends, edges, total))
    np.testing.assert_allclose(after * np.diff(ends), expected, rtol=1e-6, atol=1e-6)


@few
@given(
    recipe=recipes(),
    spectrum=spectra(),
    factor=st.sampled_from([1e-17, 1e-3, 8.0, 1e10]),
)
def test_another_unit_of_flux_changes_offset_and_gain_alone(recipe, spectrum, factor):
    scaled = any(isinstance(step, Scale) for step in recipe.steps)
    other = Spectrum(
        identifier="survey:8",
        wavelength=spectrum.wavelength,
        flux=spectrum.flux * factor,
        ivar=spectrum.ivar / factor**2,
    )
    one, two = prepared(recipe, spectrum), prepared(recipe, other)
    assert one.quality[0] == two.quality[0]
    np.testing.assert_array_equal(one.ivar == 0, two.ivar == 0)
    np.testing.assert_allclose(two.snr, one.snr, rtol=1e-5)
    assert one.cosmics[0] == two.cosmics[0]
    free = any(isinstance(step, NormaliseContinuum) for step in recipe.steps)
    if scaled and one.quality[0] & Quality.UNUSABLE == 0:
        np.testing.assert_allclose(two.flux, one.flux, rtol=1e-4, atol=1e-5)
        if not free:
            np.testing.assert_allclose(two.gain, factor * one.gain, rtol=1e-6)
            atol = 1e-9 * factor * np.abs(spectrum.flux).max()
            np.testing.assert_allclose(
                two.offset, factor * one.offset, atol=atol, rtol=1e-6
            )


@given(wavelength=st.floats(2001.0, 25_000.0), velocity=st.floats(-2e5, 2e5))
@few
def test_there_and_back_is_where_it_was(wavelength, velocity):
    there = np.array([wavelength])
    # Rounding: 1e-12 Å; the two formulae for air are inverse to 1e-6 Å.
    np.testing.assert_allclose(
        vacuum_to_air(air_to_vacuum(there)), there, atol=1e-5, rtol=0
    )
    block = Block.observed(there, np.ones((1, 1)), np.ones((1, 1)))
    away = Shift(velocity=velocity).apply(block)
    back = Shift(velocity=-velocity).apply(away)
    np.testing.assert_allclose(back.wavelength, there, rtol=1e-12)


@few
@given(recipe=recipes(), spectrum=spectra())
def test_a_recipe_that_travelled_does_the_same(recipe, spectrum):
    some = prepared(recipe, spectrum)
    other = pickle.loads(pickle.dumps(recipe))
    assert other == recipe
    same(some, prepared(other, spectrum))
