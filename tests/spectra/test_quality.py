from contextlib import suppress

import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.quality import measure, spikes

N_PIXELS = 41
WAVELENGTH = 6500.0 + 1.5 * np.arange(N_PIXELS)


def measured(flux=100.0, ivar=1.0):
    """Measures of one spectrum, as plain numbers."""
    shape = (1, N_PIXELS)
    found = measure(
        np.array(np.broadcast_to(flux, shape), float),
        np.array(np.broadcast_to(ivar, shape), float),
        WAVELENGTH,
    )
    return {name: getattr(found, name)[0] for name in found.__slots__}


def with_pixels(value, places, background):
    values = np.full(N_PIXELS, background)
    values[places] = value
    return values


def test_a_clean_spectrum_has_the_ratio_of_flux_to_its_error_and_nothing_else():
    # Standard deviation 1 / sqrt(4) = 0.5, so 100 is 200 of them.
    clean = measured(100.0, 4.0)
    assert clean["snr"] == 200.0
    assert (clean["bad_share"], clean["gap"], clean["cosmics"]) == (0.0, 0.0, 0)


def test_the_ratio_is_the_median_over_usable_pixels():
    flux = np.arange(N_PIXELS, dtype=float)
    ivar = with_pixels(0.0, slice(31, None), 1.0)
    assert measured(flux, ivar)["snr"] == np.median(flux[:31])
    even = with_pixels(0.0, slice(30, None), 1.0)
    assert measured(flux, even)["snr"] == np.median(flux[:30])


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_a_spectrum_without_a_usable_pixel_has_no_ratio(bad):
    lost = measured(100.0, bad)
    assert np.isnan(lost["snr"])
    assert lost["bad_share"] == 1.0
    # 41 pixels of 1.5 Å.
    assert lost["gap"] == pytest.approx(61.5)


def test_pixels_count_as_bad_for_their_ivar_and_for_their_flux():
    flux = with_pixels(np.nan, [3, 4], 100.0)
    ivar = with_pixels(0.0, [4, 5], 1.0)
    assert measured(flux, ivar)["bad_share"] == pytest.approx(3 / N_PIXELS)


@pytest.mark.parametrize(
    ("places", "width"),
    [([7], 1.5), ([7, 9], 1.5), ([0, 1, 5], 3.0), ([5, 38, 39, 40], 4.5)],
)
def test_a_gap_is_the_widest_run_of_bad_pixels(places, width):
    assert measured(ivar=with_pixels(0.0, places, 1.0))["gap"] == pytest.approx(width)


@pytest.mark.parametrize("place", [3, 20, N_PIXELS - 4])
def test_a_single_pixel_that_stands_out_is_a_cosmic_hit(place):
    assert measured(with_pixels(150.0, place, 100.0))["cosmics"] == 1


def test_hits_are_counted_one_by_one():
    assert measured(with_pixels(150.0, [8, 15, 30], 100.0))["cosmics"] == 3


@pytest.mark.parametrize("height", [107.0, 50.0])
def test_what_noise_or_absorption_can_do_is_no_hit(height):
    # Seven standard deviations up, and any depth down.
    assert measured(with_pixels(height, 20, 100.0))["cosmics"] == 0


@pytest.mark.parametrize("centre", [30.0, 30.25, 30.5])
def test_the_sharpest_line_that_the_spectrograph_makes_is_no_hit(centre):
    # R = 1800 at 6564.6 Å is a FWHM of 3.65 Å, 2.4 pixels of 1.52 Å.
    sigma = 3.65 / 2.3548 / 1.52
    line = 1e4 * np.exp(-0.5 * ((np.arange(N_PIXELS) - centre) / sigma) ** 2)
    assert measured(100.0 + line)["cosmics"] == 0


@pytest.mark.parametrize("centre", [20.0, 20.25, 20.5, 20.75])
def test_the_shoulder_of_a_deep_absorption_line_is_no_hit(centre):
    # A line as narrow as the spectrograph makes it, half as deep as the continuum, in a
    # spectrum of S/N 1000: the pixel where the slope begins is sharp, but no peak.
    sigma = 3.65 / 2.3548 / 1.52
    line = 5e4 * np.exp(-0.5 * ((np.arange(N_PIXELS) - centre) / sigma) ** 2)
    assert measured(1e5 - line, 1e-4)["cosmics"] == 0


def test_real_absorption_lines_hold_no_hits(real_lamost):
    found = []
    for path in sorted(real_lamost.iterdir())[:300]:
        with suppress(LoaderError):
            seen = load(path)[0].spectrum
            near = np.abs(seen.wavelength - HALPHA) < 12.0
            flux, ivar = (v[near].astype("f4")[None] for v in (seen.flux, seen.ivar))
            found.append(int(spikes(flux, ivar).sum()))
    # Away from Hα one pixel in 4,000 is a hit: of these 16 a spectrum, about one in all.
    assert len(found) > 250
    assert sum(found) <= 4


def test_hits_are_found_where_they_are():
    flux = with_pixels(150.0, [8, 15], 100.0)[None]
    found = spikes(flux.astype("f4"), np.ones((1, N_PIXELS), "f4"))
    assert np.flatnonzero(found[0]).tolist() == [8, 15]


def test_a_spike_beside_a_bad_pixel_is_not_judged():
    flux = with_pixels(150.0, 20, 100.0)
    assert measured(flux, with_pixels(0.0, 21, 1.0))["cosmics"] == 0


def test_noise_alone_makes_no_hits():
    rng = np.random.default_rng(0)
    flux = 100.0 + rng.normal(size=(5000, 140))
    found = measure(flux, np.ones_like(flux), np.arange(1.0, 141.0))
    assert found.cosmics.sum() == 0
    # The median of 140 draws of N(100, 1) scatters by 1.25 / sqrt(140) = 0.106.
    assert found.snr.mean() == pytest.approx(100.0, abs=5 * 0.106 / np.sqrt(5000))


def test_no_spectra_have_no_measures():
    empty = measure(np.zeros((0, 9)), np.zeros((0, 9)), np.arange(1.0, 10.0))
    assert {len(getattr(empty, name)) for name in empty.__slots__} == {0}


def test_absurd_values_of_a_damaged_file_do_no_harm():
    found = measured(with_pixels(1e300, 20, 1e-300), with_pixels(1e300, 5, 1e-300))
    assert found["bad_share"] == 0.0
