import numpy as np
import pytest

from specoracle.archive.flagging import flag_lines
from specoracle.archive.objects import find_objects
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import candidates
from specoracle.campaign.catalogue.given_labels import given_labels, labels_by_annotator
from specoracle.campaign.catalogue.objects import candidate_objects
from specoracle.campaign.judging.probabilities import random_share, target_probability
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.scores import read_scores
from specoracle.campaign.transition import next_round
from specoracle.errors import CampaignError
from specoracle.journal.event import Role


@pytest.fixture
def trained(answered, quick):
    next_round(answered, classifier=quick())
    return answered


def by_name(table):
    return {row["identifier"]: row for row in table}


def test_the_most_probable_come_first_with_what_the_archive_says(trained):
    found = candidates(trained)
    probability = np.asarray(found["probability"])
    assert (np.diff(probability) <= 0).all()
    assert ((probability >= 0) & (probability <= 1)).all()
    first = found[0]
    said = trained.catalogue_row(first["identifier"])
    assert (first["ra"], first["dec"], first["subclass"]) == (
        said["ra"],
        said["dec"],
        said["subclass"],
    )
    assert first["source"].endswith((".fits", ".fits.gz"))
    assert found.meta["CAMPAIGN"] == "hunt"
    assert found.meta["NPOOL"] == 120


def test_a_label_stands_with_who_gave_it(trained):
    found = by_name(candidates(trained))
    imported = sorted(trained.training_labels())
    labels = trained.labels()
    target = next(n for n in imported if n in found and labels[n] != "absorption")
    assert found[target]["label"] == labels[target]
    assert "catalogue" in found[target]["labelled_by"].split("; ")
    assert found[target]["reason"] == "labelled as a target"
    assert found[target]["trained"]


def test_two_who_differ_are_quoted_and_nobody_is_right(trained):
    name = candidates(trained)["identifier"][0]
    for annotator, label in (("ana", "emission"), ("bob", "absorption")):
        trained.import_labels({name: label}, annotator=annotator)
    given = given_labels(trained, [name])[name]
    assert given.disagreement
    assert given.label == ""
    assert "ana: emission" in given.by
    assert "bob: absorption" in given.by
    assert labels_by_annotator(trained)["ana"] == {"emission": 1}


def test_an_open_blind_question_is_not_given_away(trained):
    found = candidates(trained)
    dealt_with = trained.dealt_with()
    open_ = [
        m.identifier
        for m in trained.journal.members("hunt", 1)
        if m.role is Role.ESTIMATION and m.identifier not in dealt_with
    ]
    assert open_
    listed = by_name(found)
    assert not any(listed[n]["asked"] for n in open_ if n in listed)


def test_the_neighbours_are_the_nearest_labelled_spectra(trained):
    found = candidates(trained, n_neighbours=2)
    labels = trained.labels()
    others = [n for n in labels if n != found[0]["identifier"]]
    flux = trained.archive.column("flux", trained.archive.rows(others))
    own = trained.prepared(found[0]["identifier"]).flux
    distance = np.sqrt(((flux - own) ** 2).mean(axis=1))
    nearest = np.argsort(distance)[:2]
    assert found[0]["neighbour"] == others[nearest[0]]
    assert found[0]["neighbour_2"] == others[nearest[1]]
    assert found[0]["neighbour_label"] == labels[others[nearest[0]]]
    assert found[0]["neighbour_distance"] == pytest.approx(distance[nearest[0]])
    assert (found["neighbour"] != found["identifier"]).all()


def test_expected_numbers_grow_down_the_list_and_hold_what_is_known(trained):
    found = candidates(trained)
    labels = trained.labels()
    low, high = np.asarray(found["expected_low"]), np.asarray(found["expected_high"])
    assert (low <= high).all()
    known = np.cumsum(
        [labels.get(n, "absorption") != "absorption" for n in found["identifier"]]
    )
    distinct = np.append(np.diff(found["probability"]) < 0, True)
    assert (low[distinct] >= known[distinct]).all()


