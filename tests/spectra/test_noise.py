import numpy as np
import pytest

from specoracle.spectra.noise import estimated_ivar


def test_the_noise_is_found_under_a_continuum_and_lines():
    rng = np.random.default_rng(3)
    x = np.linspace(-1, 1, 4000)
    flux = 100 + 30 * x + 50 * np.exp(-((x / 0.01) ** 2)) + rng.normal(0, 0.5, x.size)
    # The formula's own scatter at 4000 pixels is 2 %.
    assert estimated_ivar(flux)[0] == pytest.approx(1 / 0.5**2, rel=0.08)


def test_pixels_without_a_value_are_unusable():
    ivar = estimated_ivar(np.array([1.0, np.nan, 1.5, 0.9, 1.2, np.inf, 1.1, 1.3]))
    assert np.flatnonzero(ivar == 0).tolist() == [1, 5]


@pytest.mark.parametrize(
    "flux", [np.ones(100), np.arange(3.0), np.full(50, np.finfo(float).max)]
)
def test_flux_that_shows_no_noise_gets_weight_one(flux):
    assert (estimated_ivar(flux) == 1).all()


def test_flux_without_a_value_is_unusable_throughout():
    assert (estimated_ivar(np.full(20, np.nan)) == 0).all()
