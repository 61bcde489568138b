import numpy as np
import pytest
from scipy.special import log_softmax

from specoracle.errors import CampaignError
from specoracle.models.calibration import Calibration


def answers(n=4000, *, temperature=1.0, bias=(0.0, 0.0), seed=1):
    """True classes, and the scores of one too sure or biased by so much."""
    rng = np.random.default_rng(seed)
    true = log_softmax(rng.normal(0, 2, (n, 2)), axis=1)
    y = (rng.random(n) < np.exp(true[:, 1])).astype(np.intp)
    return log_softmax((true - np.array(bias)) * temperature, axis=1), y


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_it_recovers_a_known_temperature(temperature):
    found = Calibration.fitted(*answers(temperature=temperature))
    # The slope of a logistic regression on 4000 labels is sure to some 4 %.
    assert found.temperature == pytest.approx(temperature, rel=0.1)
    np.testing.assert_allclose(found.bias, 0, atol=0.1)


def test_it_recovers_a_known_bias():
    found = Calibration.fitted(*answers(bias=(0.0, 2.0)))
    assert found.bias[1] - found.bias[0] == pytest.approx(2.0, abs=0.15)


def test_calibrated_probabilities_sum_to_what_is_there():
    scores, y = answers(temperature=3.0, bias=(0.0, 1.5))
    found = np.exp(Calibration.fitted(scores, y)(scores))
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    # The likelihood's own equation: the mean probability of a class is its share, but
    # for the belief worth one label.
    np.testing.assert_allclose(found[:, 1].mean(), y.mean(), atol=2e-3)


def test_weights_stand_for_the_spectra_of_the_pool():
    scores, y = answers(bias=(0.0, 1.0))
    many = np.where(y == 1, 3, 1)
    repeated = Calibration.fitted(np.repeat(scores, many, 0), np.repeat(y, many))
    weighted = Calibration.fitted(scores, y, many / 7)
    # Apart from the belief, which the number of labels outweighs.
    assert weighted.temperature == pytest.approx(repeated.temperature, rel=1e-2)
    np.testing.assert_allclose(weighted.bias, repeated.bias, atol=1e-2)


def test_fewer_than_fifty_labels_calibrate_nothing():
    scores, y = answers(n=49)
    assert Calibration.fitted(scores, y) is None
    assert Calibration.fitted(*answers(n=50)).n_labels == 50


def test_a_class_without_labels_and_one_that_is_impossible_stay_finite():
    scores, y = answers(n=200)
    scores = np.column_stack([scores, np.full(200, -np.inf)]).astype(np.float32)
    found = Calibration.fitted(scores, np.zeros_like(y))
    assert np.isfinite(found.bias).all()
    calibrated = found(scores)
    assert np.isneginf(calibrated[:, 2]).all()
    assert np.isfinite(calibrated[:, :2]).all()


@pytest.mark.parametrize("weight", [0.0, np.nan, np.inf])
def test_weights_of_no_probability_design_are_refused(weight):
    with pytest.raises(CampaignError, match="positive and finite"):
        Calibration.fitted(*answers(n=60), np.r_[weight, np.ones(59)])
