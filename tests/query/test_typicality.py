import numpy as np
from scipy.spatial.distance import cdist

from specoracle.query.typicality import typical, typicality_among

CENTRES = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
KINDS = np.repeat(np.arange(3), [60, 30, 15])
FEATURES = CENTRES[KINDS] + np.random.default_rng(1).normal(0, 1, (105, 2))


def rng(seed=1):
    return np.random.default_rng(seed)


def test_typicality_is_the_inverse_mean_distance_to_the_nearest_twenty():
    # Equation 4 of the paper, by sorting all distances.
    own = FEATURES[:60]
    distance = np.sort(cdist(own, own), axis=1)[:, 1:21]
    np.testing.assert_allclose(typicality_among(own), 1 / distance.mean(axis=1), rtol=1e-5)


def test_without_labels_the_middle_of_each_kind_is_asked_largest_first():
    chosen = typical(FEATURES, np.zeros((0, 2)), 3, rng=rng())
    assert KINDS[chosen].tolist() == [0, 1, 2]
    for at in chosen:
        # More central than most of its kind.
        own = FEATURES[KINDS[at] == KINDS]
        away = np.linalg.norm(own - CENTRES[KINDS[at]], axis=1)
        assert np.linalg.norm(FEATURES[at] - CENTRES[KINDS[at]]) < np.median(away)


def test_a_kind_that_is_labelled_comes_after_those_that_are_not():
    chosen = typical(FEATURES, CENTRES[:1], 2, rng=rng())
    assert set(KINDS[chosen]) == {1, 2}


def test_small_clusters_come_last_even_if_all_others_are_labelled():
    lonely = np.vstack([FEATURES, [[500.0, 500.0]]])
    assert typical(lonely, CENTRES, 1, rng=rng()).tolist() != [105]


def test_all_are_chosen_once_when_there_are_few_and_none_that_is_not_finite():
    features = FEATURES[:8].copy()
    features[3] = np.nan
    chosen = typical(features, np.zeros((0, 2)), 20, rng=rng())
    assert sorted(chosen) == [0, 1, 2, 4, 5, 6, 7]


def test_an_empty_pool_gives_an_empty_choice():
    assert typical(np.zeros((0, 2)), FEATURES, 3, rng=rng()).size == 0
    assert typical(np.zeros((0, 2)), np.zeros((0, 2)), 3, rng=rng()).size == 0


def test_equal_candidates_are_chosen_once_each():
    chosen = typical(np.ones((9, 2)), np.ones((1, 2)), 4, rng=rng())
    assert len(set(chosen.tolist())) == 4
