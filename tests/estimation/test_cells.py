import numpy as np
import pytest

from specoracle.estimation.cells import split
from specoracle.estimation.estimate import prevalence


def test_cells_have_the_sizes_of_the_pool_and_the_units_of_the_sample():
    probability = np.array([1.0] * 2 + [0.5] * 4 + [0.01] * 100)
    listed = np.arange(106) < 4
    cells = split(probability, listed.astype(int), np.array([0, 1, 2, 4, 50]))
    counts = cells.counts(np.array([True, False, True, False, False]))
    assert counts.size.sum() == 106
    assert counts.sampled.sum() == 5
    # The two certain ones, two on the list at 1/2, two off it, a hundred at 1/100.
    assert sorted(counts.size) == [2, 2, 2, 100]
    assert counts.positive.sum() == 2


def test_rows_that_stand_for_others_do_so_by_their_weights():
    # Two strata of 1000 in one cell, drawn at 1/10 and 1/20: a Hájek estimate of the
    # share by hand: (100 · 10 · 0.5 + 50 · 20 · 0) / 2000.
    probability = np.repeat([0.1, 0.05], 1000)
    rows = np.r_[0:100, 1000:1050]
    positive = np.r_[np.arange(100) < 50, np.zeros(50, bool)]
    cells = split(probability, np.zeros(2000, int), rows)
    counts = cells.counts(positive)
    if len(counts.size) == 1:
        # Kish's effective size (Σw)² / Σw² = 2000² / 30000
        assert counts.sampled[0] == pytest.approx(2000**2 / 30_000)
    assert prevalence(counts).value == pytest.approx(0.25)


def test_what_could_never_be_drawn_is_a_cell_of_its_own():
    cells = split(np.array([0.5, 0.5, 0.0]), np.zeros(3, int), np.array([0]))
    counts = cells.counts(np.array([True]))
    assert sorted(counts.size) == [1, 2]
    assert counts.sampled[counts.size == 1] == 0


def test_rows_that_are_alike_may_be_counted_together():
    one_by_one = split(np.full(6, 0.5), np.array([0, 0, 0, 1, 1, 1]), np.array([0, 3]))
    together = split(
        np.full(2, 0.5), np.array([0, 1]), np.array([0, 1]), alike=np.array([3, 3])
    )
    np.testing.assert_array_equal(one_by_one.size, together.size)
