import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from scipy.stats import entropy

from specoracle.query import acquisition, disagreement
from specoracle.query.disagreement import Disagreement, mutual_information


def drawn(n, n_classes, n_draws, seed):
    logits = np.random.default_rng(seed).normal(0, 3, (n, n_classes, n_draws))
    return log_softmax(logits, axis=1)


def streamed(logs):
    together = Disagreement(*logs.shape[:2])
    for member in np.moveaxis(logs, 2, 0):
        together.add(member)
    return together


def test_members_that_contradict_each_other_share_one_bit():
    # H(1/2, 1/2) - 0 = ln 2; certain members have no entropy of their own.
    with np.errstate(divide="ignore"):
        logs = np.log([[[1.0, 0.0], [0.0, 1.0]]])
    np.testing.assert_allclose(mutual_information(logs), np.log(2))
    np.testing.assert_allclose(streamed(logs).mutual_information(), np.log(2), rtol=1e-6)


def test_an_ambiguous_object_that_all_members_see_alike_scores_nothing():
    logs = np.log(np.full((1, 2, 5), 0.5))
    assert mutual_information(logs) == 0
    assert streamed(logs).mutual_information() == 0


@given(st.integers(1, 30), st.integers(2, 4), st.integers(1, 5), st.integers(0, 2**31))
def test_it_is_the_mean_divergence_of_the_members_from_their_mean(n, c, m, seed):
    # Lin (1991): the generalised Jensen-Shannon divergence, here by scipy.
    logs = drawn(n, c, m, seed)
    p = np.exp(logs)
    mean = np.repeat(p.mean(axis=2, keepdims=True), m, axis=2)
    expected = entropy(p, mean, axis=1).mean(axis=1)
    np.testing.assert_allclose(mutual_information(logs), expected, atol=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        for module in (acquisition, disagreement):
            patch.setattr(module, "AT_ONCE", 4)
        np.testing.assert_allclose(mutual_information(logs), expected, atol=1e-12)
        # Single precision is kept of what is streamed.
        found = streamed(logs).mutual_information()
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_the_prediction_of_an_ensemble_is_the_mean_of_its_members():
    logs = drawn(10, 3, 4, 1)
    np.testing.assert_allclose(
        streamed(logs).log_probabilities(), np.log(np.exp(logs).mean(axis=2)), rtol=1e-5
    )


def test_what_one_member_knows_nothing_of_has_no_score():
    logs = drawn(3, 2, 3, 1)
    logs[0, :, 1], logs[1, 0, 2] = -np.inf, np.nan
    for scores in (mutual_information(logs), streamed(logs).mutual_information()):
        assert np.isnan(scores).tolist() == [True, True, False]


def test_without_members_there_is_no_score():
    assert np.isnan(Disagreement(2, 3).mutual_information()).all()
