import numpy as np
import pytest
from astropy.convolution import Gaussian1DKernel, convolve

from specoracle.errors import RecipeError
from specoracle.recipes.smoothing import Blur, Smooth

LOG = 10 ** (3.8 + 1e-4 * np.arange(600))


def test_a_blur_is_what_astropy_convolves(block):
    flux = np.random.default_rng(5).normal(100, 20, (3, 300))
    blurred = Blur(pixels=7.0).apply(block(flux)).flux
    kernel = Gaussian1DKernel(stddev=7)
    expected = [convolve(row, kernel, boundary="extend") for row in flux]
    np.testing.assert_allclose(blurred, expected, rtol=1e-10)


def test_the_noise_of_a_blur_is_what_many_draws_scatter_by(block, scatter):
    ivar = np.random.default_rng(1).uniform(0.5, 2.0, (1, 60))
    made, step = block(np.ones(60), ivar), Blur(pixels=2.0)
    # 4000 draws know a variance to 2.2 %; four of these.
    np.testing.assert_allclose(scatter(step, made), step.apply(made).ivar[0], rtol=0.09)


def test_unusable_pixels_take_no_part_in_a_blur(block):
    flux, ivar = np.full(50, 3.0), np.ones(50)
    flux[20:23], ivar[20:23] = 1e6, 0.0
    flux[30] = np.nan
    blurred = Blur(pixels=2.0).apply(block(flux, ivar))
    np.testing.assert_allclose(blurred.flux, 3.0, rtol=1e-12)


def test_a_pixel_mostly_made_of_unusable_ones_is_unusable(block):
    ivar = np.ones(60)
    ivar[20:40] = 0.0
    blurred = Blur(pixels=2.0).apply(block(np.ones(60), ivar))
    assert (blurred.ivar[0, 23:37] == 0).all()
    assert (blurred.ivar[0, :15] > 0).all()
    assert (blurred.ivar[0, 45:] > 0).all()


def test_a_line_smoothed_to_a_resolution_has_its_width(block):
    fine = 10 ** (3.8 + 1e-5 * np.arange(2000))
    centre = fine[1000]
    narrow = np.exp(-0.5 * ((fine - centre) / (centre / 5000 / 2.3548)) ** 2)
    smooth = Smooth(resolution=1800.0, observed=5000.0)
    after = smooth.apply(block(narrow, wavelength=fine)).flux[0]
    second = np.sum(after * (fine - centre) ** 2) / np.sum(after)
    # Cutting the Gaussian at four standard deviations takes 0.1 % of its variance.
    assert centre / (2.3548 * np.sqrt(second)) == pytest.approx(1800, rel=2e-3)


def test_smoothing_keeps_the_flux_of_a_line(block):
    line = np.exp(-0.5 * ((np.arange(600) - 300) / 3.0) ** 2)
    after = Smooth(resolution=1000.0).apply(block(line, wavelength=LOG)).flux[0]
    width = np.gradient(LOG)
    assert (after * width).sum() == pytest.approx((line * width).sum(), rel=1e-3)


def test_the_noise_of_smoothing_is_what_many_draws_scatter_by(block, scatter):
    made = block(np.ones(600), 4.0, wavelength=LOG)
    step = Smooth(resolution=1200.0)
    measured, said = scatter(step, made), step.apply(made).ivar[0]
    np.testing.assert_allclose(measured, said, rtol=0.12)  # 4000 draws: 2.2 %, 600 pixels


def test_a_constant_stays_constant(block):
    for step in (Blur(pixels=5.0), Smooth(resolution=900.0)):
        after = step.apply(block(np.full(600, 7.0), wavelength=LOG))
        np.testing.assert_allclose(after.flux, 7.0, rtol=1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Blur(pixels=0.0),
        lambda: Blur(pixels=float("nan")),
        lambda: Smooth(resolution=2000.0, observed=1800.0),
        lambda: Smooth(resolution=-1.0),
    ],
)
def test_what_cannot_smooth_is_refused(make):
    with pytest.raises(RecipeError, match=r"Step \w+: expected .* got "):
        make()
