import numpy as np
import pytest

from specoracle.simulate.observation import BANDS, band_snr, noise, observe

WAVELENGTH = 10.0 ** (3.5682 + 1e-4 * np.arange(3909))
FLAT = np.full_like(WAVELENGTH, 100.0)
# Away from the sky and telluric lines and from the join of the arms.
QUIET = ((WAVELENGTH > 4000) & (WAVELENGTH < 5560)) | (
    (WAVELENGTH > 6390) & (WAVELENGTH < 6800)
)


def test_the_noise_is_what_the_inverse_variance_says():
    # χ² per degree of freedom is 1; with about 60,000 pixels its standard deviation is
    # 0.006. The rare hits of cosmic rays and the zeroed pixels are left out.
    total, n_pixels = 0.0, 0
    for seed in range(30):
        seen = observe(np.random.default_rng(seed), WAVELENGTH, FLAT, snr=50.0)
        good = QUIET & (seen.ivar > 0)
        deviations = (seen.flux - FLAT)[good] * np.sqrt(seen.ivar[good])
        inliers = deviations[abs(deviations) < 6.0]
        total += float(np.sum(inliers**2))
        n_pixels += inliers.size
    assert total / n_pixels == pytest.approx(1.0, abs=0.025)


@pytest.mark.parametrize("snr", [5.0, 30.0, 150.0])
def test_the_wanted_ratio_is_reached_in_the_red_arm(snr):
    sigma = noise(np.random.default_rng(1), WAVELENGTH, FLAT, snr=snr)
    ratio = FLAT / sigma
    at_response_one = np.interp(6200.0, WAVELENGTH, ratio)
    assert at_response_one == pytest.approx(snr, rel=0.05)


def test_the_blue_end_and_the_join_of_the_arms_are_noisier():
    sigma = noise(np.random.default_rng(1), WAVELENGTH, FLAT, snr=50.0)
    at = {place: np.interp(place, WAVELENGTH, sigma) for place in (3750, 5500, 5900, 6700)}
    assert at[3750] > 3 * at[5500]
    assert at[5900] > 1.2 * at[5500]
    assert at[5900] > 1.2 * at[6700]


def test_the_sky_line_at_5577_is_the_noisiest_of_the_green():
    sigma = noise(np.random.default_rng(1), WAVELENGTH, FLAT, snr=10.0)
    green = (WAVELENGTH > 5300) & (WAVELENGTH < 5750)
    # 5577.3 Å in air are 5578.9 Å in vacuum.
    worst = WAVELENGTH[green][np.argmax(sigma[green])]
    assert worst == pytest.approx(5578.9, abs=1.5)


def test_the_noise_scales_with_the_unit_of_the_flux():
    one = noise(np.random.default_rng(1), WAVELENGTH, FLAT, snr=20.0)
    thousand = noise(np.random.default_rng(1), WAVELENGTH, 1e3 * FLAT, snr=20.0)
    np.testing.assert_allclose(thousand, 1e3 * one)


def test_masks_follow_the_rules_of_the_survey():
    bad = unflagged = 0
    for seed in range(60):
        seen = observe(np.random.default_rng(seed), WAVELENGTH, FLAT, snr=20.0)
        assert np.all(seen.ivar >= 0)
        assert np.all(seen.ivar[seen.andmask != 0] == 0)
        bad += int(np.sum(seen.ivar == 0))
        unflagged += int(np.sum((seen.ivar == 0) & (seen.ormask == 0)))
    assert bad > 0
    assert unflagged > 0.5 * bad


def test_band_ratios_are_medians_of_their_ranges():
    ivar = np.where(BANDS["r"][0] > WAVELENGTH, 0.01, 0.04)
    ratios = band_snr(WAVELENGTH, FLAT, ivar)
    assert ratios == pytest.approx({"u": 10, "g": 10, "r": 20, "i": 20, "z": 20})
