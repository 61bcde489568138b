from dataclasses import replace

import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.simulate.emission import EmissionLine
from specoracle.simulate.injection import (
    inject,
    injected_label,
    line_continuum,
    with_more_noise,
    with_velocity,
)
from specoracle.spectra.spectrum import Spectrum

C = 299792.458


def star(*, step=0.5, level=200.0, slope=0.0, sigma=1e-4):
    wavelength = np.arange(6300.0, 6830.0, step)
    flux = level * (1 + slope * (wavelength - 6564.614) / 100)
    ivar = np.full(wavelength.size, sigma**-2.0)
    return Spectrum(identifier="star", wavelength=wavelength, flux=flux, ivar=ivar)


def rng():
    return np.random.default_rng(5)


def excess(before, after):
    return np.asarray(after.flux) - np.asarray(before.flux)


def moments(wavelength, profile):
    centre = np.average(wavelength, weights=profile)
    return centre, np.average((wavelength - centre) ** 2, weights=profile) ** 0.5


@pytest.mark.parametrize("width", [7.0, 0.4, -3.0])
@pytest.mark.parametrize("slope", [0.0, 0.3])
def test_the_equivalent_width_is_measured_back_with_its_sign(width, slope):
    host = star(slope=slope)
    line = EmissionLine(equivalent_width=width, width=150.0)
    added = excess(host, inject(host, line, rng=rng()))
    assert (added / host.flux).sum() * 0.5 == pytest.approx(width, rel=0.01)


def test_the_equivalent_width_is_measured_back_from_noisy_spectra():
    host = star(sigma=4.0)  # S/N of 50
    line = EmissionLine(equivalent_width=5.0, width=200.0, separation=300.0)
    noisy = [
        inject(with_more_noise(host, 1.5, rng=np.random.default_rng(k)), line, rng=rng())
        for k in range(60)
    ]
    near = np.abs(host.wavelength - 6564.614) < 25
    measured = [((s.flux / line_continuum(s) - 1) * 0.5)[near].sum() for s in noisy]
    # Each has a scatter of 0.5 Å · 6 / 200 · √100 pixels = 0.15 Å.
    assert np.mean(measured) == pytest.approx(5.0, abs=4 * 0.15 / np.sqrt(60))


@pytest.mark.parametrize("resolution", [1800.0, 7500.0])
def test_a_narrow_line_is_as_wide_as_the_spectrograph_makes_it(resolution):
    host = star(step=0.1)
    line = EmissionLine(equivalent_width=5.0, width=0.0)
    added = excess(host, inject(host, line, rng=rng(), resolution=resolution))
    _, sigma = moments(host.wavelength, added)
    assert sigma * 2.3548 == pytest.approx(6564.614 / resolution, rel=0.01)


def test_width_and_instrument_add_in_quadrature():
    host = star(step=0.1)
    line = EmissionLine(equivalent_width=5.0, width=200.0)
    _, sigma = moments(host.wavelength, excess(host, inject(host, line, rng=rng())))
    fwhm = sigma * 2.3548 / 6564.614 * C
    assert fwhm == pytest.approx(np.hypot(200.0, C / 1800), rel=0.01)


def test_the_line_moves_with_the_star():
    host = star(step=0.1)
    line = EmissionLine(equivalent_width=5.0, width=100.0)
    added = excess(host, inject(host, line, rng=rng(), velocity=-150.0))
    centre, _ = moments(host.wavelength, added)
    assert (centre / 6564.614 - 1) * C == pytest.approx(-150.0, abs=1.0)


def test_two_peaks_stand_their_separation_apart():
    host = star(step=0.1)
    line = EmissionLine(equivalent_width=9.0, width=80.0, separation=400.0)
    added = excess(host, inject(host, line, rng=rng()))
    inside = added[1:-1]
    peaks = (inside > added[:-2]) & (inside > added[2:]) & (inside > 0.2 * added.max())
    violet, red = host.wavelength[1:-1][peaks]
    assert (red - violet) / 6564.614 * C == pytest.approx(400.0, rel=0.02)


