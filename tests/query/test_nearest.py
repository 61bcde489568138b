import numpy as np
from scipy.spatial import KDTree

from specoracle.query.nearest import nearest_in_turn


def chosen(blocks, known, n):
    return nearest_in_turn(blocks, known, n, rng=np.random.default_rng(0))


def test_one_member_names_its_nearest_neighbours_in_order():
    features = np.random.default_rng(1).normal(size=(300, 4))
    known = np.zeros((1, 4))
    rows, likes = chosen([(np.arange(300), features)], known, 20)
    np.testing.assert_array_equal(rows, KDTree(features).query(known[0], 20)[1])
    assert (likes == 0).all()


def test_the_pieces_in_which_candidates_come_change_nothing():
    features = np.random.default_rng(2).normal(size=(200, 3))
    known = np.random.default_rng(3).normal(size=(4, 3))
    rows = np.random.default_rng(4).permutation(10_000)[:200]
    whole = chosen([(rows, features)], known, 30)
    pieces = [(rows[i : i + 7], features[i : i + 7]) for i in range(0, 200, 7)]
    for one, other in zip(whole, chosen(iter(pieces), known, 30), strict=True):
        np.testing.assert_array_equal(one, other)


def test_members_take_turns_and_no_row_is_named_twice():
    features = np.concatenate([np.arange(50.0), 1000 + np.arange(50.0)])[:, None]
    rows, likes = chosen(
        [(np.arange(100), features)], np.array([[0.0], [1000.0], [0.5]]), 10
    )
    assert len(set(rows.tolist())) == 10
    assert np.bincount(likes).tolist() == [4, 3, 3]
    assert sorted(rows[likes == 1].tolist()) == [50, 51, 52]


def test_all_are_chosen_when_there_are_few_and_none_when_there_is_none():
    known = np.zeros((2, 1))
    rows, _ = chosen([(np.array([7, 9]), np.array([[1.0], [2.0]]))], known, 5)
    assert sorted(rows.tolist()) == [7, 9]
    rows, likes = chosen([], known, 5)
    assert rows.size == likes.size == 0
    rows, _ = chosen([(np.array([7]), np.ones((1, 1)))], known[:0], 5)
    assert rows.size == 0


def test_of_very_many_members_some_speak_for_all():
    features = np.random.default_rng(6).normal(size=(400, 2))
    rows, likes = chosen([(np.arange(400), features)], features[:100], 30)
    assert len(set(rows.tolist())) == len(set(likes.tolist())) == 30
    assert (rows == likes).all()
