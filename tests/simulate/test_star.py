import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.simulate.emission import LABELS
from specoracle.simulate.star import (
    SUBTYPES,
    draw_snr,
    draw_spectral_type,
    draw_wavelength,
    simulate_star,
)


def drawn(seed=0, **settings):
    return simulate_star(np.random.default_rng(seed), **settings)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("letter", SUBTYPES)
def test_every_type_with_every_label_makes_a_spectrum(label, letter):
    subtype = SUBTYPES[letter][0]
    star = drawn(label=label, spectral_type=f"{letter}{subtype}", snr=30.0)
    assert star.spectrum().good.mean() > 0.7
    assert np.isfinite(star.flux).all()
    assert (star.line is None) == (label == "absorption")


def test_the_same_seed_makes_the_same_star():
    one, other = drawn(3), drawn(3)
    np.testing.assert_array_equal(one.flux, other.flux)
    assert one.spectral_type == other.spectral_type
    assert not np.array_equal(one.flux[:100], drawn(4).flux[:100])


def test_wavelengths_are_those_of_lamost():
    wavelength = draw_wavelength(np.random.default_rng(0))
    # COEFF0 and COEFF1 of real files.
    np.testing.assert_allclose(
        np.log10(wavelength), 3.5682 + 1e-4 * np.arange(wavelength.size), rtol=1e-12
    )


def test_most_spectra_have_3909_pixels_and_some_a_few_less():
    rng = np.random.default_rng(0)
    sizes = np.array([draw_wavelength(rng).size for _ in range(300)])
    assert 0.8 < np.mean(sizes == 3909) < 0.95
    assert sizes.min() >= 3890


def test_f_and_g_stars_dominate_the_pool_and_b_and_a_the_emission():
    rng = np.random.default_rng(0)
    pool = [draw_spectral_type(rng)[0] for _ in range(2000)]
    hosts = [draw_spectral_type(rng, "double-peak")[0] for _ in range(500)]
    assert np.mean([letter in "FG" for letter in pool]) > 0.65
    assert np.mean([letter in "BA" for letter in hosts]) > 0.85


def test_ratios_spread_from_a_few_to_a_few_hundred():
    rng = np.random.default_rng(0)
    ratios = np.array([draw_snr(rng) for _ in range(3000)])
    assert ratios.min() >= 1.5
    assert ratios.max() <= 250.0
    assert 30.0 < np.median(ratios) < 60.0
    assert 0.02 < np.mean(ratios < 5.0) < 0.04


def test_an_emission_line_rises_above_the_continuum():
    for seed in range(20):
        star = drawn(seed, label="emission", spectral_type="B5", snr=200.0)
        assert star.line is not None
        centre = np.argmin(abs(star.wavelength - 6564.6 * (1 + star.velocity / 299792)))
        near = slice(int(centre) - 3, int(centre) + 4)
        excess = (star.flux / star.continuum)[near].max()
        # Hα of a B5 star takes away some 0.5 of the continuum at the centre.
        if star.line.equivalent_width > 8.0 and star.line.width < 250.0:
            assert excess > 1.05


def test_an_unknown_label_is_refused_with_the_known_ones():
    with pytest.raises(SpectrumError, match="absorption, emission, double-peak"):
        drawn(label="P Cygni")


def test_the_identifier_names_survey_and_fibre():
    assert drawn().identifier == "lamost:56265-HD053005N284112B01_sp01-001"
