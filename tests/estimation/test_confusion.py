import numpy as np
import pytest

from specoracle.estimation.cells import split
from specoracle.estimation.confusion import confusion

NAMES = ("absorption", "emission", "double-peak")


def test_a_census_gives_the_table_of_counting():
    predicted = np.array([0, 0, 0, 1, 1, 2])
    truth = np.array([0, 0, 1, 1, 1, 0])
    cells = split(np.ones(6), predicted, np.arange(6))
    done = confusion(cells, truth, NAMES)
    found = [[share.value for share in row] for row in done.shares]
    np.testing.assert_allclose(found, [[2 / 3, 0, 1], [1 / 3, 1, 0], [0, 0, 0]], atol=1e-6)
    assert done.accuracy.value == pytest.approx(4 / 6)
    absorption, emission, double = done.classes
    assert absorption.completeness.value == pytest.approx(2 / 3)
    assert emission.precision.value == pytest.approx(1)
    assert emission.f1.value == pytest.approx(4 / 5)  # 2 · 2 / (2 predicted + 3 true)
    assert double.completeness.value is None  # there is none to be found
    assert "label" in double.completeness.unknown


def test_each_row_and_column_of_a_sample_has_its_interval():
    rng = np.random.default_rng(1)
    predicted = rng.integers(0, 3, 5000)
    rows = np.sort(rng.choice(5000, 200, replace=False))
    truth = np.where(rng.random(200) < 0.8, predicted[rows], rng.integers(0, 3, 200))
    cells = split(np.full(5000, 0.04), predicted, rows)
    done = confusion(cells, truth, NAMES)
    for row in done.shares:
        for share in row:
            assert share.low <= share.value <= share.high
            assert 0 < share.width < 0.5
    columns = np.array([[share.value for share in row] for row in done.shares]).sum(axis=0)
    np.testing.assert_allclose(columns, 1)
    right = (truth == predicted[rows]).mean()
    assert done.accuracy.value == pytest.approx(right, abs=0.01)
    assert done.accuracy.low < right < done.accuracy.high


def test_one_class_only_says_so_of_the_others():
    cells = split(np.full(100, 0.3), np.zeros(100, int), np.arange(30))
    done = confusion(cells, np.zeros(30, int), NAMES)
    assert done.accuracy.value == 1.0
    assert done.accuracy.low < 1.0
    assert done.classes[1].precision.value is None
    assert "list is empty" in done.classes[1].precision.unknown
