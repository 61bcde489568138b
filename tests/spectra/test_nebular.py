import logging

import numpy as np
import pytest

from specoracle.loaders.survey_file import load
from specoracle.spectra.lines import NEBULAR_LINES
from specoracle.spectra.matched_filter import noise_scale
from specoracle.spectra.nebular import measure_nebular

LOG = logging.getLogger(__name__)
"""Shows what was measured: pytest -o log_cli=true --log-level=INFO."""

LIGHT = 299792.458

# [N II] / Hα of 0.4 and [S II] / Hα of 0.2 are those of H II regions of the Galaxy
# (Osterbrock & Ferland 2006); 3.05 is the ratio of the [N II] lines.
SHARES = {
    "Hα": 1.0,
    "[N II] 6585": 0.4,
    "[N II] 6550": 0.4 / 3.05,
    "[S II] 6718": 0.2,
    "[S II] 6733": 0.2,
}

# Files in which all five lines stand at one velocity when one looks at them.
NEBULAE = {
    "59523-GACII337N54M1_sp05-216": -30.0,
    "59647-GAC089S00B2_sp03-191": 31.0,
    "59647-GAC089S00B2_sp05-175": 30.0,
    "59647-GAC089S00B2_sp15-061": 15.0,
    "59607-EG040217S013757B02_sp15-045": 20.0,
    "59528-HD071013S041413B03_sp16-025": 50.0,
}


def measured(flux, ivar, wavelength):
    scale = noise_scale(flux, ivar, wavelength)
    return measure_nebular(flux, ivar, wavelength, scale=scale)


def nebula(wavelength, bell, velocity=0.0, shares=SHARES, broader=1.0):
    """Lines of an area of 1 in Hα."""
    shift = 1 + velocity / LIGHT
    return sum(
        share * bell(wavelength, NEBULAR_LINES[name] * shift, broader)
        for name, share in shares.items()
    )


def noisy(signal, n_spectra, seed):
    return (
        100.0 + signal + np.random.default_rng(seed).normal(size=(n_spectra, signal.size))
    )


def is_nebular(found):
    return (found.significance >= 4) & found.narrow & np.isfinite(found.velocity)


@pytest.mark.parametrize("velocity", [-210.0, -33.0, 0.0, 12.0, 150.0])
def test_lines_are_measured_at_their_velocity(pixels, bell, velocity):
    wavelength = pixels()
    flux = noisy(200.0 * nebula(wavelength, bell, velocity), 300, seed=1)
    found = measured(flux, np.ones_like(flux), wavelength)
    assert np.median(found.velocity) == pytest.approx(velocity, abs=4.0)
    assert np.abs(found.velocity - velocity).max() < 30.0
    expected = 200.0 * np.array([SHARES[name] for name in NEBULAR_LINES])
    # A step of 25 km/s, a third of σ, costs at most 2 %.
    np.testing.assert_allclose(found.strength.mean(axis=0), expected, rtol=0.05, atol=0.5)
    assert np.median(found.nitrogen_ratio) == pytest.approx(0.4, rel=0.03)
    assert is_nebular(found).all()


def test_errors_are_those_of_least_squares_and_never_less(pixels, bell, error_of_line):
    wavelength = pixels()
    flux = noisy(200.0 * nebula(wavelength, bell), 300, seed=2)
    found = measured(flux, np.ones_like(flux), wavelength)
    scatter = found.strength.std(axis=0)
    for place, line in enumerate(NEBULAR_LINES.values()):
        error = error_of_line(wavelength, line)
        assert scatter[place] == pytest.approx(error, rel=0.2)
        # Lines as strong as these, Hα of 60 σ, scatter the filters beside them as well.
        assert error <= np.median(found.error[:, place]) <= 1.4 * error


@pytest.mark.parametrize(
    ("expected", "least", "most"), [(2, 0, 0.02), (4, 0.1, 0.5), (8, 0.98, 1)]
)
def test_completeness_follows_the_weakest_of_the_three(
    pixels, bell, error_of_line, expected, least, most
):
    wavelength = pixels()
    # [S II] is the weakest: both lines together, each of a fifth of Hα.
    errors = [error_of_line(wavelength, NEBULAR_LINES[f"[S II] {n}"]) for n in (6718, 6733)]
    area = expected / (SHARES["[S II] 6718"] * np.sqrt(sum(e**-2 for e in errors)))
    flux = noisy(area * nebula(wavelength, bell, 10.0), 1000, seed=3)
    complete = is_nebular(measured(flux, np.ones_like(flux), wavelength)).mean()
    LOG.info(f"completeness at {expected}: {complete:.3f}")
    assert least <= complete <= most