def test_with_few_random_labels_probabilities_are_said_to_be_uncalibrated(trained):
    found = target_probability(trained, 1)
    assert found.calibration is None
    assert "takes 50 labels of uniformly drawn spectra, and there are 0" in found.remark
    assert not candidates(trained)["calibrated"].any()


@pytest.mark.whole_pool
def test_the_calibration_uses_what_was_said_before_a_label_was_given(
    space, facts, truth, quick
):
    settings = facts(strategy="random", batch_size=40, candidate_size=0, estimation_size=5)
    campaign = create_campaign(space, settings)
    for _ in range(2):
        answer_all(campaign.batch("vera"), KnownLabels(truth))
        next_round(campaign, classifier=quick())
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    share = random_share(campaign, 2)
    drawn = [
        (number, m.identifier, m.probability)
        for number in (1, 2)
        for m in campaign.journal.members("hunt", number)
        if m.role is Role.ORACLE
    ]
    assert len(share.y) == len(drawn) >= 50
    number, name, probability = drawn[0]
    scores = read_scores(
        campaign.folder.round(number).scores, campaign.archive.rows([name])
    )
    assert share.log_probability[0].tolist() == scores[0].tolist()
    assert share.weight[0] == pytest.approx(1 / probability)
    found = target_probability(campaign, 2)
    assert found.calibration.n_labels == len(drawn)
    assert f"calibrated on {len(drawn)} labels" in found.remark
    assert candidates(campaign)["calibrated"].all()
    campaign.close()


def test_a_round_without_a_model_says_nothing_that_could_be_calibrated(
    campaign, truth, quick
):
    for member in campaign.batch("vera").members:
        campaign.batch("vera").label("absorption", identifier=member.identifier)
    assert next_round(campaign, classifier=quick()) == 1
    known = sorted(name for name, label in truth.items() if label == "emission")
    campaign.import_labels(dict.fromkeys(known[:2], "emission"), annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    assert next_round(campaign, classifier=quick()) == 2
    assert len(random_share(campaign, 2).y) == 0
    assert not candidates(campaign)["calibrated"].any()


def test_flags_are_none_where_one_looked_and_empty_where_nobody_did(trained):
    assert set(candidates(trained)["line_flags"]) == {""}
    flag_lines(trained.workspace.archive)
    flagged = Campaign(trained.workspace, "hunt")
    found = candidates(flagged)
    assert "none" in set(found["line_flags"])
    assert "" not in set(found["line_flags"])
    assert set(found["quality"]) <= {"none", "PADDED"}
    flagged.close()


@pytest.mark.whole_pool
def test_by_object_the_best_spectrum_of_each_stands_once(trained):
    with pytest.raises(CampaignError, match="specoracle archive objects"):
        candidate_objects(candidates(trained))
    find_objects(trained.workspace.archive, radius=60.0)
    again = Campaign(trained.workspace, "hunt")
    spectra = candidates(again)
    spectra["object_id"][1] = spectra["object_id"][0]  # one more spectrum of the first
    found = candidate_objects(spectra)
    assert len(set(found["object_id"])) == len(found) == len(set(spectra["object_id"]))
    assert found["candidate_spectra"].sum() == len(spectra)
    assert found["candidate_spectra"][0] == 2
    assert len(candidate_objects(spectra[:0])) == 0
    again.close()


def test_a_round_that_was_never_trained_is_refused(trained):
    with pytest.raises(CampaignError, match="from 1 to 1, got 7"):
        candidates(trained, round_number=7)


def test_a_list_without_candidates_is_empty_and_whole(trained, monkeypatch):
    from specoracle.campaign.catalogue import candidates as module

    monkeypatch.setattr(module, "listed_rows", lambda *_: np.zeros(0, np.int64))
    found = candidates(trained)
    assert len(found) == 0
    assert "probability" in found.colnames
