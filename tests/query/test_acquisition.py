import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from scipy.stats import entropy as scipy_entropy

from specoracle.query import acquisition
from specoracle.query.acquisition import ACQUISITIONS


@pytest.mark.parametrize("name", sorted(ACQUISITIONS))
def test_an_undecided_candidate_scores_above_a_certain_one(name):
    certain, undecided = ACQUISITIONS[name](
        np.log([[0.98, 0.01, 0.01], [0.34, 0.33, 0.33]])
    )
    assert undecided > certain


def test_entropy_of_a_uniform_prediction_is_the_log_of_the_class_count():
    # Closed form: H(1/n, ..., 1/n) = ln n.
    np.testing.assert_allclose(
        ACQUISITIONS["entropy"](np.log(np.full((1, 3), 1 / 3))), np.log(3)
    )


def test_a_class_of_no_probability_adds_no_entropy():
    with np.errstate(divide="ignore"):
        logs = np.log([[0.5, 0.5, 0.0]])
    np.testing.assert_allclose(ACQUISITIONS["entropy"](logs), np.log(2))


def test_margin_of_equal_classes_is_one():
    np.testing.assert_allclose(ACQUISITIONS["margin"](np.log([[0.4, 0.4, 0.2]])), 1.0)


def test_margin_and_confidence_of_a_prediction_worked_out_by_hand():
    # 1 - (0.5 - 0.3) and 1 - 0.5, wherever the two stand.
    for p in ([0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]):
        np.testing.assert_allclose(ACQUISITIONS["margin"](np.log([p])), 0.8)
        np.testing.assert_allclose(ACQUISITIONS["least_confidence"](np.log([p])), 0.5)


@pytest.mark.parametrize("name", sorted(ACQUISITIONS))
def test_a_candidate_without_probabilities_has_no_score(name):
    logs = np.log([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    logs[0], logs[1, 0] = -np.inf, np.nan
    scores = ACQUISITIONS[name](logs)
    assert np.isnan(scores).tolist() == [True, True, False]


@pytest.mark.parametrize("name", sorted(ACQUISITIONS))
def test_an_empty_pool_has_no_scores(name):
    assert ACQUISITIONS[name](np.zeros((0, 3), "f4")).shape == (0,)


@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_scores_agree_with_others_programs_whatever_the_blocks(n, n_classes, seed):
    logs = log_softmax(
        np.random.default_rng(seed).normal(0, 4, (n, n_classes)).astype("f4"), axis=1
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acquisition, "AT_ONCE", 7)
        scores = {name: function(logs) for name, function in ACQUISITIONS.items()}
    p = np.exp(logs.astype("f8"))
    ordered = np.sort(p, axis=1)
    close = {"rtol": 1e-4, "atol": 1e-6}
    np.testing.assert_allclose(scores["entropy"], scipy_entropy(p, axis=1), **close)
    np.testing.assert_allclose(
        scores["margin"], 1 - ordered[:, -1] + ordered[:, -2], **close
    )
    np.testing.assert_allclose(scores["least_confidence"], 1 - ordered[:, -1], **close)
