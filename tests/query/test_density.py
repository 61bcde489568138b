import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from specoracle.query.density import information_density, mean_direction

FEATURES = np.random.default_rng(1).normal(1, 1, (50, 6))


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 2.0])
def test_it_is_the_score_by_the_mean_cosine_to_the_whole_pool(beta):
    # The paper's double sum, by scikit-learn, over all pairs.
    scores = np.linspace(0.1, 1, 50)
    expected = scores * np.maximum(cosine_similarity(FEATURES).mean(axis=1), 0) ** beta
    direction = mean_direction([FEATURES[:20], FEATURES[20:]])
    found = information_density(scores, FEATURES, direction, beta=beta)
    np.testing.assert_allclose(found, expected)


def test_one_of_many_is_asked_before_a_lonely_one_as_unsure():
    features = np.array([[1.0, 0.0]] * 9 + [[0.0, 1.0]])
    found = information_density(np.ones(10), features, mean_direction([features]))
    # Nine of ten are like it, and one of ten.
    np.testing.assert_allclose(found, [0.9] * 9 + [0.1])


def test_features_that_are_not_finite_or_zero_are_no_neighbours():
    features = np.array([[1.0, 0.0], [np.nan, 1.0], [0.0, 0.0], [2.0, 0.0]])
    np.testing.assert_allclose(mean_direction([features]), [1, 0])
    found = information_density(np.ones(4), features, mean_direction([features]))
    np.testing.assert_allclose(found, [1, 0, 0, 1])


def test_an_empty_pool_has_no_density():
    assert not mean_direction([]).any()
    assert information_density(np.ones(0), np.ones((0, 2)), np.zeros(2)).size == 0
