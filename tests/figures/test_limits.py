import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specoracle.figures.limits import Limits, line_limits, robust_limits


def noisy_continuum(n_pixels=400):
    return 100 + np.random.default_rng(3).normal(0, 2, n_pixels)


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_cosmic_ray_does_not_flatten_the_spectrum(width, sign):
    flux = noisy_continuum()
    flux[200 : 200 + width] = sign * 1e6
    low, high = robust_limits(flux)
    assert 80 < low < 100 < high < 120


@pytest.mark.parametrize("centre", np.linspace(200, 201, 11))
def test_an_unresolved_line_is_shown_to_its_tip(centre):
    # A Gaussian of 2.4 pixels full width at half maximum, wherever it falls on the
    # pixels: the sampling of Hα in LAMOST's low-resolution spectra.
    pixels = np.arange(400)
    profile = np.exp(-4 * np.log(2) * ((pixels - centre) / 2.4) ** 2)
    flux = 100 + 300 * profile
    assert robust_limits(flux).high >= 0.98 * flux.max()


def test_limits_are_those_of_the_flux_when_nothing_sticks_out():
    flux = np.linspace(3, 5, 100)
    assert robust_limits(flux) == Limits(3, 5)


def test_no_pixel_gives_no_limits():
    assert robust_limits(np.array([])) is None


def test_padding_never_gives_an_empty_range():
    for low, high in ((1, 1), (0, 0), (-2, -2), (1, 2)):
        padded = Limits(low, high).padded()
        assert padded.low < low
        assert padded.high > high


def test_joined_limits_hold_both():
    assert Limits(0, 2).joined(Limits(1, 5)) == Limits(0, 5)


@given(
    centre=st.floats(60, 61),
    width=st.floats(1.6, 3),
    strength=st.floats(0.5, 100) | st.floats(-0.9, -0.5),
    seed=st.integers(0, 2**32 - 1),
    hit=st.integers(0, 119),
    energy=st.floats(1, 5),
)
def test_a_narrow_line_is_held_to_its_tip_and_a_cosmic_ray_is_not(
    centre, width, strength, seed, hit, energy
):
    pixels = np.arange(120)
    profile = np.exp(-4 * np.log(2) * ((pixels - centre) / width) ** 2)
    noise = np.random.default_rng(seed).normal(0, 0.03, pixels.size)
    flux = 1 + strength * profile + noise
    tip = flux[profile.argmax()]
    low, high = line_limits(flux)
    assert low <= tip <= high
    if abs(hit - centre) > 3:
        flux[hit] += (flux.max() - flux.min()) * 10**energy
        low, high = line_limits(flux)
        assert low <= tip <= high < flux[hit]
        assert high <= np.delete(flux, hit).max()


def test_without_a_pixel_there_is_no_line():
    assert line_limits(np.array([])) is None
    assert line_limits(np.array([3.0])) is None