def test_noise_alone_is_no_nebula(pixels):
    wavelength = pixels(6519.0, 6732.0)
    rng = np.random.default_rng(4)
    most, n_false = 0.0, 0
    for _ in range(20):
        flux = 100.0 + rng.normal(size=(2048, wavelength.size))
        found = measured(flux, np.ones_like(flux), wavelength)
        most = max(most, found.significance.max())
        n_false += np.count_nonzero(is_nebular(found))
    LOG.info(f"false alarms: {n_false} of {20 * 2048}, at most {most:.1f} σ")
    assert n_false == 0
    assert most < 4


@pytest.mark.parametrize(
    "shares",
    [
        {"Hα": 1.0},
        {"Hα": 1.0, "[N II] 6585": 0.4, "[N II] 6550": 0.13},
        {"Hα": 1.0, "[S II] 6718": 0.2, "[S II] 6733": 0.2},
        {"[N II] 6585": 0.4, "[N II] 6550": 0.13, "[S II] 6718": 0.2, "[S II] 6733": 0.2},
    ],
)
def test_one_kind_of_line_missing_is_no_nebula(pixels, bell, shares):
    wavelength = pixels()
    flux = noisy(500.0 * nebula(wavelength, bell, shares=shares), 500, seed=5)
    assert not is_nebular(measured(flux, np.ones_like(flux), wavelength)).any()


def test_the_broad_line_of_a_star_is_not_narrow(pixels, bell):
    wavelength = pixels()
    # Full widths at half maximum of 330 and 830 km/s.
    for broader in (2.0, 5.0):
        flux = noisy(3000.0 * bell(wavelength, 6564.614, broader), 200, seed=6)
        found = measured(flux, np.ones_like(flux), wavelength)
        assert not found.narrow.any()
        assert not is_nebular(found).any()


def test_without_sulphur_in_the_window_nitrogen_decides(pixels, bell):
    wavelength = pixels(6519.0, 6650.0)
    flux = noisy(200.0 * nebula(wavelength, bell), 100, seed=7)
    found = measured(flux, np.ones_like(flux), wavelength)
    assert is_nebular(found).all()
    assert np.isnan(found.strength[:, 3:]).all()


def test_without_usable_pixels_there_is_nothing_to_say(pixels):
    wavelength = pixels()
    nothing = np.zeros((2, wavelength.size))
    found = measured(nothing + 3.0, nothing, wavelength)
    assert np.isnan(found.significance).all()
    assert np.isnan(found.velocity).all()
    assert np.isnan(found.strength).all()
    assert not found.narrow.any()
    assert measured(nothing[:0], nothing[:0], wavelength).significance.shape == (0,)


def test_real_stars_before_nebulae_are_found_and_no_others(real_stars):
    velocities = {}
    for name, (flux, ivar, wavelength, _) in real_stars.items():
        found = measured(flux, ivar, wavelength)
        if is_nebular(found)[0]:
            velocities[name.removeprefix("spec-").split(".")[0]] = found.velocity[0]
    assert velocities == pytest.approx(NEBULAE, abs=5.0)
    assert len(real_stars) > 500


@pytest.mark.parametrize(
    ("name", "ratio"), [("spec-1678-53433-0425.fits", 0.6), ("KUG 0028+000.fits", 0.6)]
)
def test_lines_of_a_galaxy_stand_at_its_redshift(sdss, cut, name, ratio):
    (seen,) = load(sdss / name)
    flux, ivar, rest = cut(seen.spectrum, 6500.0, 6760.0, z=seen.catalogue["z"])
    found = measured(flux, ivar, rest)
    # The redshift is that of the SDSS pipeline.
    assert found.velocity[0] == pytest.approx(0.0, abs=60.0)
    assert found.significance[0] > 10
    flux, ivar, observed = cut(seen.spectrum, 6500.0, 6760.0)
    assert not is_nebular(measured(flux, ivar, observed))[0]
