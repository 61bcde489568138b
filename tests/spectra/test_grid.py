import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.spectra.grid import Grid


def test_wavelengths_are_equidistant_and_hold_both_ends():
    wavelength = Grid(start=6519.0, stop=6732.0, n_pixels=140).wavelength
    assert (wavelength[0], wavelength[-1], wavelength.size) == (6519.0, 6732.0, 140)
    # 213 Angstrom in 139 steps; rounding of doubles near 6700 is 9e-13.
    np.testing.assert_allclose(np.diff(wavelength), 213 / 139, rtol=0, atol=2e-12)


def test_a_grid_in_log_has_the_same_step_in_velocity_everywhere():
    wavelength = Grid(start=4000.0, stop=8000.0, n_pixels=301, spacing="log").wavelength
    np.testing.assert_allclose(np.diff(np.log10(wavelength)), np.log10(2) / 300, rtol=1e-9)


def test_the_edges_lie_half_a_pixel_outside():
    assert Grid(start=10.0, stop=20.0, n_pixels=3).edges == (7.5, 22.5)


@pytest.mark.parametrize(
    ("start", "stop", "n_pixels"),
    [(20.0, 10.0, 5), (10.0, 10.0, 5), (0.0, 10.0, 5), (1.0, 2.0, 1), (np.nan, 2.0, 5)],
)
def test_a_grid_without_extent_is_refused(start, stop, n_pixels):
    with pytest.raises(SpectrumError, match=r"Grid: expected 0 < start < stop .* got"):
        Grid(start=start, stop=stop, n_pixels=n_pixels)
