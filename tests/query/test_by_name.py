import numpy as np
import pytest

from specoracle.query.by_name import STRATEGIES, strategy_named
from specoracle.query.candidates import Candidates, Labelled
from specoracle.query.names import StrategyName

NAMES = sorted(STRATEGIES)


def pool(n, *, n_labelled=3, seed=1):
    """Candidates of rows 100, 101, …; a third of them of each of three classes."""
    rng = np.random.default_rng(seed)
    features = (
        rng.normal(size=(n + n_labelled, 4)) + 5 * (np.arange(n + n_labelled) % 3)[:, None]
    )
    logits = rng.normal(size=(n, 3, 5))
    logits[np.arange(n), np.arange(n) % 3] += 1
    each = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return Candidates(
        rows=np.arange(100, 100 + n),
        log_probabilities=np.log(np.exp(each).mean(axis=2)),
        targets=(2,),
        mutual_information=rng.random(n),
        features=lambda rows: features[rows - 100],
        labelled=Labelled(column=np.arange(n_labelled) % 3, features=lambda: features[n:]),
    )


def rng():
    return np.random.default_rng(2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("n", "wanted"), [(40, 7), (40, 40), (5, 9), (1, 1), (1, 0)])
def test_as_many_as_wanted_are_asked_none_twice_and_each_with_a_reason(name, n, wanted):
    choice = strategy_named(name)(pool(n), wanted, rng=rng())
    assert len(choice.rows) == len(choice.reason) == min(n, wanted)
    assert len(set(choice.rows.tolist())) == len(choice.rows)
    assert set(choice.rows.tolist()) <= set(range(100, 100 + n))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_pool_gives_an_empty_batch(name):
    assert STRATEGIES[name](pool(0), 5, rng=rng()).rows.size == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_asks_the_same(name):
    choices = [STRATEGIES[name](pool(60), 8, rng=rng()).rows for _ in range(2)]
    np.testing.assert_array_equal(*choices)


@pytest.mark.parametrize("name", NAMES)
def test_a_pool_without_a_label_is_asked_about_all_the_same(name):
    assert len(STRATEGIES[name](pool(30, n_labelled=0), 6, rng=rng()).rows) == 6


@pytest.mark.parametrize("name", NAMES)
def test_candidates_that_are_all_alike_are_asked_about_as_far_as_they_differ(name):
    logs = np.log(np.full((12, 3), 1 / 3))
    alike = Candidates(
        rows=np.arange(12),
        log_probabilities=logs,
        targets=(2,),
        mutual_information=np.zeros(12),
        features=lambda rows: np.ones((len(rows), 2)),
    )
    rows = STRATEGIES[name](alike, 4, rng=rng()).rows
    # Those that look at features see twelve times the same spectrum.
    assert 1 <= len(rows) <= 4
    assert len(set(rows.tolist())) == len(rows)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"random", "stratified", "typical"}))
def test_what_no_class_has_any_probability_for_is_not_asked_about(name):
    whole = pool(20)
    logs = whole.log_probabilities.copy()
    logs[::2] = -np.inf
    logs[1] = np.nan
    information = whole.mutual_information.copy()
    information[::2] = information[1] = np.nan
    judged = Candidates(
        rows=whole.rows,
        log_probabilities=logs,
        targets=(2,),
        mutual_information=information,
        features=whole.features,
    )
    rows = STRATEGIES[name](judged, 20, rng=rng()).rows
    assert sorted(rows.tolist()) == list(range(103, 120, 2))


def test_every_name_has_a_strategy():
    assert set(STRATEGIES) == set(StrategyName)
