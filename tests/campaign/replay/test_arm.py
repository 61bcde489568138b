import numpy as np
import pytest

from specoracle.campaign.facts import PRESETS
from specoracle.campaign.replay.arm import PARTS, SometimesWrong, arm_facts, arm_named
from specoracle.errors import CampaignError
from specoracle.query.names import StrategyName

CLASSES = ("absorption", "emission", "double-peak")


@pytest.mark.parametrize("name", [*PRESETS, *StrategyName])
def test_every_preset_and_every_strategy_is_an_arm(name):
    facts = arm_facts(arm_named(name), classes=CLASSES, targets=CLASSES[1:], seed=4)
    assert facts.preset in PRESETS
    assert facts.seed == 4
    assert facts.estimation_size == facts.estimation_growth == 0


def test_a_preset_keeps_its_settings_and_a_strategy_takes_their_place():
    preset = arm_facts(arm_named("skoda2020"), classes=CLASSES, targets=CLASSES[1:])
    assert (preset.strategy, preset.batch_size) == ("entropy", 100)
    arm = arm_named("margin@skoda2020")
    facts = arm_facts(arm, classes=CLASSES, targets=CLASSES[1:])
    assert (facts.preset, facts.strategy, facts.candidate_size) == (
        "skoda2020",
        "margin",
        0,
    )
    assert arm_named("random@skoda2020").is_blind
    assert not arm.is_blind


@pytest.mark.parametrize("part", PARTS)
def test_an_arm_may_leave_out_a_part_of_the_default_preset(part):
    whole, less = (
        arm_facts(arm_named(words), classes=CLASSES, targets=CLASSES[1:])
        for words in ("default", f"default~{part}")
    )
    assert (less.preset, less.strategy) == ("default", "mixed")
    lost = {
        "ensemble": (whole.n_members, less.n_members) == (4, 1),
        "alike": whole.alike > less.alike == 0,
    }
    before, places = (each.batch_shares.counts(100) for each in (whole, less))
    assert lost.get(part, before.get(part) != places.get(part) == 0)
    # A batch is as large as before.
    assert sum(places.values()) == 100


@pytest.mark.parametrize("words", ["default~luck", "skoda2020~likely", "margin~likely"])
def test_what_is_no_part_of_a_preset_cannot_be_left_out(words):
    with pytest.raises(CampaignError, match=r"expected a preset \(default\) without"):
        arm_named(words)


@pytest.mark.parametrize("words", ["nonsense", "margin@nonsense", "@skoda2020", ""])
def test_an_unknown_arm_is_refused_with_those_there_are(words):
    with pytest.raises(CampaignError, match=r"skoda2020.*entropy.*got"):
        arm_named(words)


def test_an_oracle_errs_as_often_as_it_is_told_and_always_alike():
    names = [f"star:{k}" for k in range(4000)]
    truth = dict.fromkeys(names, "absorption")
    oracle = SometimesWrong(truth, CLASSES, 0.05, seed=1)
    answers = [oracle(name) for name in names]
    wrong = np.mean([answer != "absorption" for answer in answers])
    # Binomial: the standard deviation of the share is 0.0034.
    assert wrong == pytest.approx(0.05, abs=4 * 0.0034)
    assert answers == [oracle(name) for name in names]
    assert set(answers) == set(CLASSES)
    assert oracle("unknown") is None


def test_an_oracle_that_never_errs_tells_the_truth():
    truth = {f"star:{k}": CLASSES[k % 3] for k in range(30)}
    oracle = SometimesWrong(truth, CLASSES, 0.0, seed=1)
    assert {name: oracle(name) for name in truth} == truth
