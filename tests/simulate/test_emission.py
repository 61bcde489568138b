import numpy as np
import pytest
from scipy.signal import find_peaks

from specoracle.errors import SpectrumError
from specoracle.simulate.absorption import line_transmission
from specoracle.simulate.emission import (
    LABELS,
    EmissionLine,
    add_emission,
    draw_emission,
    line_profile,
)
from specoracle.spectra.lines import HALPHA, LINES

LAMOST = 10.0 ** (3.5682 + 1e-4 * np.arange(3909))
FINE = np.arange(6400.0, 6730.0, 0.02)


def area(wavelength, excess):
    return float(np.sum(0.5 * (excess[1:] + excess[:-1]) * np.diff(wavelength)))


def half_maximum_width(wavelength, profile):
    above = wavelength[profile >= profile.max() / 2.0]
    return above[-1] - above[0]


def dip(profile):
    peaks, _ = find_peaks(profile)
    assert len(peaks) == 2
    return profile[peaks[0] : peaks[1]].min() / profile[peaks].max()


@pytest.mark.parametrize("equivalent_width", [-3.0, 0.5, 12.0, 60.0])
@pytest.mark.parametrize("separation", [0.0, 300.0])
@pytest.mark.parametrize("wavelength", [FINE, LAMOST], ids=["fine", "LAMOST"])
def test_the_profile_integrates_to_its_equivalent_width(
    equivalent_width, separation, wavelength
):
    excess = line_profile(
        wavelength,
        equivalent_width=equivalent_width,
        width=150.0,
        separation=separation,
        violet_to_red=1.3,
        velocity=70.0,
    )
    assert area(wavelength, excess) == pytest.approx(equivalent_width, rel=1e-3)


def test_a_narrow_line_is_as_wide_as_the_instrument_at_r_1800():
    # R = λ / FWHM by definition: 6564.6 / 1800 = 3.65 Å.
    profile = line_profile(FINE, equivalent_width=1.0, width=0.0, resolution=1800.0)
    expected = HALPHA / 1800.0
    assert half_maximum_width(FINE, profile) == pytest.approx(expected, abs=0.05)


def test_widths_add_in_quadrature():
    # Convolution of two Gaussians; 150 km/s at Hα are 3.28 Å.
    profile = line_profile(FINE, equivalent_width=1.0, width=150.0)
    expected = HALPHA * np.hypot(1.0 / 1800.0, 150.0 / 299792.458)
    assert half_maximum_width(FINE, profile) == pytest.approx(expected, abs=0.05)


def test_peaks_far_apart_stand_where_they_were_put():
    profile = line_profile(FINE, equivalent_width=1.0, width=0.0, separation=600.0)
    violet, red = FINE[find_peaks(profile)[0]]
    assert red - violet == pytest.approx(HALPHA * 600.0 / 299792.458, abs=0.05)
    assert 0.5 * (red + violet) == pytest.approx(HALPHA, abs=0.05)


def test_violet_to_red_is_the_ratio_of_the_peaks():
    profile = line_profile(
        FINE, equivalent_width=1.0, width=0.0, separation=900.0, violet_to_red=1.5
    )
    violet, red = profile[find_peaks(profile)[0]]
    assert violet / red == pytest.approx(1.5, rel=1e-3)


def test_every_drawn_double_peak_shows_its_dip_at_lamosts_resolution():
    rng = np.random.default_rng(7)
    for _ in range(300):
        line = draw_emission(rng, "double-peak")
        profile = line_profile(
            FINE,
            equivalent_width=line.equivalent_width,
            width=line.width,
            separation=line.separation,
            violet_to_red=line.violet_to_red,
        )
        # 299792.458 / 1800 = 166.6 km/s is one instrumental FWHM.
        assert line.separation > 166.6
        assert dip(profile) < 0.93


def test_a_double_peak_is_still_one_in_a_star_and_on_lamosts_pixels():
    rng = np.random.default_rng(8)
    window = abs(LAMOST - HALPHA) < 15.0
    shown = 0
    for _ in range(200):
        photosphere = line_transmission(LAMOST, teff=12000.0)
        line = draw_emission(rng, "double-peak")
        flux = add_emission(LAMOST, photosphere, continuum=1.0, line=line)[window]
        shown += len(find_peaks(flux, prominence=0.02)[0]) == 2
    assert shown >= 190


def test_every_drawn_single_peak_shows_one_maximum():
    rng = np.random.default_rng(9)
    for _ in range(300):
        line = draw_emission(rng, "emission")
        profile = line_profile(
            FINE,
            equivalent_width=1.0,
            width=line.width,
            separation=line.separation,
            violet_to_red=line.violet_to_red,
        )
        assert len(find_peaks(profile)[0]) == 1
        assert line.separation < 166.6


def test_hbeta_follows_with_its_share():
    line = EmissionLine(equivalent_width=10.0, width=200.0, hbeta_share=0.25)
    excess = add_emission(LAMOST, np.zeros_like(LAMOST), continuum=1.0, line=line)
    for centre, expected in ((HALPHA, 10.0), (LINES["Hβ"], 2.5)):
        window = abs(LAMOST - centre) < 40.0
        measured = area(LAMOST[window], excess[window])
        assert measured == pytest.approx(expected, rel=2e-3)


def test_an_injected_line_scales_with_the_continuum_and_leaves_the_input_alone():
    flux = np.full_like(LAMOST, 7.0)
    line = EmissionLine(equivalent_width=10.0, width=200.0)
    injected = add_emission(LAMOST, flux, continuum=7.0, line=line)
    window = abs(LAMOST - HALPHA) < 40.0
    assert area(LAMOST[window], (injected / 7.0 - 1.0)[window]) == pytest.approx(
        10.0, rel=2e-3
    )
    assert np.all(flux == 7.0)


def test_there_is_nothing_to_draw_for_absorption():
    with pytest.raises(SpectrumError, match="expected a label of emission, double-peak"):
        draw_emission(np.random.default_rng(0), LABELS[0])


def test_a_negative_width_is_refused():
    with pytest.raises(SpectrumError, match="expected width"):
        EmissionLine(equivalent_width=1.0, width=-1.0)
