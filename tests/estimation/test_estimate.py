import numpy as np
import pytest
from scipy.stats import binomtest, hypergeom

from specoracle.estimation import estimate
from specoracle.estimation.limits import Counts

LIST_AND_REST = np.array([True, False])


def counts(size, sampled, positive):
    return Counts(
        size=np.array(size, float),
        sampled=np.array(sampled, float),
        positive=np.array(positive, float),
    )


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 30), (30, 30), (1, 300), (4, 100), (96, 100), (50, 100)]
)
def test_one_big_cell_has_nearly_the_exact_binomial_interval(hits, n):
    # scipy's Clopper-Pearson interval; ours may be wider, but hardly narrower.
    exact = binomtest(hits, n).proportion_ci(0.95, method="exact")
    done = estimate.prevalence(counts([1e7], [n], [hits]))
    assert done.low <= exact.low + 0.005
    assert done.high >= exact.high - 0.005
    assert done.width <= 1.25 * (exact.high - exact.low)


def test_a_cell_that_is_half_labelled_is_half_known():
    # The most targets among 100 of which 50 show none with a chance of 2.5 % or more, by
    # scipy's hypergeometric distribution, are 5.
    most = max(k for k in range(50) if hypergeom(100, k, 50).pmf(0) >= 0.025)
    done = estimate.prevalence(counts([100], [50], [0]))
    assert done.high == pytest.approx(most / 100, abs=0.012)


def test_a_census_gives_the_truth_without_an_error():
    done = counts([3, 2], [3, 2], [2, 1])
    precision = estimate.precision(done, LIST_AND_REST)
    completeness = estimate.completeness(done, LIST_AND_REST)
    assert precision.value == pytest.approx(2 / 3)
    assert completeness.value == pytest.approx(2 / 3)
    assert precision.width == pytest.approx(0, abs=1e-6)
    assert completeness.width == pytest.approx(0, abs=1e-6)
    # 2 · 2 / (3 listed + 3 targets)
    assert estimate.f1(done, LIST_AND_REST).value == pytest.approx(4 / 6)


def test_a_big_cell_without_a_target_may_hide_some():
    # The list of 100 holds targets only. Of 10,000 others 100 were looked at: up to
    # 3.7 % of them may be targets (0.025 ** (1 / 100)), then it has 100 of 470.
    done = estimate.completeness(counts([100, 1e4], [100, 100], [100, 0]), LIST_AND_REST)
    assert done.value == 1.0
    assert done.low == pytest.approx(100 / (100 + 1e4 * (1 - 0.025**0.01)), abs=0.01)


def test_all_correct_is_no_proof_of_perfection():
    # The exact one-sided limit of 30 in 30 at 2.5 % is 0.025 ** (1 / 30) = 0.884.
    done = estimate.precision(counts([1e5, 1e6], [30, 30], [30, 0]), LIST_AND_REST)
    assert (done.value, done.high) == (1.0, 1.0)
    assert done.low == pytest.approx(0.884, abs=0.01)


def test_what_was_never_sampled_may_be_anything():
    # Half of the list was labelled and is all targets; of the other half nothing is known.
    seen = counts([100, 100, 1000], [100, 0, 500], [100, 0, 0])
    done = estimate.precision(seen, np.array([True, True, False]))
    assert done.low == pytest.approx(0.5, abs=1e-6)
    assert done.high == 1.0
    assert done.value is None
    # One label in that half, and there is a value, and an interval that is hardly better.
    seen = counts([100, 100, 1000], [100, 1, 500], [100, 1, 0])
    done = estimate.precision(seen, np.array([True, True, False]))
    assert done.value == 1.0
    assert 0.5 <= done.low < 0.6


@pytest.mark.parametrize(
    "seen",
    [
        counts([100, 1000], [0, 0], [0, 0]),
        counts([100, 1000], [30, 30], [0, 0]),
        counts([0, 1000], [0, 30], [0, 0]),
        # Labels that stand for themselves only, and no sample.
        counts([10, 100, 1000], [10, 0, 0], [10, 0, 0]),
    ],
    ids=["nothing labelled", "no target", "empty list", "no sample"],
)
@pytest.mark.parametrize("figure", ["precision", "completeness", "f1"])
def test_nothing_known_is_said_and_what_would_change_it(seen, figure):
    listed = np.arange(len(seen.size)) < len(seen.size) - 1
    done = getattr(estimate, figure)(seen, listed)
    if figure == "f1" and seen.sampled[-2] == 30:
        assert done.value is None
        assert done.low == 0.0  # F1 of a list without a target is no better than this
        return
    if figure == "precision" and seen.sampled[-2] == 30:
        assert done.value == 0.0  # this much is known: none of 30
        assert 0 < done.high < 0.2
        return
    assert done.value is None
    assert 0.0 <= done.low <= done.high <= 1.0
    assert done.width > 0.85 or not seen.size[-2]  # an empty list finds nothing
    assert str(done).startswith(("not yet known: ", "between 0.0"))
    assert "label" in str(done)
    assert "label" in done.unknown


def test_an_empty_list_has_found_nothing():
    done = estimate.completeness(counts([0, 100], [0, 50], [0, 5]), LIST_AND_REST)
    assert done.value == 0.0
    assert done.high == pytest.approx(0.0, abs=1e-6)


def test_below_the_floor_the_rule_of_three_holds():
    none = counts([1e4, 4e6], [100, 1155], [90, 0])
    # 3 N / n, Hanley & Lippman-Hand (1983): 4,000,000 / 1155 * 3 = 10,390
    bound = estimate.at_most(none, np.array([False, True]))
    assert bound == pytest.approx(3 * 4e6 / 1155, rel=0.01)
    assert estimate.at_most(none, np.array([False, False])) == 0.0


def test_a_smaller_error_makes_a_wider_interval():
    seen = counts([1e3, 1e5], [50, 100], [40, 2])
    wide = estimate.completeness(seen, LIST_AND_REST, error=0.001)
    narrow = estimate.completeness(seen, LIST_AND_REST)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
