import logging

import numpy as np
import pytest
from astropy.io import fits

from specoracle.spectra.lines import HALPHA
from specoracle.spectra.matched_filter import noise_scale
from specoracle.spectra.sky_lines import SKY_LINES, sky_residual

# Air wavelengths [Å] of Osterbrock et al. (1996); pairs are Λ-doublets' means.
AIR = (6300.304, 6363.780, 6498.729, 6504.995, 6533.044, 6577.284, 6604.134, 6634.230)

LOG = logging.getLogger(__name__)
"""Shows what was measured: pytest -o log_cli=true --log-level=INFO."""

WINDOWS = {"wide": (6280.0, 6760.0), "halpha": (6519.0, 6732.0)}


def residual(flux, ivar, wavelength, lines=SKY_LINES):
    scale = noise_scale(flux, ivar, wavelength)
    return sky_residual(flux, ivar, wavelength, scale=scale)


def left_over(wavelength, bell, velocity=0.0):
    """All lines of the sky in their proportion, with an area of 1 for height 1."""
    shift = 1 + velocity / 299792.458
    return sum(h * bell(wavelength, x * shift) for x, h in SKY_LINES.items())


def test_lines_stand_where_their_air_wavelengths_say():
    vacuum = np.array(list(SKY_LINES))
    # Morton (1991), ApJS 77, 119, as on the SDSS wavelength page.
    air = vacuum / (1.0 + 2.735182e-4 + 131.4182 / vacuum**2 + 2.76249e8 / vacuum**4)
    np.testing.assert_allclose(air, AIR, atol=0.01)


def test_lines_are_as_high_as_in_real_skies(sdss):
    grid = np.arange(6280.0, 6660.0, 0.5)
    skies = []
    for path in sorted(sdss.glob("*.fits")):
        with fits.open(path) as hdus:
            table = hdus[1].data if len(hdus) > 1 else None
            if table is None or "sky" not in table.names:
                continue
            wavelength = 10.0 ** table["loglam"].astype(float)
            if wavelength[0] < 6280.0 and wavelength[-1] > 6660.0:
                sky = np.interp(grid, wavelength, table["sky"])
                skies.append(sky / np.median(sky))
    assert len(skies) > 30
    median = np.median(skies, axis=0)
    for line, height in SKY_LINES.items():
        near, around = np.abs(grid - line) < 1.6, np.abs(grid - line) < 25.0
        found = median[near].max() - np.median(median[around])
        assert found == pytest.approx(height, rel=0.25), line


@pytest.mark.parametrize("velocity", [-30.0, 0.0, 30.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_left_has_the_significance_that_its_noise_gives_it(
    pixels, bell, error_of_line, velocity, sign
):
    wavelength = pixels()
    known = sum(
        (h / error_of_line(wavelength, x, reach=1.9)) ** 2 for x, h in SKY_LINES.items()
    )
    expected = 12.0
    signal = left_over(wavelength, bell, velocity) * expected / np.sqrt(known)
    flux = np.random.default_rng(4).normal(size=(400, wavelength.size)) + sign * signal
    found = residual(flux, np.ones_like(flux), wavelength)
    # The scale of the noise takes 10 %: it is never below 1, and the lines are in it.
    assert sign * found.mean() == pytest.approx(0.9 * expected, rel=0.05)
    assert (sign * found > 5).all()


@pytest.mark.parametrize("window", WINDOWS)
def test_noise_alone_is_no_residual(pixels, window):
    wavelength = pixels(*WINDOWS[window])
    rng = np.random.default_rng(5)
    n_false = n_drawn = 0
    for _ in range(20):
        flux = 100.0 + rng.normal(size=(2048, wavelength.size))
        found = residual(flux, np.ones_like(flux), wavelength)
        n_false, n_drawn = n_false + np.count_nonzero(np.abs(found) >= 5), n_drawn + 2048
    LOG.info(f"false alarms: {n_false} of {n_drawn}")
    # Five shifts of a normal variable, both signs: 3e-6 if they were independent.
    assert n_false / n_drawn < 1e-4


def test_an_emission_line_of_the_star_is_not_the_sky(pixels):
    wavelength = pixels(6519.0, 6732.0)
    rng = np.random.default_rng(6)
    for sigma in (2.0, 4.0, 8.0):  # 90 to 370 km/s
        line = 80.0 * np.exp(-0.5 * ((wavelength - HALPHA) / sigma) ** 2)
        flux = 100.0 + line + rng.normal(size=(500, wavelength.size))
        assert np.abs(residual(flux, np.ones_like(flux), wavelength)).max() < 6.0
        assert (np.abs(residual(flux, np.ones_like(flux), wavelength)) >= 5).sum() <= 2


def test_without_a_line_of_the_sky_there_is_nothing_to_say(pixels):
    wavelength = pixels(6640.0, 6700.0)
    flux = np.ones((2, wavelength.size))
    assert np.isnan(residual(flux, flux, wavelength)).all()
    wavelength = pixels()
    flux = np.ones((2, wavelength.size))
    assert np.isnan(residual(flux, 0 * flux, wavelength)).all()


def found_in(stars):
    return {
        name: residual(flux, ivar, wavelength)[0]
        for name, (flux, ivar, wavelength, _) in stars.items()
    }


def test_a_plate_whose_sky_was_subtracted_too_much_is_found(real_stars):
    found = found_in(real_stars)
    # The [O I] lines of plan B6212, spectrograph 6, are dips in star after star.
    plate = [value for name, value in found.items() if "B6212_sp06" in name]
    others = [value for name, value in found.items() if "B6212" not in name]
    LOG.info(f"B6212, spectrograph 6: {np.mean(np.abs(plate) >= 5):.2f}")
    LOG.info(f"others: {np.mean(np.abs(others) >= 5):.3f}")
    assert len(plate) > 50
    assert np.median(plate) < -5
    assert np.mean(np.abs(others) >= 5) < 0.1


@pytest.mark.parametrize("velocity", [-500.0, -300.0, 300.0, 500.0])
def test_where_the_sky_has_no_lines_real_stars_have_none(real_stars, monkeypatch, velocity):
    moved = {x * (1 + velocity / 299792.458): h for x, h in SKY_LINES.items()}
    monkeypatch.setattr("specoracle.spectra.sky_lines.SKY_LINES", moved)
    found = np.array(list(found_in(real_stars).values()))
    assert np.mean(np.abs(found) >= 5) < 0.01
