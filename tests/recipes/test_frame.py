import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.frame import AirToVacuum, RestFrame, Shift
from specoracle.recipes.step import Need


def test_hydrogen_lines_move_from_air_to_vacuum(block):
    # Air and vacuum wavelengths of Hα … Hδ as SDSS publishes them.
    air = np.array([4101.734, 4340.464, 4861.325, 6562.801])
    made = block(np.ones(4), wavelength=air)
    expected = [4102.892, 4341.684, 4862.683, 6564.614]
    np.testing.assert_allclose(AirToVacuum().apply(made).wavelength, expected, atol=0.002)


def test_a_velocity_moves_lines_to_the_red(block):
    made = block(np.ones(2), wavelength=np.array([5000.0, 6564.614]))
    moved = Shift(velocity=300.0).apply(made).wavelength
    # To first order v / c = 300 / 299792.458; β²/2 is 5e-7 of it.
    np.testing.assert_allclose(moved / made.wavelength - 1, 300 / 299792.458, rtol=6e-4)


def test_a_shift_forth_and_back_is_none(block):
    made = block(np.ones(3))
    back = Shift(velocity=-250.0).apply(Shift(velocity=250.0).apply(made))
    np.testing.assert_allclose(back.wavelength, made.wavelength, rtol=1e-15)


def test_the_rest_frame_divides_by_one_plus_z(block):
    made = block(np.ones(2), wavelength=np.array([6000.0, 7877.5368]), redshift=0.2)
    np.testing.assert_allclose(RestFrame().apply(made).wavelength, [5000.0, 6564.614])


@pytest.mark.parametrize(
    "step", [AirToVacuum(), Shift(velocity=-500.0), RestFrame()], ids=lambda s: s.do
)
def test_what_a_step_needs_becomes_what_is_wanted(block, step):
    need = step.before(Need(start=6519.0, stop=6732.0), 0.1)
    ends = np.array([need.start, need.stop])
    after = step.apply(block(np.ones(2), wavelength=ends, redshift=0.1)).wavelength
    # The two refractive indices agree to a few parts in 10⁹.
    np.testing.assert_allclose(after, [6519.0, 6732.0], rtol=1e-8)


@pytest.mark.parametrize("step", [AirToVacuum(), Shift(velocity=90.0), RestFrame()])
def test_flux_and_ivar_stay(block, step):
    made = block([3000.0, 1.0], [4.0, 0.0], wavelength=np.array([4000.0, 5000.0]))
    after = step.apply(made)
    assert after.flux is made.flux
    assert after.ivar is made.ivar


def test_faster_than_light_is_refused():
    with pytest.raises(RecipeError, match="velocity below 299792 km/s, got 400000"):
        Shift(velocity=400_000.0)
