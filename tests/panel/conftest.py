import shutil
from pathlib import Path

import pytest

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.ingest.ingest import ingest_survey
from specoracle.journal.event import BLIND, Role
from specoracle.journal.journal import Journal, Member, NewRound
from specoracle.panel.judging import Judging
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.survey import read_truth, simulate_survey

CLASSES = ("emission", "absorption")


@pytest.fixture
def batch(tmp_path):
    """Five spectra in every role, in a journal of their own."""
    roles = (Role.ORACLE, Role.ESTIMATION, Role.CANDIDATE, Role.REPEAT, Role.ORACLE)
    members = tuple(
        Member(identifier=f"star-{n}", role=role, position=n, reason=f"because {n}")
        for n, role in enumerate(roles)
    )
    journal = Journal(tmp_path / "journal.sqlite")
    journal.open_round("c", NewRound(number=0, model_hash=BLIND, members=members))
    yield Batch(
        journal,
        "c",
        0,
        classes=CLASSES,
        annotator="vera",
        place=tmp_path / "place.txt",
        content_hash=lambda identifier: identifier,
    )
    journal.close()


@pytest.fixture(scope="session")
def trained_workspace(tmp_path_factory):
    """Simulated stars, and a campaign that has trained one round."""
    neighbours = pytest.importorskip("sklearn.neighbors")
    folder: Path = tmp_path_factory.mktemp("workspace")
    simulate_survey(folder / "files", n_spectra=40, prevalence=0.4, seed=2)
    ingest_survey(
        [str(folder / "files")],
        folder / "archive",
        recipe=recipe_named("halpha"),
        n_workers=1,
    )
    facts = CampaignFacts(
        name="stars",
        classes=("emission", "double-peak", "absorption"),
        targets=("emission", "double-peak"),
        batch_size=10,
        candidate_size=3,
        estimation_size=6,
        estimation_growth=3,
    )
    campaign = create_campaign(Workspace(folder), facts)
    truth = read_truth(folder / "files")
    answers = campaign.batch("a program")
    for member in answers.members:
        answers.label(truth[member.identifier], identifier=member.identifier)
    next_round(campaign, classifier=neighbours.KNeighborsClassifier(3))
    campaign.close()
    return folder


@pytest.fixture
def campaign(trained_workspace, tmp_path):
    """A campaign on a copy, which a test may go on with."""
    workspace = shutil.copytree(trained_workspace, tmp_path / "workspace")
    opened = Campaign.open(workspace, "stars")
    yield opened
    opened.close()


@pytest.fixture
def judging(campaign):
    made = Judging(campaign)
    yield made
    made.close()
