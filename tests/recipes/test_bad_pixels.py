import numpy as np
import pytest

from specoracle.errors import RecipeError
from specoracle.recipes.bad_pixels import Bridge, ClipCosmics


def test_bridging_draws_straight_lines_between_good_pixels(block):
    made = block([9.0, 2.0, 99.0, np.nan, 8.0, -7.0], [0.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    bridged = Bridge().apply(made)
    # By hand: 2 at 20 Å and 8 at 50 Å, so 4 and 6 between; level at the ends.
    np.testing.assert_allclose(bridged.flux, [[2.0, 2.0, 4.0, 6.0, 8.0, 8.0]], rtol=1e-15)
    np.testing.assert_array_equal(bridged.ivar, [[0.0, 1.0, 0.0, 0.0, 1.0, 0.0]])


def test_gaps_wider_than_the_widest_stay_as_they_are(block):
    flux = [1.0, 50.0, 3.0, 60.0, 60.0, 6.0, 70.0]
    made = block(flux, [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    bridged = Bridge(widest=20.0).apply(made)
    # The first gap spans 20 Å between good pixels, the second 30; the last ends 10 Å on.
    np.testing.assert_allclose(bridged.flux, [[1.0, 2.0, 3.0, 60.0, 60.0, 6.0, 6.0]])
    assert bridged.ivar.tolist() == [[1, 0, 1, 0, 0, 1, 0]]


@pytest.mark.parametrize("ivar", [1.0, 0.0])
def test_a_spectrum_with_nothing_to_bridge_stays_as_it_is(block, ivar):
    made = block([3.0, 1.0, 2.0], ivar)
    assert Bridge().apply(made) is made


def test_each_spectrum_is_bridged_by_itself(block):
    made = block([[1.0, 9.0, 3.0], [1.0, 9.0, 3.0]], [[1, 0, 1], [1, 1, 0]])
    assert Bridge().apply(made).flux.tolist() == [[1.0, 2.0, 3.0], [1.0, 9.0, 9.0]]


def test_a_negative_width_is_refused():
    with pytest.raises(RecipeError, match=r"Step bridge: expected widest ≥ 0 .* got -1\.0"):
        Bridge(widest=-1.0)


def test_a_cosmic_hit_is_marked_and_a_resolved_line_is_not(block):
    flux = np.full(60, 100.0)
    flux[20] = 400.0
    # A line of 2.4 pixels full width, what LAMOST resolves.
    flux += 300 * np.exp(-4 * np.log(2) * ((np.arange(60) - 45) / 2.4) ** 2)
    clipped = ClipCosmics().apply(block(flux))
    assert np.flatnonzero(clipped.ivar[0] == 0).tolist() == [20]
    np.testing.assert_array_equal(clipped.flux[0], flux)
