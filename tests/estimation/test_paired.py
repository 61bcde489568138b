import numpy as np
import pytest

from specoracle.estimation.estimate import completeness
from specoracle.estimation.limits import Counts
from specoracle.estimation.looks import error_at
from specoracle.estimation.paired import completeness_gain, f1_gain

BEFORE = np.array([True, True, False, False])
AFTER = np.array([True, False, True, False])


def counts(size, sampled, positive):
    return Counts(
        size=np.array(size, float),
        sampled=np.array(sampled, float),
        positive=np.array(positive, float),
    )


def test_the_gain_of_a_census_is_that_of_counting():
    # Both find 6, only the earlier 1, only the later 2, neither 1: 8/10 - 7/10; F1 is
    # 2 · 8 / (8 + 2 + 10) - 2 · 7 / (8 + 2 + 10).
    done = counts([8, 2, 2, 50], [8, 2, 2, 50], [6, 1, 2, 1])
    assert completeness_gain(done, BEFORE, AFTER).value == pytest.approx(0.1)
    assert completeness_gain(done, BEFORE, AFTER).width < 1e-6
    assert f1_gain(done, BEFORE, AFTER).value == pytest.approx(0.1)


def test_a_pair_knows_more_than_two_alone():
    seen = counts([1000, 20, 30, 3000], [100, 20, 30, 100], [90, 5, 25, 3])
    gain = completeness_gain(seen, BEFORE, AFTER)
    alone = completeness(seen, BEFORE).width + completeness(seen, AFTER).width
    assert gain.width < alone / 2
    assert gain.low > 0


def test_two_equal_lists_differ_by_nothing():
    seen = counts([1000, 3000], [100, 100], [90, 3])
    listed = np.array([True, False])
    gain = completeness_gain(seen, listed, listed)
    assert gain.value == pytest.approx(0, abs=1e-6)
    assert gain.width < 1e-6


@pytest.mark.parametrize("gain", [completeness_gain, f1_gain])
def test_without_a_target_no_gain_is_known(gain):
    done = gain(counts([9, 9, 9, 9], [3, 3, 3, 3], [0, 0, 0, 0]), BEFORE, AFTER)
    assert done.value is None
    assert (done.low, done.high) == (-1, 1)
    assert "label" in done.unknown


def test_all_looks_together_spend_the_error_of_one():
    # Σ 1/k² = π²/6; what is missing from k > 10,000 is less than 1/10,000 of it.
    spent = sum(error_at(k) for k in range(1, 10_001))
    assert spent == pytest.approx(0.05, rel=2e-4)
    assert error_at(1) < 0.05
