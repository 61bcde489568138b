import numpy as np
import pytest

from specoracle.simulate.absorption import (
    FWHM_PER_SIGMA,
    SPEED_OF_LIGHT,
    hydrogen_line,
    instrumental_sigma,
    line_transmission,
)
from specoracle.simulate.strengths import line_strength
from specoracle.spectra.lines import HALPHA, LINES

WAVELENGTH = 10.0 ** (3.5682 + 1e-4 * np.arange(3909))


def at(wavelength, **settings):
    return float(line_transmission(np.array([wavelength, 9400.0]), **settings)[0])


def test_rydbergs_formula_gives_the_balmer_series():
    # NIST, vacuum; Rydberg's formula is good to 0.1 Å here.
    assert hydrogen_line(2, 3) == pytest.approx(HALPHA, abs=0.15)
    assert hydrogen_line(2, 4) == pytest.approx(LINES["Hβ"], abs=0.1)
    assert hydrogen_line(2, 6) == pytest.approx(LINES["Hδ"], abs=0.1)


def test_the_instrument_blurs_by_light_speed_over_resolution():
    sigma = instrumental_sigma(1800.0)
    assert sigma * FWHM_PER_SIGMA == pytest.approx(299792.458 / 1800.0)
    assert instrumental_sigma(1800.0, 100.0) == pytest.approx(np.hypot(sigma, 100.0))


def test_halpha_is_deepest_in_a_stars():
    temperatures = [3200.0, 4500.0, 5800.0, 9500.0, 15000.0, 35000.0]
    depths = [1.0 - at(HALPHA, teff=teff) for teff in temperatures]
    assert int(np.argmax(depths)) == 3
    # Median of 13 real A1 stars of LAMOST: 0.48.
    assert depths[3] == pytest.approx(0.48, abs=0.08)


@pytest.mark.parametrize("line", ["Ca II K", "Mg b", "Na D2", "Ca II 8544"])
def test_metal_lines_grow_towards_cool_stars(line):
    depths = [1.0 - at(LINES[line], teff=teff) for teff in (12000.0, 7500.0, 4500.0)]
    assert depths == sorted(depths)
    assert depths[-1] > 0.25


def test_helium_shows_in_b_stars_only():
    assert line_strength("He I", 20000.0) > 0.5
    assert line_strength("He I", 9000.0) == 0.0


def test_the_equivalent_width_of_halpha_is_the_tabulated_one():
    # Area of the dip, in a window that holds the Voigt profile cut at 12 FWHM; the
    # missing wings of a Lorentzian beyond it are 2/(24π) of the area, 2.7 %.
    wavelength = np.arange(6350.0, 6780.0, 0.25)
    dip = 1.0 - line_transmission(wavelength, teff=9500.0, metals=0.0)
    area = float(dip.sum()) * 0.25
    assert area == pytest.approx(line_strength("Hα", 9500.0), rel=0.035)


def test_a_moving_star_shifts_its_lines():
    def centre(velocity):
        window = np.arange(6540.0, 6590.0, 0.1)
        dip = 1.0 - line_transmission(window, teff=9500.0, velocity=velocity, metals=0.0)
        return window[np.argmax(dip)]

    # Doppler's formula, to the step of the window.
    shift = HALPHA * 300.0 / SPEED_OF_LIGHT
    assert centre(300.0) - centre(0.0) == pytest.approx(shift, abs=0.11)


def test_transmission_stays_between_nothing_and_everything():
    for teff in (2800.0, 3800.0, 5000.0, 6500.0, 9500.0, 20000.0, 45000.0):
        transmission = line_transmission(WAVELENGTH, teff=teff, metals=1.5)
        assert transmission.shape == WAVELENGTH.shape
        assert transmission.min() > 0.0
        assert transmission.max() <= 1.0
