"""The commands of docs on candidates, completeness and figures, as run by a reader."""

import re

import pytest
from astropy.table import Table
from guides import DOCS, blocks, commands, run

from specoracle.archive.objects import find_objects
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.columns import COLUMNS
from specoracle.campaign.catalogue.export import read_table
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.report.topics import TOPICS
from specoracle.simulate.survey import read_truth

pytestmark = pytest.mark.whole_pool

CLASSES = ("absorption", "emission", "double-peak")


@pytest.fixture
def folder(workspace, survey, tmp_path, monkeypatch):
    """The workspace ``hunt``, whose campaign ``halpha`` has a small network."""
    pytest.importorskip("torch")
    find_objects(workspace / "archive")
    facts = CampaignFacts(
        name="halpha",
        classes=CLASSES,
        targets=CLASSES[1:],
        batch_size=20,
        estimation_size=24,
        estimation_growth=0,
        max_epochs=3,
        seed=1,
    )
    truth = read_truth(survey)
    campaign = create_campaign(Workspace(workspace), facts)
    targets = sorted(name for name, label in truth.items() if label != "absorption")
    known = {n: truth[n] for n in targets if n not in campaign.sample()}
    campaign.import_labels(known, annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign, mapped=False)
    rows = campaign.archive.rows(targets)
    places = campaign.archive.catalogue(["ra", "dec"], rows).to_pydict()
    Table(places).write(tmp_path / "be_stars.fits")
    campaign.close()
    workspace.rename(tmp_path / "hunt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_about_candidates_runs(folder):
    said = [run(command, folder) for command in commands("candidates.md")]
    assert len(said) == 4
    assert "candidates of round 1 written to candidates.vot" in said[0]
    assert "objects of round 1 written to objects.fits" in said[1]
    assert r"95 \% interval" in said[3]
    found, objects = (
        read_table(folder / "candidates.vot"),
        read_table(folder / "objects.fits"),
    )
    assert len(objects) <= len(found)
    text = (DOCS / "candidates.md").read_text("utf-8")
    assert not [name for name in COLUMNS if f"`{name}`" not in text]
    for code in blocks("candidates.md", "python"):
        exec(code)
    assert (folder / "candidates.ecsv").exists()


def test_the_guide_to_the_figures_names_every_topic_and_its_code_runs(folder):
    text = (DOCS / "figures.md").read_text("utf-8")
    assert re.findall(r"^\| (.+?) \|", text, re.MULTILINE)[1:] == list(TOPICS)
    (command,) = commands("figures.md")
    assert "report.html" in run(command, folder)
    (code,) = blocks("figures.md", "python")
    *lines, last = code.strip().splitlines()
    names = {}
    exec("\n".join(lines), names)
    panel = eval(last, names)
    panel.show("Candidates")
    assert panel.topics.shown["where"].startswith("halpha")
    panel.close()


def test_every_command_about_completeness_runs(folder):
    said = [run(command, folder) for command in commands("completeness.md")]
    assert len(said) == 4
    for lines in said[:3]:
        assert "S/N  EW (Å)  km/s  truth" in lines
    assert "known objects of be_stars.fits are found" in said[3]
    table = read_table(folder / "completeness.ecsv")
    assert len(table) == 3 * (1 + 6 * 4)
    for code in blocks("completeness.md", "python"):
        exec(code)


def test_what_the_guide_says_of_hosts_is_what_is_done(folder):
    from specoracle.campaign.completeness.line_free import line_free_spectra

    campaign = Campaign.open("hunt", "halpha")
    hosts = line_free_spectra(campaign, 1)
    labels = campaign.labels()
    assert {labels[name] for name in hosts.identifiers} == {"absorption"}
    assert set(hosts.identifiers) <= campaign.sample()
    campaign.close()
