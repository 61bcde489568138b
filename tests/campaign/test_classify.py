import csv

import numpy as np
import pyarrow.parquet as pq
import pytest

from specoracle.archive.archive import Archive
from specoracle.campaign.classify import classify
from specoracle.campaign.scores import read_scores
from specoracle.campaign.transition import next_round
from specoracle.errors import ArchiveError, CampaignError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named


@pytest.fixture
def model(answered):
    """The folder of a trained round, of three classes or two."""
    next_round(answered)
    return answered.folder.round(1).folder


@pytest.mark.whole_pool
def test_a_saved_model_says_of_its_own_archive_what_the_round_said(
    model, answered, tmp_path
):
    said = []
    output = tmp_path / "classes.parquet"
    done = classify(
        model, answered.archive.layout.folder, output, announce=lambda *a: said.append(a)
    )
    table = pq.read_table(output)
    n = len(answered.archive)
    assert done.n_spectra == table.num_rows == n
    assert sum(done.n_predicted.values()) + done.n_unusable == n
    assert table["identifier"].to_pylist() == answered.archive.identifiers(np.arange(n))
    scores = np.exp(read_scores(answered.folder.round(1).scores))
    for number, name in enumerate(answered.facts.classes):
        if f"probability_{name}" in table.column_names:
            found = table[f"probability_{name}"].to_numpy()
            known = np.isfinite(found)
            np.testing.assert_allclose(found[known], scores[known, number], atol=1e-5)
    ((n_told, seconds),) = said
    assert n_told == n
    assert seconds > 0


def test_a_table_can_be_csv(model, answered, tmp_path):
    classify(model, answered.archive.layout.folder, tmp_path / "classes.csv")
    with (tmp_path / "classes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(answered.archive)
    assert {row["predicted"] for row in rows} <= set(answered.facts.classes)


def test_spectra_made_alike_otherwise_are_taken_and_others_refused(model, survey, tmp_path):
    for name in ("ondrejov", "coarse"):
        folder = tmp_path / name
        ingest_survey([str(survey)], folder, recipe=recipe_named(name), n_workers=1)
    done = classify(model, tmp_path / "ondrejov", tmp_path / "one.parquet")
    assert done.n_spectra == 120
    with pytest.raises(CampaignError, match=r"halpha \(resample.*got coarse \(bridge"):
        classify(model, tmp_path / "coarse", tmp_path / "other.parquet")
    assert not (tmp_path / "other.parquet").exists()


def test_spectra_that_cannot_be_judged_have_no_probability(
    model, workspace, tmp_path, monkeypatch
):
    column = Archive.column

    def damaged(self, name, rows=None):
        values = column(self, name, rows)
        return (
            np.where(np.arange(len(values)) == 3, 4, values)
            if name == "quality"
            else values
        )

    monkeypatch.setattr(Archive, "column", damaged)
    done = classify(model, workspace / "archive", tmp_path / "classes.parquet")
    table = pq.read_table(tmp_path / "classes.parquet")
    assert done.n_unusable == 1
    assert table["predicted"].to_pylist()[3] is None
    assert table["predicted"].null_count == 1


def test_what_is_missing_is_said(model, workspace, tmp_path):
    with pytest.raises(CampaignError, match=r"a name that ends in \.csv or \.parq"):
        classify(model, workspace / "archive", tmp_path / "classes.xlsx")
    with pytest.raises(CampaignError, match="expected a model"):
        classify(tmp_path, workspace / "archive", tmp_path / "classes.csv")
    with pytest.raises(ArchiveError, match="expected an archive"):
        classify(model, tmp_path, tmp_path / "classes.csv")
