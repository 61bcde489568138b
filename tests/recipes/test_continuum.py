import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.continuum import NormaliseContinuum

WAVELENGTH = np.linspace(3700.0, 9100.0, 2000)
PLACE = (WAVELENGTH - 6400) / 2700
CONTINUUM = 400 + 120 * PLACE - 90 * PLACE**2 + 30 * PLACE**3


def with_lines():
    """Ten absorption lines of half depth, one emission line, one cosmic hit."""
    shape = np.ones(WAVELENGTH.size)
    for centre in np.linspace(3900, 8900, 10):
        shape -= 0.5 * np.exp(-0.5 * ((WAVELENGTH - centre) / 12) ** 2)
    shape += 3 * np.exp(-0.5 * ((WAVELENGTH - 6564.6) / 5) ** 2)
    shape[700] = 20
    return shape


def test_a_smooth_continuum_becomes_one(block):
    after = NormaliseContinuum(degree=3).apply(block(CONTINUUM, wavelength=WAVELENGTH))
    np.testing.assert_allclose(after.flux, 1.0, rtol=1e-6)


def test_lines_and_hits_do_not_pull_the_continuum(block):
    shape = with_lines()
    noise = np.random.default_rng(4).normal(0, 0.01, WAVELENGTH.size)
    made = block(CONTINUUM * (shape + noise), wavelength=WAVELENGTH)
    after = NormaliseContinuum(degree=3).apply(made).flux[0]
    # Noise of 1 %; what is rejected below and above is not the same, half of it again.
    np.testing.assert_allclose(after - noise, shape, rtol=0.015, atol=0.01)


def test_signal_to_noise_is_kept(block):
    ivar = np.random.default_rng(1).uniform(0.1, 1, WAVELENGTH.size)
    made = block(CONTINUUM, ivar, wavelength=WAVELENGTH)
    after = NormaliseContinuum().apply(made)
    before = made.flux * np.sqrt(made.ivar)
    np.testing.assert_allclose(after.flux * np.sqrt(after.ivar), before, rtol=1e-12)


def test_faint_and_bright_spectra_are_normalised_alike(block):
    flux = np.stack([CONTINUUM * with_lines() * factor for factor in (1e-17, 1.0, 1e9)])
    after = NormaliseContinuum().apply(block(flux, wavelength=WAVELENGTH)).flux
    np.testing.assert_allclose(after[0], after[1], rtol=1e-6)
    np.testing.assert_allclose(after[2], after[1], rtol=1e-6)


def test_pixels_without_a_positive_continuum_are_unusable(block):
    after = NormaliseContinuum(degree=1).apply(
        block(np.linspace(-50.0, 50.0, 100), wavelength=np.arange(1.0, 101.0))
    )
    np.testing.assert_array_equal(after.ivar[0] > 0, np.linspace(-50, 50, 100) > 0)
    assert np.isfinite(after.flux).all()


def test_a_spectrum_without_good_pixels_stays_unusable(block):
    after = NormaliseContinuum().apply(block(CONTINUUM, 0.0, wavelength=WAVELENGTH))
    assert not after.ivar.any()
    assert np.isfinite(after.flux).all()


@pytest.mark.parametrize("degree", [-1, 21])
def test_an_absurd_degree_is_refused(degree):
    with pytest.raises(RecipeError, match=r"Step normalise-continuum: expected a degree"):
        NormaliseContinuum(degree=degree)
