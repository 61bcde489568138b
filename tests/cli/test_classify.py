import json

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.cli.main import app
from specoracle.simulate.survey import read_truth

CLASSES = ("absorption", "emission", "double-peak")


@pytest.mark.whole_pool
def test_the_model_of_a_round_is_applied_to_an_archive(workspace, survey, tmp_path):
    facts = CampaignFacts(
        name="hunt", classes=CLASSES, targets=CLASSES[1:], max_epochs=2, seed=1
    )
    campaign = create_campaign(Workspace(workspace), facts)
    campaign.import_labels(read_truth(survey), annotator="catalogue")
    next_round(campaign)
    folder = campaign.folder.round(1).folder
    campaign.close()
    output = tmp_path / "classes.parquet"
    words = ["classify", str(folder), str(workspace / "archive"), "--output", str(output)]
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    counts = json.loads(done.stdout)
    assert counts["n_spectra"] == pq.read_table(output).num_rows == 120
    assert sum(counts["n_predicted"].values()) + counts["n_unusable"] == 120
    said = CliRunner().invoke(app, words)
    assert "120 spectra to score: about 1 s" in said.stderr
    assert "120 spectra, " in said.stdout
