import numpy as np
import pytest

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
