import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from specoracle.spectra.shared_nebula import shared_by_neighbours


def on_one_plate(n_spectra):
    return np.full(n_spectra, "GAC089S00B2 2022-03-08")


@pytest.mark.parametrize("centre", [(88.0, -1.0), (0.0, 20.0), (150.0, 89.9)])
@pytest.mark.parametrize("radius", [0.25, 1.0])
def test_neighbours_are_those_of_astropy(centre, radius):
    rng = np.random.default_rng(0)
    ra = (centre[0] + rng.uniform(-1.5, 1.5, 300)) % 360.0
    dec = np.minimum(centre[1] + rng.uniform(-1.5, 1.5, 300), 90.0)
    velocity = rng.normal(0.0, 40.0, 300)
    places = SkyCoord(ra, dec, unit=u.deg)
    apart = places[:, None].separation(places[None]).deg
    same = np.abs(velocity[:, None] - velocity) <= 30.0
    agreeing = ((apart <= radius) & same).sum(axis=1) - 1  # but for itself
    found = shared_by_neighbours(ra, dec, velocity, on_one_plate(300), radius=radius)
    np.testing.assert_array_equal(found, agreeing >= 2)
    assert found.any()


def test_one_neighbour_is_not_enough():
    pair = np.array([10.0, 10.05])
    found = shared_by_neighbours(pair, pair, np.zeros(2), on_one_plate(2))
    assert not found.any()


def test_another_plate_or_night_does_not_count():
    ra = np.array([10.0, 10.05, 10.1])
    plates = np.array(["A 2022-03-08", "A 2022-03-08", "A 2022-03-09"])
    assert not shared_by_neighbours(ra, ra, np.zeros(3), plates).any()
    assert shared_by_neighbours(ra, ra, np.zeros(3), plates[[0, 0, 1]]).all()


@pytest.mark.parametrize("column", range(4))
def test_what_is_missing_agrees_with_nothing(column):
    values = [np.array([10.0, 10.05, 10.1]), np.zeros(3), np.zeros(3), on_one_plate(3)]
    assert shared_by_neighbours(*values).all()
    values[column][1] = "" if column == 3 else np.nan
    assert not shared_by_neighbours(*values).any()


def test_no_spectra_share_nothing():
    nothing = np.zeros(0)
    found = shared_by_neighbours(nothing, nothing, nothing, on_one_plate(0))
    assert found.shape == (0,)


def test_velocities_of_real_stars_before_one_nebula_agree():
    # Places and velocities of [N II] and [S II] in three LAMOST spectra of plan
    # GAC089S00B2; the first is 0.76° and 0.85° from the others, which are 1.61° apart.
    ra = np.array([88.643912, 88.797103, 88.500325])
    dec = np.array([-1.053775, -1.798288, -0.212489])
    velocity = np.array([30.2, 28.7, 14.6])
    for radius, expected in ((0.25, [False] * 3), (1.0, [True, False, False])):
        found = shared_by_neighbours(ra, dec, velocity, on_one_plate(3), radius=radius)
        assert found.tolist() == expected
