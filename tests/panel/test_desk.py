import pytest

from specoracle.app import annotator_name, labelling_app
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.workspace import Workspace
from specoracle.panel.desk import CampaignChooser, desk, notice
from specoracle.panel.labelling_panel import LabellingPanel


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch):
    for variable in (
        "SPECORACLE_WORKSPACE",
        "SPECORACLE_ANNOTATOR",
        "SPECORACLE_LOADER",
        "QUERY_STRING",
    ):
        monkeypatch.delenv(variable, raising=False)


def test_without_a_workspace_the_app_says_how_to_make_one():
    assert "specoracle demo" in labelling_app().value


def test_a_folder_without_an_archive_is_told_from_a_workspace(tmp_path):
    assert "expected a workspace" in labelling_app(tmp_path).value


def test_the_only_campaign_is_opened(trained_workspace):
    shown = desk(trained_workspace, None, annotator="vera")
    assert isinstance(shown, LabellingPanel)
    assert shown.batch.annotator == "vera"


def test_the_workspace_can_come_from_the_environment(trained_workspace, monkeypatch):
    monkeypatch.setenv("SPECORACLE_WORKSPACE", str(trained_workspace))
    monkeypatch.setenv("SPECORACLE_ANNOTATOR", "henrietta")
    assert labelling_app().annotator == "henrietta"


def test_a_loader_that_is_none_is_said_to_be(trained_workspace, monkeypatch):
    message = labelling_app(trained_workspace, loader="soup").value
    assert "expected one of lamost-lrs" in message
    monkeypatch.setenv("SPECORACLE_LOADER", "table:soup=1")
    assert "got &#x27;soup=1&#x27;" in labelling_app(trained_workspace).value


def test_an_unknown_campaign_of_the_address_is_named(trained_workspace, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "campaign=%3Cscript%3E&token=x")
    message = labelling_app(trained_workspace).value
    assert "&lt;script&gt;" in message
    assert "stars" in message


def test_several_campaigns_are_offered(trained_workspace):
    facts = CampaignFacts(
        name="more", classes=("a", "b"), targets=("a",), batch_size=3, estimation_size=0
    )
    create_campaign(Workspace(trained_workspace), facts).close()
    shown = desk(trained_workspace, None, annotator="vera")
    assert isinstance(shown, CampaignChooser)
    assert shown.choice.options == ("more", "stars")
    first = shown.children[1]
    shown.choice.value = "stars"
    assert shown.children[1].campaign.name == "stars"
    assert first.comm is None


def test_a_desk_that_is_opened_again_closes_the_one_before(trained_workspace):
    first = desk(trained_workspace, "stars", annotator="vera")
    second = desk(trained_workspace, "stars", annotator="vera")
    assert first.comm is None
    assert second.comm is not None


def test_a_notice_shows_text_and_no_markup():
    assert "&lt;b&gt;" in notice("<b>", "text", "command").value


def test_the_annotator_is_the_login_where_nobody_says_otherwise(monkeypatch):
    monkeypatch.setenv("LOGNAME", "cecilia")
    assert annotator_name({}) == "cecilia"
    assert annotator_name({"JUPYTERHUB_USER": "annie"}) == "annie"
