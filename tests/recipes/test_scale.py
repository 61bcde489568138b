import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.scale import SCALINGS, Scale
from specoracle.spectra.quality import Quality

RNG = np.random.default_rng(2)
FLUX = RNG.normal(500.0, 40.0, (4, 200))
IVAR = RNG.uniform(0.1, 2.0, (4, 200))


@pytest.mark.parametrize("how", SCALINGS)
def test_every_scaling_can_be_undone(block, how):
    scaled = Scale(how=how).apply(block(FLUX, IVAR))
    observed = scaled.offset[:, None] + scaled.gain[:, None] * scaled.flux
    np.testing.assert_allclose(observed, FLUX, rtol=1e-12)
    assert not scaled.quality.any()


@pytest.mark.parametrize("how", SCALINGS)
def test_signal_to_noise_is_not_changed_by_scaling(block, how):
    scaled = Scale(how=how).apply(block(FLUX, IVAR))
    np.testing.assert_allclose(scaled.ivar / scaled.gain[:, None] ** 2, IVAR, rtol=1e-12)


def test_scalings_give_what_their_names_say(block):
    scaled = {how: Scale(how=how).apply(block(FLUX, IVAR)).flux for how in SCALINGS}
    np.testing.assert_allclose(scaled["minmax"].min(axis=1), -1, rtol=1e-14)
    np.testing.assert_allclose(scaled["minmax"].max(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(scaled["zscore"].mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(scaled["zscore"].std(axis=1), 1)
    np.testing.assert_allclose((scaled["l2"] ** 2).sum(axis=1), 1)
    np.testing.assert_allclose(np.median(scaled["robust"], axis=1), 0, atol=1e-12)
    # The quartiles of a normal distribution lie at ±0.674 σ.
    inside = np.median(np.abs(scaled["robust"]), axis=1)
    np.testing.assert_allclose(inside, 0.6745, rtol=1e-4)


@pytest.mark.parametrize("how", ["zscore", "robust", "l2"])
def test_unusable_pixels_do_not_count(block, how):
    ivar, flux = IVAR.copy(), FLUX.copy()
    ivar[:, 50] = 0.0
    flux[:, 50] = 1e9
    kept = np.delete(np.arange(200), 50)
    scaled = Scale(how=how).apply(block(flux, ivar)).flux[:, kept]
    alone = Scale(how=how).apply(block(FLUX[:, kept], IVAR[:, kept])).flux
    np.testing.assert_allclose(scaled, alone, rtol=1e-12)


@pytest.mark.parametrize("how", SCALINGS)
def test_what_cannot_be_scaled_is_flagged_and_harmless(block, how):
    constant, broken, fine = np.full(200, 0.0), FLUX[0].copy(), FLUX[1]
    broken[3] = np.nan
    scaled = Scale(how=how).apply(block([constant, broken, fine]))
    assert scaled.quality.tolist() == [Quality.CONSTANT, Quality.NOT_FINITE, 0]
    assert not scaled.flux[:2].any()
    assert np.isfinite(scaled.flux).all()
    assert scaled.gain[:2].tolist() == [1, 1]


def test_a_spectrum_without_a_usable_pixel_is_scaled_by_all_it_has(block):
    scaled = Scale(how="zscore").apply(block(FLUX[:1], 0.0))
    np.testing.assert_allclose(scaled.flux.std(), 1)
    assert scaled.quality.tolist() == [Quality.NO_GOOD_PIXEL]


def test_an_unknown_scaling_is_refused_with_the_known_ones():
    with pytest.raises(RecipeError, match="minmax, zscore, robust, l2, got 'sigmoid'"):
        Scale(how="sigmoid")


def test_scalings_that_finite_numbers_cannot_undo_together_are_not_made(block):
    flux = FLUX.copy()
    flux[1, 7] = 1.7e308
    ivar = np.where(flux > 1e300, 1e-300, IVAR)
    once = Scale(how="minmax").apply(block(flux, ivar))
    twice = Scale(how="l2").apply(once)
    assert np.isfinite(once.gain).all()
    assert np.isfinite(twice.gain).all()
    assert np.isfinite(twice.offset).all()
    assert np.flatnonzero(twice.quality).tolist() == [1]
