import numpy as np
import pytest

from specoracle.campaign.judged_sample import JudgedSample
from specoracle.campaign.probabilities import TargetProbability
from specoracle.campaign.reliability import confusion, reliability


def probability(values, predicted):
    return TargetProbability(
        values=np.array(values, np.float32),
        predicted=np.array(predicted, np.uint8),
        calibration=None,
        n_random=0,
    )


def sample(y, weight):
    y = np.array(y, np.intp)
    return JudgedSample(
        rows=np.arange(len(y)),
        y=y,
        is_target=y > 0,
        weight=np.array(weight, np.float64),
    )


def test_counts_are_of_the_sample_and_shares_of_the_pool():
    said = probability([0.9, 0.9, 0.1, 0.1], [1, 1, 0, 0])
    found = confusion(sample([1, 1, 1, 0], [1.0, 1.0, 8.0, 20.0]), said, 3)
    assert found.counts.tolist() == [[1, 0, 0], [1, 2, 0], [0, 0, 0]]
    assert found.share[1].tolist() == pytest.approx([0.8, 0.2, 0.0])
    assert np.isnan(found.share[2]).all()
    assert (found.low[2], found.high[2]) == (0.0, 1.0)
    assert found.low[0] < 1.0 == found.high[0]


def test_a_perfect_prediction_is_never_certain():
    said = probability([0.95] * 30, [1] * 30)
    found = reliability(sample([1] * 30, [1.0] * 30), said)
    bin_ = 4
    assert (found.n[bin_], found.share[bin_], found.high[bin_]) == (30, 1.0, 1.0)
    assert found.low[bin_] == pytest.approx(0.025 ** (1 / 30))
    assert found.probability[bin_] == pytest.approx(0.95)


def test_a_bin_without_labels_is_not_known():
    found = reliability(sample([], []), probability([0.5], [0]))
    assert np.isnan(found.share).all()
    assert (found.low == 0).all()
    assert (found.high == 1).all()
