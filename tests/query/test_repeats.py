import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from specoracle.query.repeats import once_each, without_repeats


def test_the_first_spectrum_of_an_object_is_kept():
    objects = np.array([3, 3, -1, 4, -1, 3, 4])
    assert once_each(objects).tolist() == [0, 2, 3, 4]
    assert without_repeats(None, objects).tolist() == [0, 2, 3, 4]


def test_the_first_of_two_all_but_equal_spectra_is_kept():
    features = np.array([[0.0, 1.0], [5.0, 5.0], [0.0, 1.0 + 1e-6], [9.0, 0.0]])
    assert without_repeats(features).tolist() == [0, 1, 3]


def test_a_repeated_object_does_not_shadow_its_likeness():
    # Row 1 is dropped as object 7 again; row 2 resembles it alone.
    features = np.array([[0.0], [5.0], [5.0], [9.0]])
    assert without_repeats(features, np.array([7, 7, 8, 9])).tolist() == [0, 2, 3]


def test_features_that_tell_nothing_drop_nobody():
    assert without_repeats(np.ones((5, 3))).tolist() == [0, 1, 2, 3, 4]


def test_nothing_has_no_repeats():
    assert without_repeats(np.zeros((0, 3))).size == 0
    assert without_repeats(np.zeros((0, 3)), np.zeros(0, int)).size == 0


@given(st.integers(1, 40), st.floats(0.01, 1), st.integers(0, 2**31))
def test_those_kept_are_apart_and_those_dropped_are_not(n, share, seed):
    features = np.random.default_rng(seed).normal(size=(n, 2))
    kept = without_repeats(features, share=share)
    spread = np.sqrt(features.var(axis=0).sum())
    distance = cdist(features, features) / max(spread, 1e-300)
    among = distance[np.ix_(kept, kept)] + 9 * np.eye(len(kept))
    assert (among > share).all()
    for dropped in np.setdiff1d(np.arange(n), kept):
        assert (distance[dropped, kept[kept < dropped]] <= share * (1 + 1e-9)).any()
