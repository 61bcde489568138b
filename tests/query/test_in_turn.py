import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specoracle.query.clustering import cluster_numbers
from specoracle.query.in_turn import best_of_clusters, in_turn


def rng():
    return np.random.default_rng(1)


def test_every_group_has_its_best_before_any_has_its_second():
    group = np.array([1, 1, 1, 2, 2, 3])
    scores = np.array([0.9, 0.8, 0.7, 0.3, 0.4, 0.1])
    assert in_turn(group, scores, 6).tolist() == [0, 4, 5, 1, 3, 2]


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-9, 9)), max_size=30), st.data())
def test_groups_differ_by_one_at_most_unless_they_are_used_up(pairs, data):
    group = np.array([g for g, _ in pairs], dtype=int)
    scores = np.array([s for _, s in pairs])
    n = data.draw(st.integers(0, 35))
    chosen = in_turn(group, scores, n)
    assert len(set(chosen.tolist())) == len(chosen) == min(n, len(group))
    size = np.bincount(group, minlength=5)
    taken = np.bincount(group[chosen], minlength=5)
    assert (taken[taken < size] >= taken.max(initial=0) - 1).all()


def test_one_of_each_kind_is_chosen_though_one_kind_has_all_best_scores():
    centres = 10 * np.eye(4)
    kinds = np.repeat(np.arange(4), 25)
    features = centres[kinds] + rng().normal(0, 0.1, (100, 4))
    scores = np.where(kinds == 0, 1.0, 0.5) + np.linspace(0, 0.1, 100)
    chosen = best_of_clusters(features, scores, 4, rng=rng())
    assert sorted(kinds[chosen]) == [0, 1, 2, 3]
    # The best of a kind is the last of it.
    assert sorted(chosen) == [24, 49, 74, 99]


def test_equal_candidates_are_chosen_all_the_same():
    features = np.ones((10, 3))
    chosen = best_of_clusters(features, np.arange(10.0), 4, rng=rng())
    assert chosen.tolist() == [9, 8, 7, 6]


def test_there_are_as_many_clusters_as_the_candidates_allow():
    for n, n_clusters in ((0, 3), (1, 3), (2, 3), (5, 1)):
        clusters = cluster_numbers(rng().normal(size=(n, 2)), n_clusters, rng=rng())
        assert len(set(clusters.tolist())) == min(n, n_clusters)


def test_clusters_are_the_same_bit_for_bit_on_one_seed():
    features = rng().normal(size=(1200, 8)).astype("f4")
    first, second = (cluster_numbers(features, 30, rng=rng()) for _ in range(2))
    np.testing.assert_array_equal(first, second)
