import numpy as np
import pytest

from specoracle.errors import CampaignError
from specoracle.query.candidates import Candidates, Labelled
from specoracle.query.diverse import (
    balanced_by_class,
    contradictory,
    core_set,
    dense,
    likely_targets,
    long_gradients,
    typical_first,
)

UNSURE = np.log(np.full((300, 2), 0.5))


def rng():
    return np.random.default_rng(3)


def candidates(features, *, logs=None, known=None, column=(), **more):
    logs = UNSURE[: len(features)] if logs is None else logs
    return Candidates(
        rows=np.arange(len(features)),
        log_probabilities=logs,
        features=features,
        labelled=Labelled(
            column=np.array(column, dtype=np.intp),
            features=None if known is None else lambda: known,
        ),
        **more,
    )


def islands(*sizes):
    """Groups of points, 100 apart; and the group of each."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    spread = np.random.default_rng(1).normal(size=(len(group), 2))
    return spread + 100 * group[:, None] * [1, 0] + 1000, group


def test_core_set_goes_where_nothing_is_labelled():
    features, group = islands(100, 100, 100)
    known = features[group == 0][:5]
    rows = core_set(candidates(features, known=known), 2, rng=rng()).rows
    assert set(group[rows]) == {1, 2}


def test_core_set_without_labels_covers_all_groups():
    features, group = islands(100, 100, 100)
    rows = core_set(candidates(features), 3, rng=rng()).rows
    assert set(group[rows]) == {0, 1, 2}


def test_typical_members_come_from_the_largest_group_without_a_label():
    features, group = islands(60, 200, 40)
    known = features[group == 1][:3]
    choice = typical_first(candidates(features, known=known), 1, rng=rng())
    assert group[choice.rows].tolist() == [0]


def test_density_prefers_the_crowd_to_a_lonely_candidate_of_equal_entropy():
    angle = np.append(np.full(99, 0.1), np.pi / 2)
    angle[:99] += np.linspace(0, 1e-2, 99)
    features = np.column_stack([np.cos(angle), np.sin(angle)])
    rows = dense(candidates(features), 20, rng=rng()).rows
    assert 99 not in rows.tolist()


def test_gradients_are_longest_where_the_features_are():
    features = np.random.default_rng(1).normal(size=(50, 3))
    features[17] *= 40
    choice = long_gradients(candidates(features), 1, rng=rng())
    assert choice.rows.tolist() == [17]


def test_the_class_with_fewest_labels_has_most_places():
    p = np.where(np.arange(200) < 100, 0.7, 0.3)
    logs = np.log(np.column_stack([p, 1 - p]))
    known = candidates(np.zeros((200, 1)), logs=logs, column=[0] * 8 + [1] * 2)
    rows = balanced_by_class(known, 10, rng=rng()).rows
    # Eight and two labels become ten each.
    assert np.bincount(rows // 100).tolist() == [2, 8]


def test_likely_targets_are_those_of_all_target_classes():
    logs = np.log([[0.8, 0.1, 0.1], [0.2, 0.4, 0.4], [0.4, 0.6, 1e-9], [0.5, 1e-9, 0.5]])
    some = candidates(np.zeros((4, 1)), logs=logs, targets=(1, 2))
    choice = likely_targets(some, 2, rng=rng())
    assert choice.rows.tolist() == [1, 2]
    assert choice.reason == ("probability 0.800", "probability 0.600")


def test_one_network_cannot_contradict_itself():
    with pytest.raises(CampaignError, match="several networks, got those of one"):
        contradictory(candidates(np.zeros((4, 1))), 2, rng=rng())


@pytest.mark.parametrize("strategy", [core_set, dense, long_gradients, typical_first])
def test_without_features_a_strategy_that_compares_says_so(strategy):
    blind = Candidates(rows=np.arange(9), log_probabilities=UNSURE[:9])
    with pytest.raises(CampaignError, match="expected features of the candidates"):
        strategy(blind, 2, rng=rng())
