import numpy as np
import pytest

from specoracle.estimation.design import (
    allocate,
    draw,
    shares_by_variance,
    union_probability,
)
from specoracle.estimation.strata import (
    FIRST_BELOW,
    OUTSIDE,
    SHARES,
    score_strata,
    signal_strata,
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


@pytest.mark.parametrize("n", [10, 100, 1000])
def test_a_draw_follows_its_shares_where_the_strata_hold_it(n):
    allocated = allocate(np.full(8, 10**6), n, SHARES)
    assert allocated.sum() == n
    np.testing.assert_allclose(allocated, np.maximum(n * SHARES, 1), atol=1.01)


def test_an_extension_goes_where_the_variance_is_and_forgets_no_stratum():
    # Neyman: n ∝ N S, so 100 · 0.5 against 300 · 0.5; the other half by design.
    shares = shares_by_variance(
        np.array([100, 300, 900]), np.array([0.25, 0.25, 0]), np.array([0.2, 0.2, 0.6])
    )
    np.testing.assert_allclose(shares, [0.225, 0.475, 0.3])
    no_variance = shares_by_variance(np.array([1, 2]), np.zeros(2), np.array([0.4, 0.6]))
    np.testing.assert_allclose(no_variance, [0.4, 0.6])


def test_strata_by_score_are_finest_at_the_end_of_the_list():
    score = np.random.default_rng(1).random(10_000)
    done = score_strata(score, 400)
    assert score[done.stratum == 0].min() > score[done.stratum == 1].max()
    sizes = np.bincount(done.stratum)
    assert sizes[:3].sum() == 400
    assert sizes[:FIRST_BELOW].sum() == 1000  # the floor is at 2.5 lengths of the list
    assert sizes[2] == sizes[:3].min()
    assert sizes[3] == sizes[3:].min()
    assert sizes.sum() == 10_000


def test_the_floor_is_the_lowest_score_above_it():
    score = np.random.default_rng(2).random(5000)
    done = score_strata(score, 100)
    above = done.stratum < FIRST_BELOW
    assert score[above].min() == done.floor > score[~above].max()


@pytest.mark.parametrize("n_listed", [0, 1, 60, 10_000])
@pytest.mark.parametrize("n", [1, 2, 5, 17, 10_000])
def test_any_pool_and_any_list_has_strata(n, n_listed):
    done = score_strata(np.linspace(0, 1, n), min(n_listed, n))
    assert len(done.stratum) == n
    assert done.stratum.max() < len(SHARES)
    assert np.isfinite(done.floor)


def test_spectra_without_a_score_rank_lowest():
    score = np.array([np.nan, 0.9, np.nan, 0.2])
    done = score_strata(score, 1)
    assert done.stratum[[0, 2]].min() > done.stratum[[1, 3]].max()


def test_a_spectrum_without_signal_to_noise_is_a_poor_one():
    strata = signal_strata(np.array([np.nan, 5.0, 50.0, 60.0]), np.zeros(4, np.intp))
    assert strata[0] == strata[1] != strata[2]
