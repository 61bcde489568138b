import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.measured import Noise, measured_spectrum

WAVELENGTH = np.array([6560.0, 6561.0, 6562.0, 6563.0])
FLUX = np.array([1.0, 2.0, 3.0, 4.0])


def measured(wavelength=WAVELENGTH, flux=FLUX, **settings):
    settings = {"medium": "vacuum"} | settings
    return measured_spectrum("my:1", np.asarray(wavelength, float), flux, **settings)


def test_a_spectrum_in_vacuum_is_taken_as_it_is():
    spectrum = measured(noise=Noise(np.full(4, 0.5), "error", "error"))
    np.testing.assert_array_equal(spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(spectrum.ivar, [4, 4, 4, 4])  # 1 / 0.5²


@pytest.mark.parametrize(
    ("kind", "values", "ivar"),
    [
        ("error", [0.5, 0.0, np.nan, -9999.0], [4, 0, 0, 0]),
        ("variance", [0.25, 0.0, np.nan, np.inf], [4, 0, 0, 0]),
        ("ivar", [4.0, 0.0, np.nan, -9999.0], [4, 0, 0, 0]),
    ],
)
def test_a_pixel_whose_noise_is_missing_or_0_is_unusable(kind, values, ivar):
    spectrum = measured(noise=Noise(np.array(values), kind, "noise"))
    np.testing.assert_array_equal(spectrum.ivar, ivar)


def test_a_pixel_whose_flux_is_missing_is_unusable():
    flux = np.array([1.0, np.nan, -9999.0, 4.0])
    np.testing.assert_array_equal(measured(flux=flux).ivar > 0, [True, False, False, True])


def test_decreasing_wavelengths_are_turned_round_with_all_that_belongs_to_them():
    noise = Noise(np.array([1.0, 0.5, 0.25, 0.125]), "error", "error")
    spectrum = measured(WAVELENGTH[::-1], noise=noise)
    np.testing.assert_array_equal(spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(spectrum.flux, [4, 3, 2, 1])
    np.testing.assert_array_equal(spectrum.ivar, [64, 16, 4, 1])


def test_pixels_without_a_wavelength_are_left_out():
    spectrum = measured([6560, np.nan, 6562, -9999])
    np.testing.assert_array_equal(spectrum.wavelength, [6560, 6562])
    np.testing.assert_array_equal(spectrum.flux, [1, 3])


def test_noise_that_is_nowhere_known_is_estimated():
    flux = np.random.default_rng(1).normal(100, 2, 1000)
    noise = Noise(np.zeros(1000), "error", "error")
    spectrum = measured(6000 + np.arange(1000.0), flux, noise=noise)
    # A standard deviation of 2, known to 1/√(2·1000) of it and the price of the median.
    np.testing.assert_allclose(spectrum.ivar**-0.5, 2, rtol=0.15)


@pytest.mark.parametrize(
    ("wavelength", "flux", "words"),
    [
        ([6560, 6561, 6561, 6563], FLUX, r"each wavelength once, got 1 of 4"),
        ([6560, 6562, 6561, 6563], FLUX, r"got 1 that turn back among 4"),
        ([0, 6561, 6562, 6563], FLUX, r"above 0, got 1 of 4"),
        ([6560, np.nan, np.nan, np.nan], FLUX, r"at least two pixels .* 1 of them known"),
        (WAVELENGTH[:3], FLUX, r"\(3,\) wavelengths, .*\(4,\) fluxes"),
        (WAVELENGTH, np.full(4, np.nan), r"known somewhere, got 4 pixels without"),
    ],
)
def test_arrays_that_are_no_spectrum_are_refused(wavelength, flux, words):
    with pytest.raises(LoaderError, match=words):
        measured(wavelength, flux)


@pytest.mark.parametrize("kind", ["error", "variance", "ivar"])
def test_negative_noise_is_refused_with_its_column_and_count(kind):
    noise = Noise(np.array([1.0, -1.0, -2.0, 1.0]), kind, "column 'sigma'")
    with pytest.raises(
        LoaderError, match=rf"column 'sigma': expected an {kind}.*got 2 of 4"
    ):
        measured(noise=noise)
