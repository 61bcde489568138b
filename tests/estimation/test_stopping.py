from dataclasses import replace

import numpy as np
import pytest

from specoracle.estimation.estimate import Estimate
from specoracle.estimation.stopping import advise
from specoracle.estimation.stopping_evidence import Costs, RoundEvidence, expected_f1

SETTLED = RoundEvidence(
    n_labels=1000,
    n_targets=200,
    expected_f1=0.9,
    distance=0.1,
    distance_of_two=0.105,
    gain=Estimate(value=0.0, low=-0.02, high=0.02, n=300),
    missed_per_100=2.0,
    precision=Estimate(value=0.93, low=0.88, high=0.96, n=90),
    unsure=0.05,
)
CAMPAIGN = [replace(SETTLED, n_labels=100 * i) for i in range(6, 11)]


def changed(**changes):
    return [*CAMPAIGN[:-1], replace(CAMPAIGN[-1], **changes)]


def test_when_nothing_changes_any_more_stopping_is_advised():
    advice = advise(CAMPAIGN)
    assert advice.stop
    assert all(criterion.met for criterion in advice.criteria)
    assert not any(limit.met for limit in advice.limits)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("labelled targets", {"n_targets": 29}),
        ("expected improvement", {"expected_f1": 0.92}),
        (
            "measured improvement",
            {"gain": Estimate(value=0.05, low=0.01, high=0.09, n=300)},
        ),
        ("change of the list", {"distance_of_two": 0.14}),
        ("targets the list had missed", {"missed_per_100": 11.0}),
        ("precision", {"precision": Estimate(value=0.9, low=0.79, high=0.96, n=50)}),
    ],
)
def test_each_criterion_alone_can_speak_for_going_on(name, changes):
    advice = advise(changed(**changes))
    assert not advice.stop
    (against,) = [criterion for criterion in advice.criteria if not criterion.met]
    assert against.name == name
    assert against.sentence in advice.sentence
    assert len(against.history) == len(CAMPAIGN)
    assert against.history[-1] == against.value


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("expected improvement", {}),
        ("change of the list", {"distance_of_two": None}),
        ("measured improvement", {"gain": None}),
        (
            "precision",
            {"precision": Estimate(value=None, low=0, high=1, n=0, unknown="label 9")},
        ),
        ("targets the list had missed", {"missed_per_100": None}),
    ],
)
def test_what_is_not_known_never_speaks_for_stopping(name, changes):
    rounds = changed(**changes) if changes else CAMPAIGN[:1]
    advice = advise(rounds)
    assert not advice.stop
    unknown = next(c for c in advice.criteria if c.name == name)
    assert unknown.value is None
    assert not unknown.met
    assert "not yet known" in unknown.sentence


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.004, 0.09, "rose by at least 0.004 over two rounds"),
        (-0.003, 0.02, "neither rose nor fell measurably over two rounds"),
        (0.0004, 0.02, "neither rose nor fell measurably over two rounds"),
        (-0.09, -0.01, "fell by at least 0.010 over two rounds"),
    ],
)
def test_a_measured_change_is_called_what_it_is(low, high, said):
    gain = Estimate(value=(low + high) / 2, low=low, high=high, n=300)
    sentence = named("measured improvement", gain=gain).sentence
    assert said in sentence
    assert str(gain) in sentence


@pytest.mark.parametrize(
    ("f1", "said"),
    [
        (0.92, "rose by 0.020"),
        (0.87, "fell by 0.030"),
        (0.9004, "stayed the same"),
        (0.8996, "stayed the same"),
    ],
)
def test_an_expected_change_is_called_what_it_is(f1, said):
    # Two rounds before, it was 0.9.
    assert (
        f"no label {said} over two"
        in named("expected improvement", expected_f1=f1).sentence
    )


def test_of_a_list_that_has_all_its_labels_no_more_is_expected():
    criterion = named("expected improvement", expected_f1=None)
    assert criterion.met
    assert criterion.value == 0
    assert "all that is listed has a label" in criterion.sentence


def test_an_empty_list_has_no_expected_f1():
    assert expected_f1(np.array([0.4, 0.1]), np.array([False, False])) is None


def named(name, **changes):
    return next(c for c in advise(changed(**changes)).criteria if c.name == name)


def test_a_budget_that_is_spent_is_enough():
    advice = advise(changed(expected_f1=0.95), Costs(budget=1000))
    assert advice.stop
    assert "budget of 1000" in advice.sentence


def test_a_batch_that_nobody_can_decide_is_enough_once_there_are_targets():
    assert advise(changed(unsure=0.8, expected_f1=0.95)).stop
    assert not advise(changed(unsure=0.8, n_targets=10)).stop


def test_the_user_sets_the_cost():
    rounds = changed(missed_per_100=5.0)
    assert advise(rounds, Costs(price=6)).stop
    assert not advise(rounds, Costs(price=4)).stop


def test_a_measured_distance_of_seeds_takes_the_place_of_neighbours():
    rounds = changed(distance_of_two=0.14)
    assert advise(rounds, Costs(seed_distance=0.13)).stop
    assert not advise(rounds, Costs(seed_distance=0.05)).stop


def test_before_the_first_round_there_is_no_advice():
    advice = advise([])
    assert not advice.stop
    assert "No advice yet" in advice.sentence


def test_equal_lists_do_not_differ_at_all():
    rounds = [replace(one, distance=0.0, distance_of_two=0.0) for one in CAMPAIGN]
    assert advise(rounds).stop
    assert np.isfinite([c.value for c in advise(rounds).criteria]).all()
