import numpy as np
import pytest

from specoracle.errors import SpectrumError
from specoracle.spectra.arms import Arm, join_arms


def arm(start, stop, step, *, flux=1.0, ivar=1.0):
    wavelength = np.arange(start, stop + step / 2, step)
    return Arm(wavelength, np.full(wavelength.shape, flux), np.full(wavelength.shape, ivar))


def test_arms_that_share_pixels_are_averaged_with_inverse_variance():
    joined = join_arms(
        [arm(1, 10, 1.0, flux=2.0, ivar=3.0), arm(8, 20, 1.0, flux=6.0, ivar=1.0)]
    )
    np.testing.assert_array_equal(joined.wavelength, np.arange(1.0, 21.0))
    # (3 · 2 + 1 · 6) / 4 = 3, with an inverse variance of 3 + 1.
    np.testing.assert_allclose(joined.flux[7:10], 3.0)
    np.testing.assert_allclose(joined.ivar[7:10], 4.0)
    assert joined.flux[6] == 2
    assert joined.flux[10] == 6


def test_the_error_of_an_averaged_overlap_is_what_many_draws_scatter_by():
    rng = np.random.default_rng(1)
    draws = []
    for _ in range(4000):
        left, right = arm(1, 4, 1.0, ivar=1 / 4), arm(2, 6, 1.0, ivar=1.0)
        left = left._replace(flux=rng.normal(0, 2, 4))
        right = right._replace(flux=rng.normal(0, 1, 5))
        joined = join_arms([left, right])
        draws.append(joined.flux[2])
    # 4000 draws know a variance to 2.2 %; three times that is allowed.
    assert np.var(draws) == pytest.approx(1 / joined.ivar[2], rel=0.07)


def test_a_pixel_that_one_arm_has_bad_is_the_other_arms():
    left, right = arm(1, 4, 1.0, flux=np.nan, ivar=0.0), arm(3, 6, 1.0, flux=5.0, ivar=2.0)
    joined = join_arms([left, right])
    assert joined.flux[2:4].tolist() == [5, 5]
    assert joined.ivar[:4].tolist() == [0, 0, 2, 2]


def test_arms_on_different_pixels_meet_in_the_middle_of_their_overlap():
    joined = join_arms([arm(1, 10, 1.0, flux=1.0), arm(7.5, 20, 0.7, flux=2.0)])
    middle = (10 + 7.5) / 2
    np.testing.assert_array_equal(joined.flux == 1, joined.wavelength < middle)
    assert (np.diff(joined.wavelength) > 0).all()
    assert (joined.ivar > 0).all()


def test_what_no_arm_saw_cannot_be_used_when_it_is_interpolated():
    joined = join_arms([arm(1, 10, 1.0), arm(50, 60, 1.0)])
    hole = (joined.wavelength > 10) & (joined.wavelength < 50)
    assert joined.ivar[hole].tolist() == [0, 0]
    assert joined.wavelength[hole].tolist() == [11, 49]


def test_arms_that_follow_each_other_pixel_by_pixel_have_no_hole():
    joined = join_arms([arm(1, 10, 1.0), arm(11, 20, 1.0)])
    np.testing.assert_array_equal(joined.wavelength, np.arange(1.0, 21.0))
    assert (joined.ivar == 1).all()


@pytest.mark.parametrize("start", [8.0, 7.5, 11.0, 50.0])
def test_many_spectra_on_the_same_pixels_are_joined_as_each_alone(start):
    rng = np.random.default_rng(2)

    def many(start, stop):
        wavelength = np.arange(start, stop)
        flux, ivar = rng.normal(size=(2, 3, wavelength.size))
        return Arm(wavelength, flux, np.clip(ivar, 0, None))

    arms = [many(1.0, 11.0), many(start, start + 20)]
    joined = join_arms(arms)
    for row in range(3):
        alone = join_arms([Arm(a.wavelength, a.flux[row], a.ivar[row]) for a in arms])
        np.testing.assert_array_equal(joined.wavelength, alone.wavelength)
        np.testing.assert_array_equal(joined.flux[row], alone.flux)
        np.testing.assert_array_equal(joined.ivar[row], alone.ivar)


@pytest.mark.parametrize("arms", [[], [arm(1, 1, 1.0)], [arm(1, 20, 1.0), arm(5, 10, 1.0)]])
def test_what_cannot_be_joined_is_refused(arms):
    with pytest.raises(SpectrumError, match=r"Arms: expected .* got "):
        join_arms(arms)
