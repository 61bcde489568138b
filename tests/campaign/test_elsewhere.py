import json

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.campaign.elsewhere import read_elsewhere, read_labelled, write_elsewhere
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.transition import next_round
from specoracle.errors import CampaignError, RecipeError
from specoracle.ingest.ingest import ingest_survey
from specoracle.models.saved import load_model
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.survey import read_truth, simulate_survey
from specoracle.spectra.quality import Quality

HALPHA = recipe_named("halpha")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another survey and its archive, rich in targets."""
    folder = tmp_path_factory.mktemp("other")
    simulate_survey(folder / "files", n_spectra=60, prevalence=0.5, seed=7)
    ingest_survey([str(folder / "files")], folder / "archive", recipe=HALPHA, n_workers=1)
    return folder


@pytest.fixture
def labelled(other, facts):
    """Most of it, as its owner labelled it."""
    truth = read_truth(other / "files")
    some = {name: truth[name] for name in sorted(truth)[:50]}
    return read_labelled(other / "archive", some, HALPHA, facts())


def test_a_campaign_that_began_elsewhere_trains_before_it_has_asked(
    space, facts, labelled, truth
):
    campaign = create_campaign(space, facts(max_epochs=60), elsewhere=labelled)
    assert campaign.labels() == {}
    assert next_round(campaign) == 1
    names = [name for name in truth if name not in campaign.sample()]
    opinions = [campaign.opinion(name) for name in names]
    score = np.array([each["emission"] + each["double-peak"] for each in opinions])
    is_target = np.array([truth[name] != "absorption" for name in names])
    # What was learnt from the other survey holds here: nearly all targets come first.
    first = np.argsort(-score)[: is_target.sum()]
    assert is_target[first].mean() > 0.8
    campaign.close()


def test_the_model_card_counts_what_was_labelled_elsewhere(space, facts, labelled, quick):
    campaign = create_campaign(space, facts(), elsewhere=labelled)
    next_round(campaign)
    card = load_model(campaign.folder.round(1).folder)[1]
    assert card["labelled_elsewhere"] == len(labelled.labels)
    assert sum(card["labels_by_class"].values()) == len(labelled.labels)
    training = json.loads(campaign.folder.round(1).training.read_text())
    assert training["labels"] == {}
    campaign.close()


def test_half_of_the_first_mixed_batch_is_like_targets_known_elsewhere(
    space, facts, labelled, truth
):
    mixed = facts(preset="default", strategy="mixed", candidate_size=0, estimation_size=0)
    campaign = create_campaign(space, mixed, elsewhere=labelled)
    members = campaign.batch("vera").members
    alike = [m.identifier for m in members if m.reason.startswith("like a known")]
    assert len(alike) == 6
    assert np.mean([truth[name] != "absorption" for name in alike]) > 0.5
    campaign.close()


def test_what_was_labelled_elsewhere_comes_back_as_it_was_written(tmp_path, labelled):
    write_elsewhere(tmp_path / "elsewhere.npz", labelled)
    again = read_elsewhere(tmp_path / "elsewhere.npz")
    for name in ("identifiers", "labels", "flux", "ivar"):
        np.testing.assert_array_equal(getattr(again, name), getattr(labelled, name))
    assert read_elsewhere(tmp_path / "none.npz") is None


def test_spectra_that_cannot_be_used_are_left_out(other, facts, labelled, monkeypatch):
    names = labelled.identifiers.tolist()
    real = Archive.column
    bad = {names[3], names[8]}

    def column(archive, name, rows=None):
        values = real(archive, name, rows)
        if name == "quality":
            values = values.copy()
            values[[i in bad for i in archive.identifiers(rows)]] = Quality.CONSTANT
        return values

    monkeypatch.setattr(Archive, "column", column)
    again = read_labelled(
        other / "archive", dict.fromkeys(names, "emission"), HALPHA, facts()
    )
    assert set(again.identifiers) == set(names) - bad
    assert len(again.flux) == len(again.ivar) == len(again.labels) == len(names) - 2


def test_an_archive_of_another_recipe_is_refused_with_both(other, facts):
    with pytest.raises(RecipeError, match=r"(?s)coarse.*got.*halpha.*Ingest"):
        read_labelled(other / "archive", {}, recipe_named("coarse"), facts())


def test_a_class_that_the_campaign_does_not_have_is_refused(other, facts):
    truth = dict.fromkeys(read_truth(other / "files"), "supernova")
    with pytest.raises(CampaignError, match="supernova"):
        read_labelled(other / "archive", truth, HALPHA, facts())


def test_a_campaign_of_a_taken_name_keeps_what_it_began_from(space, facts, labelled):
    campaign = create_campaign(space, facts(), elsewhere=labelled)
    with pytest.raises(CampaignError, match="got one that exists"):
        create_campaign(space, facts())
    assert campaign.folder.elsewhere.exists()
    campaign.close()
