import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.inverse_variance import of_plane, of_variance, usable


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf, -np.inf, 1e-320])
def test_what_says_nothing_has_no_weight(bad):
    assert of_variance([4.0, bad]).tolist() == [0.25, 0.0]


@pytest.mark.parametrize(
    ("name", "value"), [("IVAR", 0.25), ("VAR", 4.0), ("VARIANCE", 4.0), ("ERR", 2.0)]
)
def test_every_kind_of_error_becomes_an_inverse_variance(name, value):
    assert of_plane(name, [value, 0.0, -2.0, np.nan]).tolist() == [0.25, 0.0, 0.0, 0.0]


def test_a_pixel_without_flux_has_no_weight():
    flux = np.array([1.0, np.nan, np.inf])
    assert usable(np.ones(3), flux).tolist() == [1, 0, 0]


def test_errors_are_estimated_where_there_are_none():
    flux = np.random.default_rng(1).normal(5, 2, 10_000)
    flux[0] = np.nan
    ivar = usable(None, flux)
    assert ivar[0] == 0
    # The standard deviation of the draws; the estimate of 10,000 is good to 2 %.
    np.testing.assert_allclose(ivar[1:] ** -0.5, 2, rtol=0.05)


def test_no_flux_at_all_is_refused():
    with pytest.raises(LoaderError, match="no finite value in 4 pixels"):
        usable(None, np.full(4, np.nan))
