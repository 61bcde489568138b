import numpy as np
from scipy.spatial import KDTree

from specoracle.query import discovery
from specoracle.query.discovery import distance_to_nearest, farthest_first, spread_out


def test_distance_is_to_the_nearest_labelled_spectrum():
    # 3-4-5 triangles.
    features = np.array([[3.0, 4.0], [6.0, 8.0]])
    np.testing.assert_allclose(distance_to_nearest(features, np.zeros((1, 2))), [5, 10])
    np.testing.assert_allclose(
        distance_to_nearest(features, np.array([[0.0, 0.0], [6.0, 8.0]])), [5, 0]
    )


def test_distances_are_the_same_however_few_are_held_at_once(monkeypatch):
    features, labelled = np.random.default_rng(1).normal(size=(2, 50, 3))
    expected = KDTree(labelled).query(features)[0]
    for pairs in (1, 120, 1 << 22):
        monkeypatch.setattr(discovery, "PAIRS", pairs)
        np.testing.assert_allclose(distance_to_nearest(features, labelled), expected)


def test_one_of_each_strange_kind_is_chosen_before_a_second_of_any():
    rng = np.random.default_rng(1)
    centres = np.array([[10.0, 0.0], [0.0, 10.0], [-10.0, 0.0]])
    kinds = np.repeat(np.arange(3), 20)
    features = centres[kinds] + rng.normal(0, 0.1, (60, 2))
    distance = distance_to_nearest(features, np.zeros((1, 2)))
    assert set(kinds[farthest_first(features, distance, 3)]) == {0, 1, 2}


def test_none_is_chosen_twice_and_all_when_there_are_few():
    features = np.ones((4, 3))
    chosen = farthest_first(features, distance_to_nearest(features, features), 10)
    assert sorted(chosen.tolist()) == [0, 1, 2, 3]


def test_what_has_no_distance_is_never_chosen():
    features = np.arange(4.0)[:, None]
    distance = np.array([1.0, np.nan, np.inf, 3.0])
    assert farthest_first(features, distance, 4).tolist() == [3, 0]
    assert farthest_first(features[:0], distance[:0], 4).size == 0


def test_few_stand_for_many_and_are_unlike_each_other():
    centres = np.array([[0.0, 9.0], [9.0, 0.0], [-9.0, -9.0]])
    kinds = np.repeat(np.arange(3), 100)
    known = centres[kinds] + np.random.default_rng(5).normal(0, 0.1, (300, 2))
    assert set(kinds[spread_out(known, 3)]) == {0, 1, 2}
