import numpy as np
import pytest

from specoracle.recipes.built_in import recipe_named
from specoracle.spectra.matched_filter import Filters, noise_scale
from specoracle.spectra.resampling import interpolate_all, plan_on

CENTRES = np.array([6500.0, 6564.6, 6564.9, 6700.0])


@pytest.fixture(scope="module")
def noisy(pixels):
    """Sloped spectra with noise, bad pixels and errors that differ."""
    wavelength = pixels()
    rng = np.random.default_rng(0)
    ivar = rng.uniform(0.5, 2.0, (4, wavelength.size))
    ivar[rng.random(ivar.shape) < 0.1] = 0.0
    noise = rng.normal(size=ivar.shape) / np.sqrt(np.where(ivar > 0, ivar, 1e-6))
    return 100.0 + 0.3 * (wavelength - 6500.0) + noise, ivar, wavelength


def by_numpy(flux, ivar, wavelength, line, near):
    """Strength and its ivar by ``numpy.linalg.lstsq`` on the pixels ``near``."""
    root = np.sqrt(ivar[near])
    x = wavelength[near] - wavelength[near].mean()
    design = np.stack([line[near], np.ones_like(x), x], axis=1) * root[:, None]
    solved = np.linalg.lstsq(design, flux[near] * root, rcond=None)[0]
    return solved[0], 1 / np.linalg.inv(design.T @ design)[0, 0]


def test_lines_are_those_of_weighted_least_squares(noisy, bell):
    flux, ivar, wavelength = noisy
    fitted = Filters(wavelength, CENTRES).fit(flux, ivar)
    for row in range(len(flux)):
        for place, centre in enumerate(CENTRES):
            near = np.abs(wavelength - centre) <= 2.75 * centre / 1800.0
            line = bell(wavelength, centre)
            strength, inverse = by_numpy(flux[row], ivar[row], wavelength, line, near)
            assert fitted.strength[row, place] == pytest.approx(strength, rel=1e-7)
            assert fitted.ivar[row, place] == pytest.approx(inverse, rel=1e-9)


def test_a_line_on_a_slope_has_its_own_flux(pixels, bell):
    wavelength = pixels()
    flux = 1e4 - 7.0 * (wavelength - 6500.0) + 123.0 * bell(wavelength, 6564.9)
    fitted = Filters(wavelength, CENTRES[2:3]).fit(flux[None], np.ones((1, flux.size)))
    assert fitted.strength[0, 0] == pytest.approx(123.0, rel=1e-9)


def test_the_unit_of_flux_changes_nothing_but_the_unit(noisy):
    flux, ivar, wavelength = noisy
    plain = Filters(wavelength, CENTRES).fit(flux, ivar)
    tiny = Filters(wavelength, CENTRES).fit(flux * 1e-17, ivar * 1e34)
    np.testing.assert_allclose(tiny.strength, plain.strength * 1e-17, rtol=1e-9)
    np.testing.assert_allclose(tiny.significance, plain.significance, rtol=1e-9)


def test_noise_alone_has_significances_of_mean_0_and_deviation_1(pixels):
    wavelength = pixels()
    noise = np.random.default_rng(1).normal(size=(4000, wavelength.size))
    found = Filters(wavelength, CENTRES).fit(noise, np.ones_like(noise)).significance
    # Errors of mean and deviation of 4,000 draws are 0.016 and 0.011.
    np.testing.assert_allclose(found.mean(axis=0), 0.0, atol=5 * 0.016)
    np.testing.assert_allclose(found.std(axis=0), 1.0, atol=5 * 0.011)


def test_nothing_is_fitted_beyond_the_pixels_or_where_all_are_bad(pixels):
    wavelength = pixels(6519.0, 6732.0)
    flux = np.full((1, wavelength.size), 5.0)
    ivar = np.where(np.abs(wavelength - 6600.0) < 12.0, 0.0, 1.0)[None]
    centres = np.array([6300.0, 6519.5, 6600.0, 6650.0, 6731.0, 6800.0])
    fitted = Filters(wavelength, centres).fit(flux, ivar)
    assert (fitted.ivar[0] > 0).tolist() == [False, False, False, True, False, False]
    assert fitted.significance[0].tolist() == [0.0] * 6


def test_a_line_of_which_all_pixels_are_bad_is_not_made_up_from_the_rest(pixels):
    wavelength = pixels()
    ivar = np.where(np.abs(wavelength - 6564.6) < 5.0, 0.0, 1.0)[None]
    flux = np.where(ivar > 0, 10.0, 1e6)
    fitted = Filters(wavelength, CENTRES[1:2]).fit(flux, ivar)
    assert fitted.significance[0, 0] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300, -1e300])
def test_absurd_values_of_a_damaged_file_do_no_harm(noisy, bad):
    flux, ivar, wavelength = (values.copy() for values in noisy)
    flux[0, 50], ivar[1, 60] = bad, bad
    flux[2], ivar[2] = 1e300, 1e300
    fitted = Filters(wavelength, CENTRES).fit(flux, ivar)
    assert np.isfinite(fitted.strength).all()
    assert np.isfinite(fitted.ivar).all()
    assert np.isfinite(noise_scale(flux, ivar, wavelength)).all()


def test_no_spectra_have_no_lines(pixels):
    wavelength = pixels()
    nothing = np.zeros((0, wavelength.size))
    assert Filters(wavelength, CENTRES).fit(nothing, nothing).strength.shape == (0, 4)
    assert noise_scale(nothing, nothing, wavelength).shape == (0,)


def test_the_scale_of_honest_noise_is_1_and_of_twice_the_noise_2(pixels):
    wavelength = pixels()
    noise = np.random.default_rng(2).normal(size=(2000, wavelength.size))
    honest = noise_scale(noise, np.ones_like(noise), wavelength)
    assert honest.min() == 1.0
    # The median of about 80 correlated places scatters by some 15 %.
    assert np.median(honest) == pytest.approx(1.0, abs=0.05)
    doubled = noise_scale(2 * noise, np.ones_like(noise), wavelength)
    assert np.median(doubled) == pytest.approx(2.0, rel=0.03)


def test_the_scale_makes_up_for_noise_that_resampled_pixels_share(pixels):
    grid = recipe_named("halpha").grid.wavelength
    plan = plan_on(pixels(), grid)
    noise = np.random.default_rng(3).normal(size=(3000, plan.observed.size))
    flux, ivar = interpolate_all(noise, np.ones_like(noise), plan)
    found = Filters(grid, CENTRES[1:2]).fit(flux, ivar).significance[:, 0]
    scaled = found / noise_scale(flux, ivar, grid)
    assert found.std() > 1.05  # the covariance that interpolation leaves out
    assert scaled.std() < found.std()
    assert scaled.std() == pytest.approx(1.0, abs=0.12)


def test_a_spectrum_without_a_usable_pixel_has_the_scale_1(pixels):
    wavelength = pixels()
    nothing = np.zeros((1, wavelength.size))
    assert noise_scale(nothing + 7.0, nothing, wavelength).tolist() == [1.0]
