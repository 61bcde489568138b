import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from specoracle.errors import SpectrumError
from specoracle.simulate.placement import Placement, place


def test_fibres_fill_spectrographs_and_spectrographs_fill_plans():
    corners = [place(0, index) for index in (0, 249, 250, 3999, 4000)]
    assert [(p.spectrograph, p.fibre) for p in corners] == [
        (1, 1),
        (1, 250),
        (2, 1),
        (16, 250),
        (1, 1),
    ]
    assert corners[3].plan == corners[0].plan
    assert corners[4].plan != corners[0].plan


def test_no_two_stars_share_a_key():
    keys = {place(0, index).key for index in range(0, 20000, 7)}
    assert len(keys) == len(range(0, 20000, 7))


def test_the_number_of_the_spectrum_spells_plan_spectrograph_and_fibre():
    # As real files do: 939403047 is spectrograph 3, fibre 47 of plan 9394.
    placement = Placement(plan_number=9394, spectrograph=3, fibre=47)
    assert placement.obsid == 939403047


def test_designations_are_those_of_the_survey():
    # From the header of a real file with this position.
    placement = Placement(ra=353.749450, dec=28.865936)
    assert placement.designation == "LAMOST J233459.86+285157.3"


def test_stars_of_a_plan_lie_within_its_field():
    stars = [place(5, index) for index in range(0, 4000, 100)]
    where = SkyCoord(
        [star.ra for star in stars] * units.deg,
        [star.dec for star in stars] * units.deg,
    )
    # LAMOST's field of view is 5 degrees across.
    assert where[0].separation(where).deg.max() < 5.1


def test_a_fibre_that_does_not_exist_is_refused():
    with pytest.raises(SpectrumError, match="fibre from 1 to 250, got 1 and 251"):
        Placement(fibre=251)
