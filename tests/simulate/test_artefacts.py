import numpy as np
import pytest

from specoracle.simulate.artefacts import FAULTS, detectable_width
from specoracle.simulate.injection import line_continuum
from specoracle.spectra.nebular import measure_nebular
from specoracle.spectra.quality import measure
from specoracle.spectra.spectrum import Spectrum


def star(*, sigma=2.0, seed=0):
    wavelength = 10 ** np.arange(3.806, 3.8357, 1e-4)
    noise = np.random.default_rng(seed).normal(0, sigma, wavelength.size)
    ivar = np.full(wavelength.size, sigma**-2.0)
    return Spectrum(identifier="star", wavelength=wavelength, flux=100 + noise, ivar=ivar)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_near_halpha_repeats_with_its_seed_and_spares_its_host(fault):
    host = star()
    before = host.flux.copy(), host.ivar.copy()
    first, second = (FAULTS[fault](host, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.flux, second.flux)
    np.testing.assert_array_equal(host.flux, before[0])
    np.testing.assert_array_equal(host.ivar, before[1])
    changed = np.abs(first.flux - host.flux) > 1.0
    changed |= first.ivar == 0
    assert changed.any()
    far = np.abs(host.wavelength - 6564.614) > 200
    assert not changed[far].any()


def test_cosmic_hits_are_sharper_than_a_spectrograph_can_make():
    hit = [FAULTS["cosmic hit"](star(), np.random.default_rng(k)) for k in range(40)]
    found = measure(
        np.array([s.flux for s in hit]), np.array([s.ivar for s in hit]), hit[0].wavelength
    )
    assert (found.cosmics > 0).mean() > 0.6


def test_nebular_light_is_known_by_its_forbidden_lines():
    glows = [FAULTS["nebular"](star(seed=k), np.random.default_rng(k)) for k in range(30)]
    flux, ivar = (np.array([getattr(s, n) for s in glows]) for n in ("flux", "ivar"))
    level = np.array([line_continuum(s) for s in glows])
    found = measure_nebular(flux - level, ivar, glows[0].wavelength, scale=np.ones(30))
    strong = np.nanmin(found.strength[:, :1] / found.error[:, :1], axis=1) > 20
    assert strong.sum() > 3
    assert 0.15 < np.median(found.nitrogen_ratio[strong]) < 0.7


def test_a_stretch_of_one_value_is_marked_unusable():
    dead = FAULTS["constant stretch"](star(), np.random.default_rng(1))
    assert np.ptp(dead.flux[dead.ivar == 0]) == 0
    assert 10 <= (dead.ivar == 0).sum() < 60


def test_the_detectable_width_is_the_scatter_of_one_that_is_measured():
    # Sum over one resolution element, 6564.6 / 1800 = 3.65 Å of pixels of 1.51 Å, times
    # 1.5 for the continuum and the rest of the line.
    noise = 2.0 / 100.0
    assert detectable_width(star()) == pytest.approx(
        1.5 * noise * np.sqrt(3.65 * 1.51), rel=0.02
    )
