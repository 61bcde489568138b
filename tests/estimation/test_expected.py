import numpy as np
import pytest
from scipy.stats import binom

from specoracle.estimation.design import draw
from specoracle.estimation.expected import Judged, expected_targets
from specoracle.estimation.strata import score_strata

THRESHOLDS = (0.9, 0.5, 0.1, 0.0)


def test_without_a_sampled_spectrum_above_only_the_count_is_known():
    nobody = Judged(probability=np.zeros(0), is_target=np.zeros(0, bool))
    found = expected_targets(np.array([0.9, 0.2]), nobody, np.zeros(0), thresholds=[0.5])
    assert np.isnan(found.value[0])
    assert (found.low[0], found.high[0], found.n_above[0]) == (0, 1, 1)


def test_where_nothing_is_above_nothing_is_expected():
    nobody = Judged(probability=np.zeros(0), is_target=np.zeros(0, bool))
    found = expected_targets(np.array([0.2]), nobody, np.zeros(0), thresholds=[0.5])
    assert (found.value[0], found.low[0], found.high[0]) == (0, 0, 0)


def test_what_is_labelled_bounds_what_is_expected():
    pool = np.array([0.9, 0.8, 0.7, 0.1])
    sample = Judged(probability=np.array([0.8]), is_target=np.array([True]))
    labelled = Judged(
        probability=np.array([0.8, 0.7, 0.9]), is_target=np.array([True, True, False])
    )
    found = expected_targets(pool, sample, np.ones(1), thresholds=[0.5], labelled=labelled)
    assert (found.low[0], found.value[0], found.high[0]) == (2, 2, 2)


@pytest.mark.parametrize("prevalence", [0.002, 0.01, 0.1])
@pytest.mark.parametrize("sharpness", [1.5, 4.0])
def test_the_limits_cover_the_true_number(prevalence, sharpness):
    rng = np.random.default_rng(5)
    n_runs, n_pool = 400, 20_000
    covered = np.zeros(len(THRESHOLDS))
    for _ in range(n_runs):
        is_target = rng.random(n_pool) < prevalence
        odds = np.log(prevalence) + sharpness * (rng.normal(0, 1, n_pool) + 2 * is_target)
        score = 1 / (1 + np.exp(-odds))
        strata = score_strata(score, int((score >= 0.5).sum())).stratum
        drawn = draw(strata, 300, rng=rng)
        sample = Judged(probability=score[drawn.rows], is_target=is_target[drawn.rows])
        weight = 1 / drawn.probability[strata[drawn.rows]]
        found = expected_targets(score, sample, weight, thresholds=THRESHOLDS)
        true = np.array([is_target[score >= t].sum() for t in THRESHOLDS])
        covered += (found.low <= true) & (true <= found.high)
    # Fails where even the upper binomial limit of the coverage is below 93 %.
    assert (binom.cdf(covered, n_runs, 0.93) > 0.025).all(), covered / n_runs
