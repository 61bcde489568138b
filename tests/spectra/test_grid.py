import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.spectra.grid import Grid


def test_wavelengths_are_equidistant_and_hold_both_ends():
    wavelength = Grid(start=6519.0, stop=6732.0, n_pixels=140).wavelength
    assert (wavelength[0], wavelength[-1], wavelength.size) == (6519.0, 6732.0, 140)
    # 213 Angstrom in 139 steps; rounding of doubles near 6700 is 9e-13.
    np.testing.assert_allclose(np.diff(wavelength), 213 / 139, rtol=0, atol=2e-12)


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [(10.0, 20.0, True), (9.0, 21.0, True), (10.1, 20.0, False), (10.0, 19.9, False)],
)
def test_a_grid_is_covered_when_both_ends_are_reached(first, last, covered):
    grid = Grid(start=10.0, stop=20.0, n_pixels=3)
    assert grid.covered_by(np.array([first, 15.0, last])) is covered


@pytest.mark.parametrize(
    ("start", "stop", "n_pixels"),
    [(20.0, 10.0, 5), (10.0, 10.0, 5), (0.0, 10.0, 5), (1.0, 2.0, 1), (np.nan, 2.0, 5)],
)
def test_a_grid_without_extent_is_refused(start, stop, n_pixels):
    with pytest.raises(SpectrumError, match=r"Grid: expected 0 < start < stop .* got"):
        Grid(start=start, stop=stop, n_pixels=n_pixels)
