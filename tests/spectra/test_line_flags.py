import logging

import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.recipes.built_in import RECIPES, recipe_named
from specoracle.spectra.line_flags import LineFlag, check_window, measure_lines
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.quality import Quality
from specoracle.spectra.resampling import interpolate_all, plan_on

LOG = logging.getLogger(__name__)
"""Shows what was measured: pytest -o log_cli=true --log-level=INFO."""


@pytest.fixture
def noise(pixels):
    wavelength = pixels(6519.0, 6734.0)
    rng = np.random.default_rng(0)
    return 100.0 + rng.normal(size=(500, wavelength.size)), wavelength


def flags(flux, wavelength):
    return measure_lines(flux, np.ones_like(flux), wavelength).flags


def hit(flux, wavelength, away, height=30.0):
    """Add to one pixel of each spectrum, ``away`` Å from Hα."""
    hit = flux.copy()
    hit[:, np.abs(wavelength - HALPHA - away).argmin()] += height
    return hit


def test_noise_has_no_flags(noise):
    assert not flags(*noise).any()


def test_a_cosmic_hit_counts_within_5_angstrom_of_the_line(noise):
    flux, wavelength = noise
    for away, expected in ((-4.0, True), (0.0, True), (4.0, True), (-7.0, False)):
        found = flags(hit(flux, wavelength, away), wavelength)
        # 30 over a noise of 1.22 and the criterion of 8; a spike as high is no line.
        assert (found & LineFlag.COSMIC_AT_LINE > 0).mean() == float(expected)
        assert not (found & LineFlag.NEBULAR).any()


def found_resampled(flux, wavelength, phase):
    """Share of hits near Hα that are found on the grid of the recipe halpha.

    ``phase`` is how far the pixels are moved, as a share of their width.
    """
    moved = wavelength * 10 ** (1e-4 * phase)
    grid = recipe_named("halpha").grid.wavelength
    plan, found = plan_on(moved, grid), []
    for place in np.flatnonzero(np.abs(moved - HALPHA) < 4.0):
        with_hit = hit(flux, moved, moved[place] - HALPHA)
        rows = interpolate_all(with_hit, np.ones_like(flux), plan)
        measured = measure_lines(rows.flux, rows.ivar, grid)
        found.append(measured.flags & LineFlag.COSMIC_AT_LINE > 0)
    return float(np.mean(found))


def test_resampled_rows_keep_cosmic_hits_unless_grid_points_share_them(noise):
    flux, wavelength = noise
    shares = {phase: found_resampled(flux, wavelength, phase) for phase in (0, 0.85)}
    LOG.info(f"hits found after resampling, by phase: {shares}")
    # Files of LAMOST and SDSS have their pixels at the same places, 10^(n / 10⁴) Å, of
    # which near Hα the points of the grid are a third of a pixel away. Half a pixel
    # away two of them share a hit, which then is no sharper than a line.
    assert shares[0] == 1.0
    assert shares[0.85] < 0.5


def test_flags_are_combined(noise, bell):
    flux, wavelength = noise
    gas = {6564.614: 1.0, 6585.27: 0.5, 6549.86: 0.16, 6718.29: 0.4, 6732.67: 0.3}
    sky = {6534.85: 1.2, 6579.10: 1.0, 6605.96: 0.5, 6636.06: 0.25}
    shine = sum(share * bell(wavelength, x) for x, share in gas.items())
    rest = sum(share * bell(wavelength, x) for x, share in sky.items())
    nebular = flags(flux + 200.0 * shine, wavelength)
    assert (nebular & LineFlag.NEBULAR > 0).all()
    both = flags(flux + 200.0 * shine - 60.0 * rest, wavelength)
    assert (both & LineFlag.NEBULAR > 0).all()
    assert (both & LineFlag.SKY_RESIDUAL > 0).mean() > 0.95
    assert not (both & LineFlag.NEBULAR_SHARED).any()


def test_without_usable_pixels_nothing_is_flagged(noise):
    flux, wavelength = noise
    measured = measure_lines(flux, np.zeros_like(flux), wavelength)
    assert not measured.flags.any()
    empty = measure_lines(flux[:0], flux[:0], wavelength)
    assert empty.flags.shape == (0,)


def test_flags_are_single_bits_of_a_byte():
    assert [flag.value for flag in LineFlag] == [1, 2, 4, 8]
    assert not {flag.name for flag in LineFlag} & {flag.name for flag in Quality}


@pytest.mark.parametrize(
    ("low", "high", "step", "said"),
    [
        (6545.0, 6732.0, 1.5, "hold 6540–6600 Å, got 6545.0–"),
        (6500.0, 6590.0, 1.5, "hold 6540–6600 Å, got 6500.0–"),
        (6400.0, 6800.0, 2.0, "at most 1.82 Å"),
        (3850.0, 8900.0, 25.0, "at most 1.82 Å"),
        (3850.0, 8900.0, 1000.0, "at most 1.82 Å"),
    ],
)
def test_windows_in_which_lines_cannot_be_told_are_refused(low, high, step, said):
    with pytest.raises(SpectrumError, match=said):
        check_window(np.arange(low, high + 0.1, step))


def test_of_the_recipes_only_the_fine_one_will_do():
    for name, recipe in RECIPES.items():
        if recipe.grid.wavelength[1] - recipe.grid.wavelength[0] < 1.82:
            check_window(recipe.grid.wavelength)
        else:
            with pytest.raises(SpectrumError, match="halpha"):
                check_window(recipe.grid.wavelength)
        assert name != "halpha" or recipe.grid.n_pixels == 140
