import pytest

from specoracle.campaign.judging.looks import looks
from specoracle.campaign.judging.stopping import advice_lines, stopping_advice
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.transition import next_round
from specoracle.estimation.stopping_evidence import Costs


@pytest.fixture
def trained(answered, quick, truth):
    for _ in range(3):
        next_round(answered, classifier=quick())
        answer_all(answered.batch("vera"), KnownLabels(truth))
    return answered


def test_a_young_campaign_is_advised_to_go_on_with_reasons(trained):
    advice = stopping_advice(trained)
    assert not advice.stop
    values = {criterion.name: criterion for criterion in advice.criteria}
    targets = sum(v in trained.facts.targets for v in trained.labels().values())
    assert values["labelled targets"].value == targets < 30
    assert len(values["expected improvement"].history) == 3
    assert values["change of the list"].value is not None
    lines = advice_lines(advice)
    assert lines[0] == advice.sentence
    assert "nan" not in "\n".join(lines)


def test_looking_twice_at_the_same_is_one_look(trained, quick, truth):
    folder = trained.folder.folder / "looks"
    stopping_advice(trained)
    stopping_advice(trained)
    assert [one.number for one in looks(folder)] == [1]
    next_round(trained, classifier=quick())
    answer_all(trained.batch("vera"), KnownLabels(truth))
    stopping_advice(trained)
    assert [one.round_number for one in looks(folder)] == [3, 4]


def test_a_budget_stops_a_campaign(trained):
    assert stopping_advice(trained, Costs(budget=10)).stop


def test_before_the_first_training_there_is_nothing_to_look_at(campaign):
    assert "No advice yet" in stopping_advice(campaign).sentence
    assert not (campaign.folder.folder / "looks").exists()
