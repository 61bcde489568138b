import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from specoracle.query.acquisition import entropy
from specoracle.query.class_balance import balanced, evened_out

LOGS = np.log([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])


def rng():
    return np.random.default_rng(1)


def test_the_rarely_predicted_class_is_asked_as_often():
    # Predicted are four times class 0 and once class 1; the least sure of 0 is row 3.
    assert balanced(entropy(LOGS), LOGS, 2, rng=rng()).tolist() == [3, 4]


def test_a_class_that_is_used_up_leaves_its_places():
    chosen = balanced(entropy(LOGS), LOGS, 4, rng=rng())
    assert sorted(chosen) == [1, 2, 3, 4]


def test_a_class_that_is_never_predicted_is_no_hindrance():
    logs = np.column_stack([LOGS, np.full(5, -np.inf)])
    assert sorted(balanced(entropy(logs), logs, 9, rng=rng())) == [0, 1, 2, 3, 4]


def test_labels_there_are_count():
    # Three labels of class 1 and none of 0: two more of 0 are wanted first.
    chosen = balanced(entropy(LOGS), LOGS, 2, labelled=[0, 3], rng=rng())
    assert chosen.tolist() == [3, 2]


def test_what_cannot_be_judged_is_left_out():
    logs = LOGS.copy()
    logs[4] = np.nan
    assert sorted(balanced(entropy(logs), logs, 9, rng=rng())) == [0, 1, 2, 3]
    assert balanced(entropy(logs[:0]), logs[:0], 9, rng=rng()).size == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5),
    st.integers(0, 40),
)
def test_labels_become_as_equal_as_the_candidates_allow(classes, n):
    labelled, size = (np.array(column) for column in zip(*classes, strict=True))
    wanted = evened_out(labelled.tolist(), size, n)
    assert wanted.sum() == min(n, size.sum())
    assert (wanted <= size).all()
    total = labelled + wanted
    # None that was asked about is ahead by more than one of one that could have been.
    if (wanted < size).any() and wanted.any():
        assert total[wanted > 0].max() <= total[wanted < size].min() + 1
