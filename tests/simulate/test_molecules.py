import numpy as np

from specoracle.simulate.molecules import BANDS, band_transmission

WAVELENGTH = 10.0 ** (3.5682 + 1e-4 * np.arange(3909))


def test_tio_cuts_into_m_stars_and_spares_the_sun():
    window = (WAVELENGTH > 7060.0) & (WAVELENGTH < 7150.0)
    m_star = band_transmission(WAVELENGTH, teff=3100.0)[window]
    sun = band_transmission(WAVELENGTH, teff=5770.0)[window]
    assert m_star.max() < 0.8
    assert sun.min() == 1.0


def test_hot_stars_have_no_molecules():
    assert np.all(band_transmission(WAVELENGTH, teff=9000.0) == 1.0)


def test_a_band_is_steep_at_its_head_and_fades_to_the_red():
    head = next(band.head for band in BANDS if band.depth == 0.6)
    before, behind, far = band_transmission(
        np.array([head - 20.0, head + 15.0, head + 300.0]), teff=3100.0
    )
    assert behind < 0.6 * before
    assert behind < far
