import json
import shutil

import pytest

from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import BLIND, BLIND_ROLES
from specoracle.panel.heading import facts
from specoracle.panel.labelling_panel import LabellingPanel
from specoracle.panel.spectrum_message import spectrum_message


@pytest.fixture
def panel(trained_workspace, tmp_path):
    """A panel on a copy, so that each test may answer."""
    workspace = shutil.copytree(trained_workspace, tmp_path / "workspace")
    campaign = Campaign.open(workspace, "stars")
    made = LabellingPanel(campaign, annotator="vera")
    yield made
    made.close()
    campaign.close()


def go_to(panel, *, blind):
    member = next(m for m in panel.batch.members if (m.role in BLIND_ROLES) == blind)
    panel.batch.goto(member.identifier)
    return member.identifier


def inside(child):
    return getattr(child, "children", ())


def everything_shown(panel):
    """All that the page is told, apart from arrays and code."""
    hidden = {"_esm", "_css", "config", "dark"}
    shown = [one for child in panel.children for one in (child, *inside(child))]
    return json.dumps(
        [
            {k: v for k, v in child.get_state().items() if k not in hidden}
            for child in shown
        ],
        default=lambda _: "",
    )


@pytest.mark.parametrize("blind", [True, False])
def test_every_child_shows_the_same_spectrum(panel, blind):
    identifier = go_to(panel, blind=blind)
    assert panel.spectrum.current["identifier"] == identifier
    assert panel.heading.shown["title"] == identifier
    assert panel.answers.shown["identifier"] == identifier
    assert panel.queue.current == identifier
    assert panel.map.figure["data"][-1]["customdata"] == [identifier]


def test_no_opinion_is_sent_to_the_page_where_the_annotator_is_blind(panel):
    identifier = go_to(panel, blind=True)
    assert panel.heading.shown["opinion"] is None
    opinion = panel.campaign.opinion(identifier)
    assert opinion is not None
    shown = everything_shown(panel)
    for probability in opinion.values():
        assert str(round(probability, 6)) not in shown or probability in (0, 1)


def test_the_opinion_is_shown_for_what_the_model_asked(panel):
    identifier = go_to(panel, blind=False)
    assert panel.heading.shown["opinion"] == panel.campaign.opinion(identifier)


@pytest.mark.parametrize("blind", [True, False])
def test_the_journal_knows_whether_an_opinion_was_seen(panel, blind):
    identifier = go_to(panel, blind=blind)
    message = {
        "action": "label",
        "value": "emission",
        "identifier": identifier,
        "milliseconds": 1,
    }
    panel.answers._handle_custom_msg(message, [])
    event = panel.campaign.journal.events("stars")[-1].event
    assert event.identifier == identifier
    assert (event.model_hash == BLIND) == blind


def test_a_click_on_the_map_goes_there(panel):
    identifier = panel.batch.members[-1].identifier
    panel.map._handle_custom_msg({"kind": "clicked", "identifier": identifier}, [])
    assert panel.batch.current.identifier == identifier


def test_a_click_on_the_training_set_goes_nowhere(panel):
    before = panel.batch.current
    panel.map._handle_custom_msg({"kind": "clicked", "identifier": "elsewhere"}, [])
    assert panel.batch.current == before


def test_the_archive_steps_in_where_the_survey_file_is_gone(panel):
    identifier = go_to(panel, blind=False)
    for fits in panel.campaign.workspace.folder.rglob("*.fits*"):
        fits.unlink()
    # Roots are absolute, so the copy still reads the files of the original workspace.
    source = panel.campaign.archive.source(identifier).path
    aside = source.rename(source.with_suffix(".aside"))
    try:
        message = spectrum_message(panel.campaign, identifier)
        assert "row of the archive" in message.about["note"]
        assert message.about["raw"] is None
    finally:
        aside.rename(source)


def test_answers_of_another_page_appear(panel):
    other = panel.campaign.batch("vera")
    other.label("emission")
    panel.look()
    assert panel.answers.shown["answered"] == 1


def test_a_new_round_replaces_the_batch(panel):
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.campaign.transition import next_round

    before = panel.children
    next_round(panel.campaign, classifier=neighbours.KNeighborsClassifier(3))
    panel.look()
    assert panel.batch.round_number == 2
    assert "round 2" in panel.training.shown["where"]
    kept = [child for child in before if child.comm is not None]
    assert kept == [panel.figures]
    assert panel.figures in panel.children


def test_open_figures_become_those_of_the_new_round(panel):
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.campaign.transition import next_round

    panel.figures.show("Confusion")
    assert "round 1" in panel.figures.topics.shown["where"]
    next_round(panel.campaign, classifier=neighbours.KNeighborsClassifier(3))
    panel.look()
    assert "round 2" in panel.figures.topics.shown["where"]
    assert panel.figures.topics.shown["open"] == "Confusion"


def test_performance_has_a_point_a_trained_round(panel):
    curves = [trace for trace in panel.performance.plot.figure["data"] if "name" in trace]
    assert [curve["name"] for curve in curves] == [
        "completeness above the floor",
        "precision",
    ]


def test_a_job_that_cannot_start_says_why(panel, monkeypatch):
    from specoracle import jobs
    from specoracle.errors import BusyError

    def busy(*_, **__):
        raise BusyError("Job: expected no other one doing this.")

    monkeypatch.setattr(jobs, "start", busy)
    panel.training._handle_custom_msg({"action": "train"}, [])
    assert panel.training.shown["failed"]
    assert "no other one" in panel.training.shown["message"]


def test_missing_catalogue_values_are_left_out():
    assert facts({"z": float("nan"), "snr_g": None, "subclass": "", "dec": -0.5}) == [
        ("Dec", "-0.50000°")
    ]
