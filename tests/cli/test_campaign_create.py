import csv

import pytest
from typer.testing import CliRunner

from specoracle.campaign.campaign import Campaign
from specoracle.cli.main import app
from specoracle.query.shares import Shares
from specoracle.simulate.survey import read_truth

CREATE = [
    *("--classes", "absorption,emission,double-peak"),
    *("--targets", "emission,double-peak"),
    *("--preset", "default", "--batch", "8", "--estimation", "0"),
]


@pytest.fixture
def create(workspace):
    """Run ``campaign create`` with further words."""

    def run(*words):
        line = ["campaign", "create", str(workspace), "hunt", *CREATE, *map(str, words)]
        return CliRunner().invoke(app, line)

    return run


@pytest.fixture
def targets(survey, tmp_path):
    """A table of four known targets."""
    truth = read_truth(survey)
    path = tmp_path / "known.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["identifier", "label"])
        writer.writerows([i, c] for i, c in sorted(truth.items()) if c == "emission")
    return path


def test_known_objects_are_trained_on_and_their_like_asked_first(
    create, workspace, targets
):
    done = create("--known", targets)
    assert done.exit_code == 0, done.output
    campaign = Campaign.open(workspace, "hunt")
    assert set(campaign.training_labels().values()) == {"emission"}
    reasons = [m.reason for m in campaign.batch("v").members]
    assert reasons.count("like a known member") == 4
    campaign.close()


def test_spectra_labelled_in_another_archive_are_trained_on(
    create, workspace, targets, archive_folder
):
    done = create("--elsewhere", archive_folder, "--elsewhere-labels", targets)
    assert done.exit_code == 0, done.output
    campaign = Campaign.open(workspace, "hunt")
    assert set(campaign.elsewhere.labels) == {"emission"}
    assert campaign.labels() == {}
    campaign.close()


def test_shares_of_the_batch_are_kept(create, workspace):
    assert create("--shares", "margin=70, random=30").exit_code == 0
    campaign = Campaign.open(workspace, "hunt")
    assert campaign.facts.shares == Shares(
        margin=70, random=30, mutual_information=0, likely=0, repeat=0
    )
    campaign.close()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--shares", "margin"], "expected NAME=PERCENT"),
        (["--shares", "margin=50"], "add up to 100"),
        (["--shares", "luck=100"], "expected names of margin"),
        (["--elsewhere", "archive"], "--elsewhere and --elsewhere-labels together"),
        (["--known", "nowhere.csv"], "expected a CSV table"),
    ],
)
def test_settings_that_make_no_sense_are_refused(create, workspace, words, complaint):
    done = create(*words)
    assert done.exit_code != 0
    said = done.output + str(done.exception)
    assert complaint in said.replace("\n", " ")
    assert not (workspace / "campaigns" / "hunt" / "campaign.json").exists()
