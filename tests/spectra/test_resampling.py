import numpy as np
import pytest

from specoracle.spectra.resampling import Resampled, interpolate_all, plan_on
from specoracle.spectra.spectrum import Spectrum


def interpolate(spectrum, grid, **how):
    plan = plan_on(spectrum.wavelength, grid, **how)
    rows = interpolate_all(
        spectrum.flux[None].astype(float), spectrum.ivar[None].astype(float), plan
    )
    return Resampled(rows.flux[0], rows.ivar[0])


def spectrum(flux, ivar, wavelength=None):
    flux = np.asarray(flux)
    if wavelength is None:
        wavelength = 10.0 * np.arange(1, flux.size + 1)
    return Spectrum(
        identifier="survey:7", wavelength=wavelength, flux=flux, ivar=np.asarray(ivar)
    )


@pytest.fixture(scope="module")
def noisy():
    rng = np.random.default_rng(0)
    wavelength = 10 ** (3.81 + 1e-4 * np.arange(200))
    ivar = rng.uniform(0.5, 2.0, 200).astype(np.float32)
    flux = rng.normal(100.0, 20.0, 200).astype(np.float32)
    return spectrum(flux, ivar, wavelength)


def test_flux_is_exactly_what_numpy_interpolates(noisy):
    grid = np.linspace(noisy.wavelength[0], noisy.wavelength[-1], 137)
    np.testing.assert_array_equal(
        interpolate(noisy, grid).flux, np.interp(grid, noisy.wavelength, noisy.flux)
    )


def test_ivar_at_a_midpoint_is_that_of_the_mean_of_two_pixels():
    # Closed form: variance of (x + y) / 2 is (1/a + 1/b) / 4.
    a, b = 4.0, 0.5
    ivar = interpolate(spectrum([1.0, 2.0], [a, b]), np.array([15.0])).ivar
    assert ivar[0] == pytest.approx(1 / (0.25 / a + 0.25 / b), rel=1e-15)


def test_ivar_agrees_with_the_scatter_of_many_noise_realisations(noisy):
    rng = np.random.default_rng(1)
    grid = np.linspace(noisy.wavelength[3], noisy.wavelength[-4], 40)
    draws = noisy.flux + rng.normal(size=(20_000, 200)) / np.sqrt(noisy.ivar)
    measured = np.var([np.interp(grid, noisy.wavelength, row) for row in draws], axis=0)
    # The relative error of a variance from n draws is sqrt(2 / n) = 0.01; five of these.
    np.testing.assert_allclose(measured * interpolate(noisy, grid).ivar, 1.0, atol=0.05)


def test_a_point_beside_an_unusable_pixel_is_unusable():
    source = spectrum([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 1.0, 0.0, 1.0, 1.0])
    grid = np.array([14.0, 20.1, 29.9, 30.0, 30.1, 39.9, 44.0])
    ivar = interpolate(source, grid).ivar
    assert (ivar > 0).tolist() == [True, False, False, False, False, False, True]


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("pixel", [0, 1, 4])
def test_a_point_on_a_good_pixel_ignores_its_neighbours(pixel, bad):
    ivar = np.full(5, bad)
    ivar[pixel] = 3.0
    source = spectrum(np.arange(5.0), ivar)
    resampled = interpolate(source, source.wavelength)
    expected = np.zeros(5)
    expected[pixel] = 3.0
    np.testing.assert_array_equal(resampled.ivar, expected)
    np.testing.assert_array_equal(resampled.flux, source.flux)


def test_a_nan_in_the_flux_makes_its_neighbourhood_unusable():
    source = spectrum([1.0, np.nan, 1.0, 1.0], np.ones(4))
    assert (interpolate(source, np.array([15.0, 25.0, 35.0])).ivar > 0).tolist() == [
        False,
        False,
        True,
    ]


def test_ivar_survives_extreme_values_without_warnings():
    tiny, huge = np.float32(1e-45), np.float32(3e38)
    ivar = interpolate(spectrum([1.0, 1.0, 1.0], [tiny, huge, 0.0]), np.array([15.0])).ivar
    # The noisy pixel alone counts: 4 times its ivar.
    assert ivar[0] == pytest.approx(4 * float(tiny), rel=1e-12)


def test_points_beyond_the_pixels_have_the_outermost_flux_and_no_weight():
    source = spectrum([1.0, 2.0, 3.0], np.ones(3))
    grid = np.array([5.0, 9.999, 10.0, 30.0, 30.001, 45.0])
    resampled = interpolate(source, grid)
    np.testing.assert_array_equal(resampled.flux, np.interp(grid, [10, 20, 30], [1, 2, 3]))
    np.testing.assert_array_equal(
        resampled.ivar > 0, [False, False, True, True, False, False]
    )


def test_a_point_that_snaps_is_the_pixel_beside_it():
    source = spectrum([1.0, 5.0, 9.0, 2.0], [1.0, 7.0, 0.0, 3.0])
    grid = np.array([9.7, 20.4, 29.6, 34.0, 40.3])
    resampled = interpolate(source, grid, snap=0.05)
    np.testing.assert_allclose(
        resampled.flux, [1.0, 5.0, 9.0, 9.0 - 0.4 * 7, 2.0], rtol=1e-14
    )
    np.testing.assert_allclose(resampled.ivar, [1.0, 7.0, 0.0, 0.0, 3.0])
