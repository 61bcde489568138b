import pytest

from specoracle.campaign.judging.looks import looks
from specoracle.campaign.judging.performance import performance
from specoracle.campaign.judging.stopping import stopping_advice
from specoracle.panel.performance_box import PerformanceBox


@pytest.fixture
def box(judging):
    made = PerformanceBox(judging)
    yield made
    made.close()


def test_the_desk_says_what_the_terminal_says(campaign, box):
    advice = stopping_advice(campaign)
    shown = box.advice.shown
    assert shown["sentence"] == advice.sentence
    assert shown["stop"] is advice.stop
    said = [(one["met"], one["text"]) for one in shown["reasons"]]
    assert said == [(one.met, one.sentence) for one in (*advice.criteria, *advice.limits)]


def test_the_figure_to_lead_with_stands_beside_the_curve(campaign, box):
    last = performance(campaign)[-1].completeness_above_floor
    assert box.advice.shown["figure"] == f"Completeness above the floor: {last}"
    names = [trace["name"] for trace in box.plot.figure["data"] if "name" in trace]
    assert names == ["completeness above the floor", "precision"]


def test_opening_the_desk_again_is_no_new_look(campaign, box, judging):
    folder = campaign.folder.folder / "looks"
    assert [one.number for one in looks(folder)] == [1]
    PerformanceBox(judging).close()
    assert len(looks(folder)) == 1


def test_what_cannot_be_estimated_is_said_and_the_desk_stays(campaign, judging):
    for scores in campaign.folder.folder.rglob("*scores*"):
        if scores.is_file():
            scores.write_bytes(b"damaged")
    made = PerformanceBox(judging)
    assert made.advice.shown["sentence"].startswith("No advice. ")
    assert made.advice.shown["reasons"] == []
    made.close()
