import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specoracle.query.candidates import Candidates
from specoracle.query.strategy import at_random_by_class, blindly, most_uncertain, top

LOGS = np.log(np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.4], [0.99, 0.01], [0.7, 0.3]]))


def rng():
    return np.random.default_rng(1)


def candidates(logs):
    return Candidates(rows=np.arange(len(logs)), log_probabilities=logs)


@pytest.mark.parametrize("name", ["entropy", "margin", "least_confidence"])
def test_the_least_sure_are_asked_first(name):
    choice = most_uncertain(candidates(LOGS), 3, rng=rng(), acquisition=name)
    assert choice.rows.tolist() == [1, 2, 4]
    assert len(choice.reason) == 3


def test_a_nan_is_never_asked_before_a_number():
    # The predecessor's sort puts every NaN first.
    scores = np.array([np.nan, 0.1, np.nan, 0.2])
    assert top(scores, np.arange(4), 2, rng=rng()).tolist() == [3, 1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_no_model_can_judge_is_not_asked_at_all(bad):
    scores = np.array([bad, 0.1, bad, 0.2])
    assert top(scores, np.arange(4), 4, rng=rng()).tolist() == [3, 1]
    assert top(np.full(4, bad), np.arange(4), 4, rng=rng()).size == 0


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, np.nan, np.inf]), max_size=30),
    st.integers(0, 35),
    st.integers(0, 2**31),
)
def test_nothing_that_is_left_has_a_larger_score(scores, n, seed):
    scores = np.array(scores)
    rows = top(scores, np.arange(len(scores)), n, rng=np.random.default_rng(seed))
    finite = np.flatnonzero(np.isfinite(scores))
    assert len(set(rows.tolist())) == len(rows) == min(n, len(finite))
    assert (np.diff(scores[rows]) <= 0).all()
    left = np.setdiff1d(finite, rows)
    if len(rows) and len(left):
        assert scores[left].max() <= scores[rows].min()


def test_ties_are_broken_by_chance_and_not_by_place():
    chosen = {
        int(top(np.ones(50), np.arange(50), 1, rng=np.random.default_rng(s))[0])
        for s in range(40)
    }
    assert len(chosen) > 20


def test_random_choice_reports_its_probability():
    assert blindly(candidates(LOGS), 2, rng=rng()).probability == 0.4


def test_a_stratified_draw_has_as_many_of_each_predicted_class():
    predicted = np.repeat([0, 1, 2], [900, 80, 20])
    logs = np.log(np.full((1000, 3), 0.1))
    logs[np.arange(1000), predicted] = np.log(0.8)
    rows = at_random_by_class(candidates(logs), 90, rng=rng()).rows
    # The third class gives all it has, and the others share its places.
    assert np.bincount(predicted[rows]).tolist() == [35, 35, 20]
    assert len(set(rows.tolist())) == 90
