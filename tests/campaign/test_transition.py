import json

import filelock
import numpy as np
import pytest
from scipy.special import entr

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import candidates, write_candidates
from specoracle.campaign.judging.draw_file import read_below, read_design
from specoracle.campaign.judging.performance import candidate_flags, performance
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.scores import read_predicted, read_scores
from specoracle.campaign.transition import next_round
from specoracle.errors import BusyError, CampaignError
from specoracle.ingest.ingest import ingest_survey
from specoracle.journal.event import Role
from specoracle.models import checkpoint
from specoracle.models.saved import load_model
from specoracle.simulate.survey import read_truth, simulate_survey


def test_the_network_trains_scores_and_asks_again(answered):
    seen = []
    assert (
        next_round(answered, progress=lambda words, share: seen.append((words, share))) == 1
    )
    assert answered.round_number == answered.last_trained == 1
    scores = read_scores(answered.folder.round(1).scores)
    assert scores.shape == (len(answered.archive), 3)
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1, rtol=1e-4)
    assert seen[-1] == ("Done", 1.0)
    assert sorted(share for _, share in seen) == [share for _, share in seen]


def test_the_saved_model_gives_the_saved_scores(answered):
    next_round(answered)
    model, card = load_model(answered.folder.round(1).folder)
    flux = answered.archive.column("flux", np.arange(5))
    columns = [answered.facts.classes.index(name) for name in model.classes_]
    saved = read_scores(answered.folder.round(1).scores, np.arange(5))[:, columns]
    np.testing.assert_allclose(model.predict_log_proba(flux), saved, rtol=1e-4, atol=1e-5)
    assert card["recipe"]["name"] == "halpha"
    assert sum(card["labels_by_class"].values()) == len(answered.training_labels())