def test_the_line_brings_its_own_photon_noise():
    # 10,000 electrons a pixel: a peak as high as the continuum doubles the variance.
    host = star(level=10_000.0, sigma=100.0)
    strength = 1.0645 * 6564.614 / C * np.hypot(100.0, C / 1800)
    line = EmissionLine(equivalent_width=strength, width=100.0)
    many = [inject(host, line, rng=np.random.default_rng(k)) for k in range(400)]
    peak = int(np.argmin(np.abs(host.wavelength - 6564.614)))
    assert many[0].ivar[peak] == pytest.approx(0.5 * host.ivar[peak], rel=0.01)
    drawn = np.std([s.flux[peak] for s in many])
    # Only what the line adds is drawn; the host's own noise is in its flux already.
    assert drawn == pytest.approx(100.0, rel=0.12)
    assert many[0].ivar[0] == pytest.approx(host.ivar[0], rel=1e-6)


def test_unusable_pixels_stay_so():
    host = star()
    ivar = host.ivar.copy()
    ivar[500:520] = 0.0
    after = inject(
        replace(host, ivar=ivar), EmissionLine(equivalent_width=5, width=9), rng=rng()
    )
    assert (after.ivar[500:520] == 0).all()
    assert (after.ivar[:500] > 0).all()


def test_an_injection_leaves_its_host_alone_and_repeats_with_its_seed():
    host = star(sigma=3.0)
    before = host.flux.copy()
    line = EmissionLine(equivalent_width=5.0, width=100.0)
    first, second = (inject(host, line, rng=rng()) for _ in range(2))
    np.testing.assert_array_equal(first.flux, second.flux)
    np.testing.assert_array_equal(host.flux, before)


@pytest.mark.parametrize(
    ("width", "separation", "label"),
    [
        (100.0, 0.0, "emission"),
        # √(100² + 166.6²) = 194.3 km/s
        (100.0, 194.0, "unresolved"),
        (100.0, 195.0, "double-peak"),
        (0.0, 166.0, "unresolved"),
        (0.0, 167.0, "double-peak"),
    ],
)
def test_peaks_count_as_two_beyond_one_width_after_the_instrument(width, separation, label):
    line = EmissionLine(equivalent_width=5.0, width=width, separation=separation)
    assert injected_label(line) == label


def test_a_better_spectrograph_resolves_more():
    line = EmissionLine(equivalent_width=5.0, width=50.0, separation=100.0)
    assert injected_label(line) == "unresolved"
    assert injected_label(line, resolution=7500.0) == "double-peak"


def test_more_noise_lowers_the_ratio_by_its_factor():
    host = star(sigma=4.0)
    noisy = with_more_noise(host, 3.0, rng=rng())
    assert noisy.ivar == pytest.approx(host.ivar / 9)
    assert np.std(excess(host, noisy)) == pytest.approx(4 * np.sqrt(8), rel=0.07)


def test_a_line_that_the_survey_doubts_gets_no_more_noise_than_the_pixels_beside_it():
    even = star(sigma=4.0)
    doubted = np.abs(even.wavelength - 6564.614) < 12
    host = replace(even, ivar=np.where(doubted, even.ivar / 16, even.ivar))
    noisy = [with_more_noise(host, 3.0, rng=np.random.default_rng(k)) for k in range(30)]
    added = np.array([excess(host, each)[doubted] for each in noisy])
    assert np.std(added) == pytest.approx(4 * np.sqrt(8), rel=0.05)
    # 16 of doubt and 8 of noise, in variances of the pixels beside it.
    assert noisy[0].ivar[doubted] == pytest.approx(even.ivar[doubted] / 24)


def test_unusable_pixels_get_no_noise_and_stay_unusable():
    even = star(sigma=4.0)
    host = replace(even, ivar=np.where(np.arange(even.ivar.size) % 7, even.ivar, 0.0))
    noisy = with_more_noise(host, 2.0, rng=rng())
    unusable = host.ivar == 0
    assert (noisy.ivar[unusable] == 0).all()
    assert (excess(host, noisy)[unusable] == 0).all()


def test_noise_cannot_be_taken_out():
    with pytest.raises(SpectrumError, match=r"1 or more, got 0\.5"):
        with_more_noise(star(), 0.5, rng=rng())


def test_a_velocity_shifts_by_doppler():
    moved = with_velocity(star(), 299.792458)
    assert moved.wavelength == pytest.approx(star().wavelength * 1.001)


def test_a_spectrum_without_continuum_beside_the_line_is_refused():
    host = star()
    dead = replace(host, ivar=np.where(host.wavelength > 6564, 0.0, host.ivar))
    with pytest.raises(SpectrumError, match="star: expected usable pixels"):
        inject(dead, EmissionLine(equivalent_width=5.0, width=9.0), rng=rng())
