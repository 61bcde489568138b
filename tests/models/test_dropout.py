import numpy as np
import pytest
from scipy.special import logsumexp

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.dropout import dropout_log_proba

X = np.random.default_rng(1).normal(size=(300, 40)).astype(np.float32)


@pytest.fixture(scope="module")
def classifier():
    y = np.where(X[:, :20].mean(axis=1) > 0, "up", "down")
    return NetworkClassifier(max_epochs=3, seed=1, device="cpu").fit(X, y)


def test_draws_differ_and_are_probabilities(classifier):
    draws = dropout_log_proba(classifier, X, n_draws=5)
    assert draws.shape == (300, 2, 5)
    np.testing.assert_allclose(logsumexp(draws, axis=1), 0, atol=1e-5)
    assert (draws.std(axis=2) > 0).mean() > 0.9


def test_the_same_seed_draws_the_same(classifier):
    first, second = (dropout_log_proba(classifier, X, n_draws=2, seed=3) for _ in "ab")
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, dropout_log_proba(classifier, X, n_draws=2, seed=4))


def test_prediction_afterwards_is_without_dropout(classifier):
    before = classifier.predict_log_proba(X)
    dropout_log_proba(classifier, X, n_draws=1)
    np.testing.assert_array_equal(classifier.predict_log_proba(X), before)


def test_a_network_without_dropout_is_refused():
    y = np.repeat(["a", "b"], 150)
    classifier = NetworkClassifier("residual", balance=False, max_epochs=1).fit(X, y)
    with pytest.raises(CampaignError, match="got Residual without"):
        dropout_log_proba(classifier, X)