def test_a_round_that_was_killed_goes_on_with_its_training(answered, monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN", 0.0)

    def kill(words, share):
        if words == "Training, epoch 2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next_round(answered, progress=kill)
    folder = answered.folder.round(1)
    assert folder.checkpoint.exists()
    told = []
    assert next_round(answered, progress=lambda *said: told.append(said[0])) == 1
    assert told[0] == "Training, epoch 3"
    assert not folder.checkpoint.exists()


def test_any_scikit_learn_classifier_can_stand_in(answered, quick):
    assert next_round(answered, classifier=quick()) == 1
    card = json.loads((answered.folder.round(1).folder / "model.json").read_text())
    assert "LogisticRegression" in card["classifier"]


def test_nothing_labelled_is_asked_again(answered, quick, truth):
    asked = set(answered.training_labels())
    for _ in range(3):
        next_round(answered, classifier=quick())
        members = answered.batch("vera").members
        fresh = {m.identifier for m in members if m.role is not Role.ESTIMATION}
        assert not fresh & asked
        answer_all(answered.batch("vera"), KnownLabels(truth))
        asked |= fresh


def test_skipped_spectra_are_not_asked_again(answered, quick):
    skipped = set()
    for _ in range(2):
        next_round(answered, classifier=quick())
        batch = answered.batch("vera")
        assert not skipped & {m.identifier for m in batch.members}
        skipped |= {m.identifier for m in batch.members}
        for member in batch.members:
            batch.skip(identifier=member.identifier)


def test_the_least_sure_and_the_likeliest_are_asked(answered, quick):
    next_round(answered, classifier=quick())
    probability = np.exp(read_scores(answered.folder.round(1).scores))
    target = probability[:, 1:].sum(axis=1)
    entropy = entr(probability).sum(axis=1)
    rows = {
        role: answered.archive.rows(
            [m.identifier for m in answered.batch("v").members if m.role is role]
        )
        for role in (Role.CANDIDATE, Role.ORACLE)
    }
    eligible = np.ones(len(target), bool)
    known = set(answered.training_labels()) | answered.sample()
    eligible[answered.archive.rows(sorted(known))] = False
    eligible &= answered.archive.column("quality") == 0
    rest = eligible.copy()
    rest[rows[Role.CANDIDATE]] = False
    assert target[rows[Role.CANDIDATE]].min() >= target[rest].max()
    rest[rows[Role.ORACLE]] = False
    assert entropy[rows[Role.ORACLE]].min() >= entropy[rest].max()


def test_sample_members_that_would_be_asked_are_marked_and_not_trained_on(
    answered, quick, truth
):
    for _ in range(3):
        next_round(answered, classifier=quick())
        answer_all(answered.batch("vera"), KnownLabels(truth))
    marked = answered.journal.would_be_asked("hunt")
    assert marked <= answered.sample()
    assert not marked & answered.training_labels().keys()


def test_unanswered_members_of_the_sample_are_served_again(answered, quick, facts, truth):
    next_round(answered, classifier=quick())
    waiting = {
        m.identifier for m in answered.batch("v").members if m.role is Role.ESTIMATION
    }
    assert waiting
    next_round(answered, classifier=quick())
    again = {m.identifier for m in answered.batch("v").members if m.role is Role.ESTIMATION}
    assert waiting <= again


def test_labels_given_before_the_round_closed_count(campaign, quick, truth):
    batch = campaign.batch("vera")
    for member in batch.members[:8]:
        batch.label(truth[member.identifier], identifier=member.identifier)
    known = {
        n: c for n, c in truth.items() if c == "emission" and n not in campaign.sample()
    }
    one = sorted(known)[0]
    campaign.import_labels({one: "emission"}, annotator="catalogue")
    expected = len(campaign.training_labels())
    next_round(campaign, classifier=quick())
    trained = json.loads(campaign.folder.round(1).training.read_text())["labels"]
    assert len(trained) == expected
    with pytest.raises(CampaignError, match="which is over"):
        batch.label("absorption")


def answered_alike(campaign, members):
    batch = campaign.batch("vera")
    for member in members:
        batch.label("absorption", identifier=member.identifier)


def test_one_class_is_not_enough_while_the_batch_has_spectra_left(campaign, quick):
    answered_alike(campaign, campaign.batch("vera").members[:-1])
    with pytest.raises(CampaignError, match=r"at least two classes.* Label the 1 spectra"):
        next_round(campaign, classifier=quick())
    assert campaign.round_number == 0


def test_a_batch_of_one_class_opens_the_next_without_a_model(campaign, quick, truth):
    first = campaign.batch("vera").members
    answered_alike(campaign, first)
    assert next_round(campaign, classifier=quick()) == 1
    second = campaign.batch("vera").members
    assert second
    assert not {m.identifier for m in first} & {m.identifier for m in second}
    assert campaign.last_trained is None
    assert campaign.opinion(second[0].identifier) is None
    assert performance(campaign) == []
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    known = {n: c for n, c in truth.items() if c == "emission"}
    campaign.import_labels(dict(sorted(known.items())[:2]), annotator="catalogue")
    assert next_round(campaign, classifier=quick()) == 2
    assert campaign.trained_rounds == [2]
    assert [one.round_number for one in performance(campaign)] == [2]


def test_a_second_transition_at_once_is_refused(answered, quick):
    with (
        filelock.FileLock(answered.folder.lock),
        pytest.raises(BusyError, match="at this moment"),
    ):
        next_round(answered, classifier=quick())
    assert answered.round_number == 0


def test_a_transition_killed_before_its_end_is_done_again_and_the_same(
    answered, quick, monkeypatch
):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(answered.journal, "open_round", killed)
        with pytest.raises(KeyboardInterrupt):
            next_round(answered, classifier=quick())
    assert answered.round_number == 0
    assert answered.batch("vera").is_done
    scores = read_scores(answered.folder.round(1).scores)
    next_round(answered, classifier=quick())
    np.testing.assert_array_equal(read_scores(answered.folder.round(1).scores), scores)
    assert answered.round_number == 1


def test_the_same_seed_and_labels_give_the_same_round(space, facts, quick, truth):
    batches = []
    for name in ("one", "two"):
        campaign = create_campaign(space, facts(name=name))
        known = {n: c for n, c in sorted(truth.items()) if c != "absorption"}
        campaign.import_labels(known, annotator="catalogue")
        answer_all(campaign.batch("vera"), KnownLabels(truth))
        next_round(campaign, classifier=quick())
        batches.append(campaign.batch("vera").members)
        campaign.close()
    assert batches[0] == batches[1]


def test_candidates_are_the_labelled_targets_and_the_predicted_ones(
    answered, quick, tmp_path
):
    next_round(answered, classifier=quick())
    found = candidates(answered)
    labels = answered.labels()
    targets = {n for n, c in labels.items() if c != "absorption"}
    names = set(found["identifier"].tolist())
    assert targets <= names
    assert not names & {n for n, c in labels.items() if c == "absorption"}
    predicted = read_scores(answered.folder.round(1).scores).argmax(axis=1) > 0
    others = names - targets
    assert predicted[answered.archive.rows(sorted(others))].all()
    write_candidates(tmp_path / "candidates.csv", found)
    lines = (tmp_path / "candidates.csv").read_text().splitlines()
    assert len(lines) == len(found) + 1


def test_candidates_before_the_first_training_are_refused(campaign):
    with pytest.raises(CampaignError, match="Label the first batch"):
        candidates(campaign)


@pytest.mark.whole_pool
def test_a_sample_of_the_whole_pool_leaves_nothing_to_train_on(space, facts, truth):
    campaign = create_campaign(space, facts(estimation_size=10_000, estimation_growth=0))
    assert len(campaign.sample()) == (campaign.archive.column("quality") == 0).sum()
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    assert campaign.training_labels() == {}
    campaign.close()


def test_the_estimate_is_that_of_the_list_as_it_stands(answered, quick, truth):
    next_round(answered, classifier=quick())
    answer_all(answered.batch("vera"), KnownLabels(truth))
    (done,) = performance(answered)
    listed = candidate_flags(answered, 1)
    usable = answered.archive.column("quality") == 0
    assert done.n_candidates == (listed & usable).sum()
    assert done.precision.low <= done.precision.value <= done.precision.high
    assert 0 <= done.completeness.low <= done.completeness.high <= 1
    # The floor lies behind the list, so less than all of the pool is above it.
    design = read_design(answered.folder.round(1).draw)
    assert done.floor == design.floor
    assert design.model_hash == answered.model_hash
    below = read_below(answered.folder.round(1).draw, len(listed))
    assert done.share_below == pytest.approx(below[usable].mean())
    assert 0 < done.share_below < 1
    assert done.below_at_most <= below[usable].sum()


def test_predictions_are_counted_by_class(answered, quick):
    next_round(answered, classifier=quick())
    counts = read_predicted(answered.folder.round(1).scores)
    assert sum(counts.values()) == len(answered.archive)


def test_an_archive_that_grew_since_still_opens_its_rounds(answered, quick):
    next_round(answered, classifier=quick())
    again = Campaign(answered.workspace, "hunt")
    assert again.batch("vera").members == answered.batch("vera").members
    again.close()


def test_an_archive_that_grew_still_estimates_its_earlier_rounds(
    answered, quick, truth, tmp_path
):
    next_round(answered, classifier=quick())
    before = performance(answered)[0].n_candidates
    simulate_survey(tmp_path / "more", n_spectra=60, prevalence=0.5, seed=9)
    ingest_survey(
        [str(tmp_path / "more")],
        answered.workspace.archive,
        recipe=answered.archive.recipe,
        n_workers=1,
    )
    grown = Campaign(answered.workspace, "hunt")
    assert len(grown.archive) > len(answered.archive)
    everything = truth | read_truth(tmp_path / "more")
    answer_all(grown.batch("vera"), KnownLabels(everything))
    next_round(grown, classifier=quick())
    answer_all(grown.batch("vera"), KnownLabels(everything))
    new_rows = grown.archive.rows(sorted(grown.sample())) >= len(answered.archive)
    assert new_rows.any()
    first, second = performance(grown)
    assert first.n_candidates == before
    assert second.n_candidates > 0
    grown.close()


def test_before_any_target_is_known_what_is_unlike_anything_is_asked(space, facts, quick):
    campaign = create_campaign(space, facts(targets=("double-peak",), estimation_growth=0))
    batch = campaign.batch("vera")
    for number, member in enumerate(batch.members):
        batch.label(("absorption", "emission")[number % 2], identifier=member.identifier)
    next_round(campaign, classifier=quick())
    asked = [m for m in campaign.batch("vera").members if "unlike" in m.reason]
    assert 0 < len(asked) <= 4
    archive = campaign.archive
    labelled = archive.column("flux", archive.rows(sorted(campaign.training_labels())))
    flux = np.concatenate([block.values for block in archive.blocks("flux")])
    distance = np.linalg.norm(flux[:, None] - labelled, axis=2).min(axis=1)
    open_ = archive.column("quality") == 0
    open_[archive.rows(sorted(campaign.sample()))] = False
    # The farthest of all is asked, unless it is in the sample and only marked.
    asked_rows = archive.rows([m.identifier for m in asked])
    marked = len(campaign.journal.would_be_asked(campaign.name))
    assert distance[asked_rows].max() == distance[open_].max() or marked
    assert np.median(distance[asked_rows]) > np.quantile(distance[open_], 0.8)
    campaign.close()
