"""What the recipes of the package make of real and made-up spectra, computed by hand."""

import numpy as np
import pytest
from astropy.convolution import Gaussian1DKernel, convolve
from spectres import spectres

from specoracle.recipes.built_in import HALPHA, LAMOST, RECIPES
from specoracle.spectra.quality import Quality

NOISE = np.random.default_rng(6)
PIXELS = 10 ** (3.5682 + 1e-4 * np.arange(3909))
FLUX = NOISE.normal(500.0, 40.0, 3909)
IVAR = np.where(NOISE.uniform(size=3909) > 0.03, NOISE.uniform(0.1, 2.0, 3909), 0.0)


def prepare(name, source):
    recipe = RECIPES[name]
    return recipe.prepare([recipe.cut(source)])


def test_ondrejov_spectra_are_prepared_as_in_the_paper(spectrum):
    sklearn = pytest.importorskip("sklearn.preprocessing")
    wavelength = 6262.0 + 0.2567 * np.arange(1997)
    flux = NOISE.normal(1000.0, 30.0, 1997)
    rows = prepare("ondrejov", spectrum(wavelength, flux))
    # Škoda, Podsztavek & Tvrdík (2020): a Gaussian of 7 pixels, 140 points from 6519 to
    # 6732 Å, scaled to -1 … 1. Only the ends of the file see the boundary.
    blurred = convolve(flux, Gaussian1DKernel(stddev=7), boundary="extend")
    resampled = np.interp(np.linspace(6519, 6732, 140), wavelength, blurred)
    expected = sklearn.minmax_scale(resampled, feature_range=(-1, 1))
    np.testing.assert_allclose(rows.flux[0], expected, rtol=0, atol=2e-7)


def test_a_network_trained_on_ondrejov_spectra_reads_those_of_lamost():
    assert RECIPES["ondrejov"].fits_same_network(RECIPES["halpha"])
    assert not RECIPES["optical"].fits_same_network(RECIPES["halpha"])
    assert not RECIPES["coarse"].fits_same_network(RECIPES["optical"])


def test_native_pixels_are_those_of_the_survey(spectrum):
    stored = PIXELS.astype(np.float32).astype(np.float64)  # as files have them
    rows = prepare("native", spectrum(stored, FLUX, IVAR))
    assert rows.quality[0] == 0
    observed = rows.offset[0] + rows.gain[0] * rows.flux[0].astype(np.float64)
    # Scaled flux is float32: 4 σ of 40 and half an ulp.
    np.testing.assert_allclose(observed, FLUX, rtol=0, atol=40 * 4 * 1e-7)
    np.testing.assert_allclose(rows.ivar[0] / rows.gain[0] ** 2, IVAR, rtol=1e-6)
    np.testing.assert_allclose(LAMOST.wavelength, PIXELS, rtol=1e-12)


def test_native_pixels_that_a_spectrum_lacks_are_masked(spectrum):
    rows = prepare("native", spectrum(PIXELS[100:3800], FLUX[100:3800]))
    assert rows.quality[0] == Quality.PADDED
    assert not rows.ivar[0, :100].any()
    assert not rows.flux[0, 3800:].any()
    assert (rows.ivar[0, 100:3800] > 0).all()


def test_the_optical_recipe_averages_over_25_angstrom(spectrum):
    good = IVAR > 0
    rows = prepare("optical", spectrum(PIXELS, FLUX, np.ones(3909)))
    grid = np.arange(3712.5, 9100.0, 25.0)
    flux, error = spectres(
        grid, PIXELS, FLUX, spec_errs=np.ones(3909), fill=0, verbose=False
    )
    covered = grid < 9080  # spectres gives up the last, which is covered to 98 %
    observed = rows.offset[0] + rows.gain[0] * rows.flux[0]
    np.testing.assert_allclose(observed[covered], flux[covered], rtol=1e-6)
    sigma = rows.gain[0] / np.sqrt(rows.ivar[0])
    np.testing.assert_allclose(sigma[covered], error[covered], rtol=1e-6)
    assert rows.quality[0] == 0
    assert good.any()


def test_the_optical_recipe_is_not_hurt_by_bad_pixels(spectrum):
    level = np.where(IVAR > 0, 7.0, -1e6)
    level[:2000] *= 3
    rows = prepare("optical", spectrum(PIXELS, level, IVAR))
    # 21 and 7 but for the one mean that the step falls into.
    assert np.count_nonzero(np.abs(np.abs(rows.flux[0]) - 1) > 1e-5) <= 1


def test_sdss_spectra_that_begin_later_are_flagged(spectrum):
    kept = PIXELS > 3806
    rows = prepare("optical", spectrum(PIXELS[kept], FLUX[kept], IVAR[kept]))
    assert rows.quality[0] == Quality.PADDED
    assert (rows.ivar[0] == 0).sum() == 4


def test_the_window_is_the_papers():
    assert (HALPHA.start, HALPHA.stop, HALPHA.n_pixels) == (6519.0, 6732.0, 140)


@pytest.mark.parametrize("name", RECIPES)
def test_prepared_rows_do_not_depend_on_what_was_prepared_beside_them(spectrum, name):
    recipe = RECIPES[name]
    # Three wavelength scales, mixed.
    sources = [spectrum(PIXELS * (1 + 1e-5 * (i % 3)), FLUX + i, IVAR) for i in range(7)]
    together = recipe.prepare([recipe.cut(source) for source in sources])
    for row, source in enumerate(sources):
        alone = recipe.prepare([recipe.cut(source)])
        np.testing.assert_allclose(together.flux[row], alone.flux[0], atol=1e-6)
        np.testing.assert_allclose(together.ivar[row], alone.ivar[0], rtol=1e-5)
