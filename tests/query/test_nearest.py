import numpy as np
from scipy.spatial import KDTree

from specoracle.query.nearest import nearest_in_turn, spread_out


def test_one_member_names_its_nearest_neighbours_in_order():
    features = np.random.default_rng(1).normal(size=(300, 4))
    known = np.zeros((1, 4))
    rows, likes = nearest_in_turn([(np.arange(300), features)], known, 20)
    np.testing.assert_array_equal(rows, KDTree(features).query(known[0], 20)[1])
    assert (likes == 0).all()


def test_the_pieces_in_which_candidates_come_change_nothing():
    features = np.random.default_rng(2).normal(size=(200, 3))
    known = np.random.default_rng(3).normal(size=(4, 3))
    rows = np.random.default_rng(4).permutation(10_000)[:200]
    whole = nearest_in_turn([(rows, features)], known, 30)
    pieces = [(rows[i : i + 7], features[i : i + 7]) for i in range(0, 200, 7)]
    for one, other in zip(whole, nearest_in_turn(iter(pieces), known, 30), strict=True):
        np.testing.assert_array_equal(one, other)


def test_members_take_turns_and_no_row_is_named_twice():
    features = np.concatenate([np.arange(50.0), 1000 + np.arange(50.0)])[:, None]
    rows, likes = nearest_in_turn(
        [(np.arange(100), features)], np.array([[0.0], [1000.0], [0.5]]), 10
    )
    assert len(set(rows.tolist())) == 10
    assert np.bincount(likes).tolist() == [4, 3, 3]
    assert sorted(rows[likes == 1].tolist()) == [50, 51, 52]


def test_all_are_chosen_when_there_are_few_and_none_when_there_is_none():
    known = np.zeros((2, 1))
    rows, _ = nearest_in_turn([(np.array([7, 9]), np.array([[1.0], [2.0]]))], known, 5)
    assert sorted(rows.tolist()) == [7, 9]
    rows, likes = nearest_in_turn([], known, 5)
    assert rows.size == likes.size == 0
    rows, _ = nearest_in_turn([(np.array([7]), np.ones((1, 1)))], known[:0], 5)
    assert rows.size == 0


def test_few_stand_for_many_and_are_unlike_each_other():
    centres = np.array([[0.0, 9.0], [9.0, 0.0], [-9.0, -9.0]])
    kinds = np.repeat(np.arange(3), 100)
    known = centres[kinds] + np.random.default_rng(5).normal(0, 0.1, (300, 2))
    assert set(kinds[spread_out(known, 3)]) == {0, 1, 2}
