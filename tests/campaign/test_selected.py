"""A campaign on part of an archive, which grows and is joined anew meanwhile."""

import numpy as np
import pytest
from astropy.table import Table

from specoracle.archive.archive import Archive
from specoracle.archive.join import join_catalogue
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import candidates
from specoracle.campaign.judging.performance import performance
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.scores import read_predicted, read_scores
from specoracle.campaign.selected import read_selected, write_selected
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace
from specoracle.errors import CampaignError, SelectionError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

HALPHA = recipe_named("halpha")


@pytest.fixture
def files(survey):
    return sorted(str(path) for path in survey.rglob("*.fits"))


@pytest.fixture
def space(files, tmp_path):
    """A workspace whose archive has the first 90 spectra; two thirds are picked."""
    space = Workspace(tmp_path / "part")
    ingest_survey(files[:90], space.archive, recipe=HALPHA, n_workers=1)
    join_picks(space, lambda n: n % 3)
    return space


def join_picks(space, pick):
    archive = Archive(space.archive)
    names = archive.identifiers(np.arange(len(archive) // 2))
    names += archive.identifiers(np.arange(len(archive) // 2, len(archive)))
    table = Table({"identifier": names, "pick": [pick(n) for n in range(len(names))]})
    file = space.folder / "mine.ecsv"
    table.write(file, overwrite=True)
    join_catalogue(space.archive, file, columns=["pick"])
    archive.close()


WHERE = "mine_pick > 0"
PICKED = [n for n in range(90) if n % 3]


def names_of(space, rows):
    archive = Archive(space.archive)
    halves = np.array_split(np.array(rows), 2)
    names = {name for half in halves for name in archive.identifiers(half)}
    archive.close()
    return names


def test_nothing_outside_the_selection_is_asked_or_listed(space, facts, truth, quick):
    campaign = create_campaign(space, facts(where=WHERE))
    picked = names_of(space, PICKED)
    for _ in range(2):
        number = campaign.round_number
        asked = {m.identifier for m in campaign.journal.members("hunt", number)}
        assert asked
        assert asked | campaign.sample() <= picked
        answer_all(campaign.batch("vera"), KnownLabels(truth))
        if number == 0:
            known = {n: c for n, c in truth.items() if c != "absorption" and n in picked}
            campaign.import_labels(known, annotator="catalogue")
        next_round(campaign, classifier=quick())
    assert set(candidates(campaign)["identifier"].tolist()) <= picked
    path = campaign.folder.round(1).scores
    scored = np.isfinite(read_scores(path)).any(axis=1)
    assert np.flatnonzero(scored).tolist() == PICKED
    assert sum(read_predicted(path).values()) == len(PICKED)
    first = performance(campaign)[0]
    assert first.n_candidates <= len(PICKED)
    campaign.close()


def test_the_selection_stands_while_the_archive_grows_and_is_joined_anew(
    space, facts, truth, quick, files
):
    create_campaign(space, facts(where=WHERE)).close()
    picked = names_of(space, PICKED)
    ingest_survey(files, space.archive, recipe=HALPHA, n_workers=1)
    join_picks(space, lambda n: int(n >= 90))
    campaign = Campaign(space, "hunt")
    assert campaign.facts.where == WHERE
    assert len(campaign.archive) == 120
    rows = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    assert names_of(space, rows) == picked
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    known = {n: c for n, c in truth.items() if c != "absorption" and n in picked}
    campaign.import_labels(known, annotator="catalogue")
    next_round(campaign, classifier=quick())
    asked = {m.identifier for m in campaign.journal.members("hunt", 1)}
    assert asked | campaign.sample() <= picked
    campaign.close()


def test_selecting_everything_is_the_campaign_on_all(space, facts):
    whole = create_campaign(space, facts())
    part = create_campaign(space, facts(name="part", where="snr_r > -1"))
    questions = [
        [(m.identifier, m.role) for m in c.journal.members(c.name, 0)]
        for c in (whole, part)
    ]
    assert questions[0] == questions[1]
    whole.close()
    part.close()


def test_an_expression_that_will_not_do_creates_nothing(space, facts):
    with pytest.raises(SelectionError, match="got teff"):
        create_campaign(space, facts(where="teff > 5000"))
    with pytest.raises(CampaignError, match="none among those of 90 that fit 'snr_r < -1'"):
        create_campaign(space, facts(where="snr_r < -1"))
    assert space.campaign_names() == []


def test_other_spectra_in_the_same_rows_are_found_out(space, facts, files, tmp_path):
    other = tmp_path / "other"
    ingest_survey(files[30:], other, recipe=HALPHA, n_workers=1)
    path = tmp_path / "selected.h5"
    archive, another = Archive(space.archive), Archive(other)
    write_selected(path, archive, np.array(PICKED))
    assert read_selected(path, archive).tolist() == PICKED
    with pytest.raises(CampaignError, match="expected the spectra that the campaign began"):
        read_selected(path, another)
    path.write_bytes(b"no HDF5")
    with pytest.raises(CampaignError, match="Restore the file from a copy"):
        read_selected(path, archive)
    archive.close()
    another.close()


def test_a_selection_that_is_lost_is_not_taken_for_all(space, facts, truth):
    campaign = create_campaign(space, facts(where=WHERE))
    campaign.folder.selected.unlink()
    with pytest.raises(CampaignError, match="expected the spectra of a campaign on part"):
        pool_rows(campaign.archive, campaign.folder, campaign.facts)
    campaign.close()
