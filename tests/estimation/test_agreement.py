import numpy as np
import pytest
from scipy.stats import binomtest

from specoracle.estimation.agreement import NO_ANSWER, agreeing_share, agreement

FLEISS_TABLE = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)
"""Ten subjects by five classes as fourteen raters saw them; κ = 0.210 (the example of the
article "Fleiss' kappa" of the English Wikipedia)."""


def test_fleiss_kappa_is_that_of_a_published_example():
    answers = np.array([np.repeat(np.arange(5), row) for row in FLEISS_TABLE]).T
    assert agreement(answers).fleiss == pytest.approx(0.210, abs=0.0005)


def test_krippendorffs_alpha_with_gaps_is_that_of_his_paper():
    # Krippendorff (2011), example C: four observers, twelve units, nominal α = 0.743.
    x = NO_ANSWER
    answers = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, x, x, x],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, x, 3],
            [x, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, x],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, x],
        ]
    )
    assert agreement(answers).krippendorff == pytest.approx(0.743, abs=0.0005)


def test_cohens_kappa_is_that_of_counting():
    # 20 + 15 of 50 agree; by chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5: (0.7 - 0.5) / 0.5.
    first = np.repeat([0, 0, 1, 1], [20, 5, 10, 15])
    second = np.repeat([0, 1, 0, 1], [20, 5, 10, 15])
    done = agreement(np.array([first, second]))
    assert done.cohen[0, 1] == pytest.approx(0.4)
    exact = binomtest(35, 50).proportion_ci(method="exact")
    assert (done.share.value, done.share.low) == pytest.approx((0.7, exact.low))


def test_all_who_disagree_have_no_share_and_still_an_interval():
    done = agreement(np.array([[0] * 10, [1] * 10]))
    assert done.share.value == 0.0
    assert done.share.high == pytest.approx(1 - 0.025**0.1)
    assert done.krippendorff < 0


def test_one_class_only_says_nothing_beyond_chance():
    done = agreement(np.zeros((2, 8), int))
    assert done.krippendorff is None
    assert done.fleiss is None
    assert done.cohen == {(0, 1): None}
    assert done.share.low < 1


def test_nothing_answered_twice_is_said():
    nobody = np.full((2, 5), NO_ANSWER)
    assert "label" in agreement(nobody).share.unknown
    assert agreeing_share(np.zeros(0, int), np.zeros(0, int)).value is None


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("n", [20, 100])
def test_the_interval_of_repeats_covers(share, n):
    rng = np.random.default_rng(1)
    hits = 0
    for equal in rng.binomial(n, share, 500):
        done = agreeing_share(np.zeros(n, int), (np.arange(n) >= equal).astype(int))
        hits += done.low <= share <= done.high
    assert hits / 500 >= 0.93
