import numpy as np
import pytest

from specoracle.estimation.design import (
    OUTSIDE,
    allocate,
    draw,
    score_strata,
    signal_strata,
    union_probability,
)


@pytest.mark.parametrize(
    ("sizes", "n"), [([100, 100], 10), ([1, 1, 1000], 30), ([5, 5], 30), ([40, 0, 7], 3)]
)
def test_the_whole_sample_is_shared_out_and_no_stratum_overdrawn(sizes, n):
    allocated = allocate(np.array(sizes), n)
    assert allocated.sum() == min(max(n, np.count_nonzero(sizes)), sum(sizes))
    assert (allocated <= sizes).all()
    assert (allocated[np.array(sizes) > 0] >= 1).all()


def test_inclusion_is_as_frequent_as_the_design_says():
    # Monte Carlo against the recorded probabilities; 4000 draws give a standard error
    # of at most 0.008, so 0.04 is five of them.
    strata = np.array([0] * 4 + [1] * 12 + [2] * 40, dtype=np.uint8)
    counts = np.zeros(len(strata))
    for seed in range(4000):
        counts[draw(strata, 9, rng=np.random.default_rng(seed)).rows] += 1
    probability = draw(strata, 9, rng=np.random.default_rng(0)).probability[strata]
    np.testing.assert_allclose(counts / 4000, probability, atol=0.04)


def test_rows_outside_the_population_are_never_drawn():
    strata = np.array([0, OUTSIDE, 1, OUTSIDE], dtype=np.uint8)
    assert draw(strata, 4, rng=np.random.default_rng(1)).rows.tolist() == [0, 2]


def test_two_even_chances_make_three_quarters():
    np.testing.assert_allclose(
        union_probability(np.array([[0.5, 1.0], [0.5, 0.2]])), [0.75, 1.0]
    )


def test_strata_by_score_are_finest_at_the_top():
    score = np.random.default_rng(1).random(10_000)
    strata = score_strata(score)
    sizes = np.bincount(strata)
    assert (np.diff(sizes) > 0).all()
    assert score[strata == 0].min() > score[strata == 1].max()
    assert sizes.sum() == 10_000


@pytest.mark.parametrize("n", [1, 2, 5, 17])
def test_a_tiny_pool_still_has_strata(n):
    assert len(score_strata(np.linspace(0, 1, n))) == n


def test_a_spectrum_without_signal_to_noise_is_a_poor_one():
    strata = signal_strata(np.array([np.nan, 5.0, 50.0, 60.0]), np.zeros(4, np.intp))
    assert strata[0] == strata[1] != strata[2]
