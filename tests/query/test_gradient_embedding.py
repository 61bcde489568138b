import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from specoracle.query import gradient_embedding
from specoracle.query.gradient_embedding import diverse_gradients


def rng(seed=1):
    return np.random.default_rng(seed)


def embeddings(logs, features):
    """Written out as in equation 1 of the paper."""
    p = np.exp(logs)
    error = p - np.eye(p.shape[1])[p.argmax(axis=1)]
    return (error[:, :, None] * features[:, None, :]).reshape(len(p), -1)


def test_the_first_has_the_longest_gradient():
    logs = log_softmax(rng().normal(size=(30, 3)), axis=1)
    features = rng(2).normal(size=(30, 5))
    longest = np.linalg.norm(embeddings(logs, features), axis=1).argmax()
    assert diverse_gradients(logs, features, 1, rng=rng()).tolist() == [longest]


def test_the_next_is_drawn_by_squared_distance_to_the_nearest_chosen(monkeypatch):
    logs = log_softmax(rng().normal(size=(12, 3)), axis=1)
    features = rng(2).normal(size=(12, 5))
    weights = []
    drawn = gradient_embedding._drawn

    def noted(weight, left, rng):
        weights.append(weight)
        return drawn(weight, left, rng)

    monkeypatch.setattr(gradient_embedding, "_drawn", noted)
    chosen = diverse_gradients(logs, features, 6, rng=rng())
    g = embeddings(logs, features)
    for number, weight in enumerate(weights, start=1):
        away = g[:, None, :] - g[chosen[:number]][None, :, :]
        np.testing.assert_allclose(weight, (away**2).sum(axis=2).min(axis=1), atol=1e-12)


def test_certain_candidates_are_not_asked_while_others_are_left():
    # Their gradient is 0: all of them lie on one point.
    with np.errstate(divide="ignore"):
        logs = np.log([[1.0, 0.0]] * 20 + [[0.5, 0.5]] * 3)
    features = np.vstack([rng().normal(size=(20, 4)), np.eye(4)[:3]])
    chosen = diverse_gradients(logs, features, 4, rng=rng())
    assert {20, 21, 22} < set(chosen.tolist())


@given(st.integers(0, 20), st.integers(0, 25), st.integers(0, 2**31))
def test_none_is_chosen_twice_and_all_when_there_are_few(n_candidates, n, seed):
    logs = log_softmax(rng(seed).integers(0, 2, (n_candidates, 2)) * 2.0, axis=1)
    features = rng(seed).integers(0, 2, (n_candidates, 2)).astype(float)
    chosen = diverse_gradients(logs, features, n, rng=rng(seed)).tolist()
    assert len(set(chosen)) == len(chosen) == min(n, n_candidates)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_never_chosen(bad):
    logs = log_softmax(rng().normal(size=(6, 3)), axis=1)
    features = rng(2).normal(size=(6, 5))
    features[0, 2], logs[1] = bad, -np.inf
    chosen = diverse_gradients(logs, features, 6, rng=rng())
    assert sorted(chosen) == [2, 3, 4, 5]
