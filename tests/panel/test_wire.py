import numpy as np
import pytest

from specoracle.panel.wire import observed_curve, plain_curve
from specoracle.spectra.spectrum import Spectrum


def spectrum(wavelength, flux, ivar):
    return Spectrum(identifier="a", wavelength=wavelength, flux=flux, ivar=ivar)


def read_grid(words, buffer):
    """What the page makes of a grid, by its words alone."""
    if words["kind"] == "given":
        return np.frombuffer(buffer, "<f4").astype(float)
    even = words["start"] + words["step"] * np.arange(words["n"])
    return 10**even if words["kind"] == "log" else even


def read_steps(scale, buffer, kind):
    steps = np.frombuffer(buffer, kind).astype(float)
    return np.where(steps == 0, np.nan, scale["low"] + (steps - 1) * scale["step"])


@pytest.mark.parametrize(
    ("wavelength", "kind"),
    [
        (10 ** (3.5682 + 1e-4 * np.arange(3909)), "log"),
        (np.linspace(6519.0, 6732.0, 140), "linear"),
        (np.sort(np.random.default_rng(1).uniform(4000, 7000, 500)), "given"),
    ],
)
def test_wavelengths_arrive_to_a_thousandth_of_an_angstrom(wavelength, kind):
    wired = plain_curve(wavelength, np.ones_like(wavelength))
    assert wired.words["grid"]["kind"] == kind
    back = read_grid(wired.words["grid"], wired.buffers[0])
    np.testing.assert_allclose(back, wavelength, rtol=0, atol=1e-3)


def test_a_flux_loses_less_than_its_noise():
    rng = np.random.default_rng(0)
    flux = rng.normal(1000, 20, 4000)
    wired = observed_curve(
        spectrum(np.linspace(3700, 9100, 4000), flux, np.full(4000, 1 / 400)), unit="u"
    )
    back = read_steps(wired.words["quantised"], wired.buffers[1], "<u2")
    assert np.abs(back - flux).max() < 0.05 * 20
    assert sum(map(len, wired.buffers)) == 12_000


def test_a_cosmic_ray_costs_the_rest_no_precision():
    flux = np.random.default_rng(0).normal(1, 0.01, 4000).astype(np.float32)
    flux[2000] = 1e7
    wired = observed_curve(
        spectrum(np.linspace(3700, 9100, 4000), flux, np.full(4000, 1e4)), unit="u"
    )
    assert "quantised" not in wired.words
    np.testing.assert_array_equal(np.frombuffer(wired.buffers[1], "<f4"), flux)


def test_sigma_arrives_to_a_few_per_cent():
    sigma = np.geomspace(0.1, 50, 300)
    wired = observed_curve(
        spectrum(np.linspace(3700, 9100, 300), np.ones(300), sigma**-2), unit="u"
    )
    back = np.exp(read_steps(wired.words["sigma"], wired.buffers[2], "u1"))
    np.testing.assert_allclose(back, sigma, rtol=0.02)


def test_a_bad_pixel_has_no_value():
    flux, ivar = np.arange(10.0), np.ones(10)
    ivar[3], flux[5] = 0, np.nan
    wired = observed_curve(spectrum(np.linspace(4000, 4009, 10), flux, ivar), unit="u")
    back = np.frombuffer(wired.buffers[1], "<u2")
    assert np.flatnonzero(back == 0).tolist() == [3, 5]


def test_a_spectrum_without_a_usable_pixel_still_travels():
    wired = observed_curve(
        spectrum(np.linspace(4000, 4009, 10), np.ones(10), np.zeros(10)), unit="u"
    )
    values = np.frombuffer(wired.buffers[1], "<f4")
    assert np.isnan(values).all() or not values.any()
