import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from specoracle.campaign.replay.ranking import judge_ranking


def test_completeness_is_that_of_the_longest_list_of_enough_precision():
    score = np.linspace(1, 0, 40)
    is_target = np.zeros(40, np.bool_)
    is_target[:9] = True
    is_target[[15, 30]] = True
    # Nine of nine, nine of ten at 0.9; the next target comes when precision is 10 of 16.
    ranking = judge_ranking(score, is_target)
    assert ranking.found.tolist() == [True] * 9 + [False] * 2
    assert ranking.completeness == pytest.approx(9 / 11)


def test_a_list_may_dip_below_the_precision_on_its_way():
    is_target = np.array([False] + [True] * 20)
    assert judge_ranking(np.arange(21.0)[::-1], is_target).completeness == 1.0


def test_what_ties_is_on_the_list_together_or_not_at_all():
    score = np.array([0.9, 0.5, 0.5, 0.5])
    ranking = judge_ranking(score, np.array([True, True, False, False]))
    assert ranking.found.tolist() == [True, False]


def test_average_precision_is_that_of_scikit_learn_with_ties_too():
    rng = np.random.default_rng(0)
    for _ in range(20):
        score, is_target = rng.integers(0, 9, 60), rng.random(60) < 0.2
        expected = average_precision_score(is_target, score)
        found = judge_ranking(score.astype(float), is_target).average_precision
        assert found == pytest.approx(expected)


def test_without_targets_nothing_is_known():
    ranking = judge_ranking(np.arange(3.0), np.zeros(3, np.bool_))
    assert np.isnan(ranking.completeness)
    assert np.isnan(ranking.average_precision)
