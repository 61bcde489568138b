import numpy as np
import pytest
from scipy.stats import binom

from specoracle.campaign.judging.judged_sample import JudgedSample
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.campaign.judging.reliability import EDGES, confusion, reliability


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


@pytest.mark.parametrize("prevalence", [0.01, 0.1])
def test_the_limits_cover_the_shares_of_the_pool(prevalence):
    rng, n_runs, n_pool = np.random.default_rng(4), 300, 10_000
    covered, judged = np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1)
    for _ in range(n_runs):
        y = (rng.random(n_pool) < prevalence).astype(np.intp)
        odds = np.log(prevalence) + 2.5 * (rng.normal(0, 1, n_pool) + 2 * y)
        values = 1 / (1 + np.exp(-odds))
        said = probability(values, values > 0.5)
        strata = np.array_split(np.argsort(-values), [200, 1000, 3000])
        rows = np.concatenate([rng.choice(s, 60, replace=False) for s in strata])
        weight = np.repeat([len(s) / 60 for s in strata], 60)
        drawn = JudgedSample(rows=rows, y=y[rows], is_target=y[rows] > 0, weight=weight)
        found = reliability(drawn, said)
        number = np.clip(np.searchsorted(EDGES, said.values, side="right") - 1, 0, 5)
        in_bin = np.bincount(number, minlength=6)
        true = np.bincount(number, weights=y, minlength=6) / np.maximum(in_bin, 1)
        covered += (in_bin > 0) & (found.low <= true) & (true <= found.high)
        judged += in_bin > 0
    # Fails where even the upper binomial limit of the coverage is below 93 %.
    assert (binom.cdf(covered, judged, 0.93) > 0.025).all(), covered / judged
