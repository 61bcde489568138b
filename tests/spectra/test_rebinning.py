import numpy as np
import pytest
from spectres import spectres

from specoracle.spectra.rebinning import overlaps, pixel_edges
from specoracle.spectra.weights import averaged

LOG = 10 ** (3.5682 + 1e-4 * np.arange(3909))
GRIDS = {
    "coarser": np.linspace(3750.0, 9000.0, 211),
    "finer": np.linspace(6500.0, 6700.0, 801),
    "logarithmic": np.geomspace(4000.0, 9000.0, 700),
}
RNG = np.random.default_rng(8)
FLUX = RNG.normal(100.0, 20.0, (4, 3909))
IVAR = RNG.uniform(0.5, 2.0, (4, 3909))


@pytest.mark.parametrize("name", GRIDS)
def test_flux_and_errors_are_those_of_spectres(name):
    grid = GRIDS[name]
    ours = averaged(FLUX, IVAR, overlaps(LOG, grid))
    flux, error = spectres(grid, LOG, FLUX, spec_errs=IVAR**-0.5)
    np.testing.assert_allclose(ours.flux, flux, rtol=1e-10)
    np.testing.assert_allclose(ours.ivar**-0.5, error, rtol=1e-10)


@pytest.mark.parametrize("name", GRIDS)
def test_the_integral_over_the_grid_is_conserved(name):
    grid = GRIDS[name]
    ours = averaged(FLUX, IVAR, overlaps(LOG, grid)).flux
    old, new = pixel_edges(LOG), pixel_edges(grid)
    # What is observed is constant over each pixel: its integral is piecewise linear.
    whole = np.concatenate(
        [np.zeros((4, 1)), np.cumsum(FLUX * np.diff(old), axis=1)], axis=1
    )
    expected = [np.interp(new[-1], old, row) - np.interp(new[0], old, row) for row in whole]
    np.testing.assert_allclose((ours * np.diff(new)).sum(axis=1), expected, rtol=1e-6)


def test_noise_is_what_many_draws_scatter_by():
    grid = GRIDS["coarser"]
    weights = overlaps(LOG, grid)
    noise = RNG.normal(size=(3000, LOG.size)) / np.sqrt(IVAR[0])
    drawn = averaged(noise, np.ones_like(noise), weights).flux
    said = averaged(FLUX[:1], IVAR[:1], weights).ivar[0]
    # 3000 draws know a variance to 2.6 %; four of these over 211 pixels.
    np.testing.assert_allclose(1 / drawn.var(axis=0), said, rtol=0.12)


def test_a_bad_pixel_takes_no_part_and_half_bad_ones_spoil_the_mean():
    observed, grid = np.arange(1.0, 9.0), np.array([2.5, 6.5])
    flux = np.array([[1.0, 2.0, 3.0, 99.0, 5.0, np.nan, 88.0, np.nan]])
    ivar = np.array([[1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]])
    ours = averaged(flux, ivar, overlaps(observed, grid))
    # Four pixels a mean: the first of 1, 2 and 3, the second of 5 alone.
    np.testing.assert_allclose(ours.flux, [[2.0, 5.0]])
    np.testing.assert_allclose(ours.ivar, [[3.0, 0.0]])


def test_what_no_pixel_covers_has_no_weight():
    weights = overlaps(np.arange(10.0, 20.0), np.array([5.0, 9.5, 12.5, 19.5, 25.0]))
    total = weights.sum(axis=1)
    assert total[0] == total[-1] == 0
    assert 0 < total[1] < 1
    assert total[2] == pytest.approx(1)


def test_a_grid_that_is_the_pixels_changes_nothing():
    ours = averaged(FLUX, IVAR, overlaps(LOG, LOG))
    np.testing.assert_allclose(ours.flux, FLUX, rtol=1e-12)
    np.testing.assert_allclose(ours.ivar, IVAR, rtol=1e-12)
