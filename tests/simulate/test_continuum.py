import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.simulate.continuum import (
    calibration_error,
    effective_temperature,
    photosphere,
    planck,
    reddening,
)

WAVELENGTH = 10.0 ** (3.5682 + 1e-4 * np.arange(3909))


def test_a_black_body_peaks_where_wien_says():
    # Wien's displacement law: λ_max T = 2.897771955e7 Å K (CODATA 2018).
    wavelength = np.arange(3000.0, 9000.0, 0.5)
    peak = wavelength[np.argmax(planck(wavelength, 5000.0))]
    assert peak == pytest.approx(2.897771955e7 / 5000.0, abs=1.0)


def test_a_hot_black_body_nears_the_rayleigh_jeans_law():
    # For hc/λkT → 0, flux ∝ λ^-4; at 1e7 K the next term is 1e-3.
    ratio = planck(np.array([4000.0, 8000.0]), 1e7)
    assert ratio[0] / ratio[1] == pytest.approx(2.0**4, rel=2e-3)


def test_temperatures_fall_along_the_sequence():
    types = ["O6", "B0", "B5", "A0", "A9", "F0", "G2", "K0", "K7", "M0", "M6"]
    temperatures = [effective_temperature(name) for name in types]
    assert temperatures == sorted(temperatures, reverse=True)


@pytest.mark.parametrize(
    ("spectral_type", "published"), [("B5", 15700), ("A5", 8080), ("G2", 5770)]
)
def test_temperatures_are_near_the_published_scale(spectral_type, published):
    # Pecaut & Mamajek (2013), table 5; ours interpolates between subtypes 0.
    assert effective_temperature(spectral_type) == pytest.approx(published, rel=0.12)


@pytest.mark.parametrize("wrong", ["", "A", "X5", "A10", "A0V", "Aé"])
def test_an_unknown_type_is_refused_with_the_known_letters(wrong):
    with pytest.raises(SpectrumError, match="OBAFGKM"):
        effective_temperature(wrong)


def test_vega_is_as_blue_as_measured():
    # Hayes & Latham (1975): flux at 4000 Å over that at 5500 Å is about 2.3.
    flux = photosphere(np.array([4000.0, 5500.0]), 9600.0)
    assert flux[0] / flux[1] == pytest.approx(2.3, rel=0.1)


def test_only_hot_stars_lose_light_below_the_balmer_jump():
    edge = np.array([3700.0, 3900.0])
    hot = photosphere(edge, 9500.0)
    cool = photosphere(edge, 4500.0)
    assert hot[0] / hot[1] < 0.7
    assert cool[0] / cool[1] == pytest.approx(
        planck(edge, 4500.0)[0] / planck(edge, 4500.0)[1]
    )


def test_dust_of_one_magnitude_dims_by_a_hundredth_of_five():
    # Definition of the magnitude: 5 mag are a factor of 100.
    assert reddening(np.array([5500.0]), 5.0)[0] == pytest.approx(0.01)
    blue, red = reddening(np.array([4000.0, 8000.0]), 1.0)
    assert blue < red


def test_no_two_calibrations_are_alike_and_all_are_smooth():
    errors = [calibration_error(WAVELENGTH, np.random.default_rng(i)) for i in range(20)]
    assert len({error[100] for error in errors}) == 20
    away = abs(WAVELENGTH - 5900.0) > 5.0
    for error in errors:
        assert error.min() > 0.3
        assert abs(np.diff(np.log(error)))[away[1:]].max() < 0.02
