import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from specoracle.query.by_chance import draw_once_each


def rng(seed=1):
    return np.random.default_rng(seed)


def test_without_objects_all_have_the_same_chance():
    drawn = draw_once_each(np.array([4, 7, 9, 11]), None, 3, rng=rng())
    assert set(drawn.positions) < {4, 7, 9, 11}
    np.testing.assert_array_equal(drawn.probability, [0.75] * 3)


def test_candidates_are_drawn_as_often_as_they_say():
    # Objects 5 (three spectra) and 6 (two), and two spectra of unknown objects.
    objects = np.array([5, 5, 5, 6, 6, -1, -1])
    often, said = np.zeros(7), np.zeros(7)
    for seed in range(4000):
        drawn = draw_once_each(np.arange(7), objects, 2, rng=rng(seed))
        often[drawn.positions] += 1
        said[drawn.positions] = drawn.probability
    # Two of four objects, then one of its spectra.
    np.testing.assert_allclose(said, [1 / 6] * 3 + [1 / 4] * 2 + [1 / 2] * 2)
    assert chisquare(often, 4000 * said).pvalue > 1e-3


@given(
    st.lists(st.integers(-2, 5), max_size=25),
    st.integers(0, 30),
    st.integers(0, 2**31),
)
def test_no_object_is_drawn_twice_and_all_are_when_there_are_few(objects, n, seed):
    objects = np.array(objects, dtype=int)
    eligible = np.flatnonzero(np.arange(len(objects)) % 4 < 3)
    drawn = draw_once_each(eligible, objects, n, rng=rng(seed))
    own = objects[eligible]
    n_objects = len(set(own[own >= 0])) + np.count_nonzero(own < 0)
    assert len(drawn.positions) == len(drawn.probability) == min(n, n_objects)
    assert set(drawn.positions) <= set(eligible)
    known = objects[drawn.positions]
    known = known[known >= 0]
    assert len(set(known)) == len(known)
    # Horvitz & Thompson: the estimated number of all, were everything drawn.
    if n >= n_objects and n_objects:
        np.testing.assert_allclose((1 / drawn.probability).sum(), len(eligible))
