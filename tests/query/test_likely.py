import numpy as np
from scipy.special import logit

from specoracle.query.likely import has_members, near_threshold, target_probability


def test_the_probability_is_that_of_the_targets_column():
    logs = np.log([[0.7, 0.3], [0.1, 0.9]])
    np.testing.assert_allclose(target_probability(logs, 1), [0.3, 0.9])


def test_the_nearest_to_the_border_is_the_one_of_nearest_log_odds():
    p = np.array([0.01, 0.2, 0.28, 0.35, 0.99])
    found = near_threshold(p, 0.3)
    np.testing.assert_allclose(found, -np.abs(logit(p) - logit(0.3)))
    assert found.argmax() == 2


def test_certainties_lie_on_no_border():
    assert not np.isfinite(near_threshold(np.array([0.0, 1.0, 1.0 + 1e-7]))).any()


def test_a_class_that_no_usable_candidate_may_have_is_not_known():
    p = np.array([0.0, 0.4, np.nan])
    assert has_members(p, np.array([True, True, True]))
    assert not has_members(p, np.array([True, False, True]))
    assert not has_members(p[:0], np.zeros(0, bool))
