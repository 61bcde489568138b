import numpy as np

from specoracle.query import short_list
from specoracle.query.candidates import Candidates
from specoracle.query.short_list import Taken

N = 5000
SCORES = np.linspace(1, 0, N)


def rng():
    return np.random.default_rng(1)


def taken(**columns):
    rows, logs = np.arange(N), np.zeros((N, 2))
    candidates = Candidates(rows=rows, log_probabilities=logs, **columns)
    return Taken(candidates=candidates, open=np.ones(N, dtype=bool))


def test_the_list_holds_the_best_thirty_for_each_place():
    listed = taken().short_list(SCORES, 20, rng=rng())
    assert listed.positions.tolist() == list(range(600))


def test_the_list_grows_until_there_are_enough_that_may_be_asked():
    best_are_flagged = SCORES > 0.5
    book = taken(artefact=best_are_flagged)
    listed = book.short_list(SCORES, 10, rng=rng())
    assert len(listed.positions) >= 10
    assert listed.positions[0] == N // 2
    assert book.flagged.tolist() == list(range(N // 2))


def test_the_list_grows_no_longer_than_its_bound(monkeypatch):
    monkeypatch.setattr(short_list, "MOST", 1000)
    book = taken(objects=np.zeros(N, dtype=int))
    assert book.short_list(SCORES, 10, rng=rng()).positions.tolist() == [0]


def test_what_was_taken_and_what_repeats_it_is_not_listed():
    features = np.random.default_rng(1).normal(size=(N, 3))
    features[7] = features[4900]
    book = taken(features=features)
    book.take(np.array([0, 4900]))
    listed = book.short_list(SCORES, 1, rng=rng())
    assert listed.positions[:8].tolist() == [1, 2, 3, 4, 5, 6, 8, 9]
    np.testing.assert_array_equal(listed.features, features[listed.positions])
