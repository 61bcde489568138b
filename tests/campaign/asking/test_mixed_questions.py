import numpy as np
import pytest

from specoracle.campaign.inputs import inputs
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.scores import read_information, read_scores
from specoracle.campaign.transition import next_round
from specoracle.errors import CampaignError
from specoracle.journal.event import Role
from specoracle.models import checkpoint
from specoracle.models.saved import load_model
from specoracle.query.shares import Shares


@pytest.fixture
def mixed(space, facts, truth):
    """A campaign that asks for all reasons there are, its first batch answered."""
    made = facts(
        preset="default",
        strategy="mixed",
        batch_size=20,
        candidate_size=0,
        shares=Shares(margin=53, mutual_information=15, artefact=2),
    )
    campaign = create_campaign(space, made)
    known = {n: c for n, c in truth.items() if c == "emission"}
    campaign.import_labels(dict(sorted(known.items())[:3]), annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    yield campaign
    campaign.close()


def reasons(campaign):
    members = campaign.batch("vera").members
    return [m.reason for m in members if m.role is not Role.ESTIMATION]


def test_the_first_batch_is_half_drawn_and_half_unlike_the_rest(mixed):
    asked = reasons(mixed)
    # Ten each, less those that are members of the estimation sample.
    assert 7 <= asked.count("random") <= 10
    assert 7 <= sum("unlike" in reason for reason in asked) <= 10


def test_every_question_after_a_training_has_its_reason_and_none_comes_twice(mixed):
    next_round(mixed)
    members = mixed.batch("vera").members
    asked = [m for m in members if m.role is not Role.ESTIMATION]
    words = ("margin", "mutual information", "probability", "random", "unlike", "again")
    assert all(any(word in m.reason for word in words) for m in asked)
    assert len({m.identifier for m in members}) == len(members)
    assert len(asked) > 12
    drawn = [m for m in asked if m.reason == "random"]
    assert drawn
    assert all(0 < m.probability < 1 for m in drawn)


def test_the_ensemble_is_saved_and_gives_the_saved_scores(mixed):
    next_round(mixed)
    folder = mixed.folder.round(1)
    model, card = load_model(folder.folder)
    rows = np.arange(7)
    columns = [mixed.facts.classes.index(name) for name in model.classes_]
    X = inputs(mixed.archive, rows, missing=True)
    saved = read_scores(folder.scores, rows)[:, columns]
    np.testing.assert_allclose(model.predict_log_proba(X), saved, rtol=1e-3, atol=1e-3)
    assert card["members"] == 4
    information = read_information(folder.scores)
    assert information.shape == (len(mixed.archive),)
    assert (information >= 0).all()
    assert information.max() <= np.log(3)


def test_an_ensemble_that_was_killed_goes_on_and_leaves_no_checkpoint(mixed, monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN", 0.0)

    def kill(words, share):
        if words.startswith("Training, epoch 20"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next_round(mixed, progress=kill)
    assert mixed.folder.round(1).checkpoints
    assert next_round(mixed) == 1
    assert not mixed.folder.round(1).checkpoints


def test_the_network_is_told_of_pixels_that_must_not_be_used(mixed):
    archive = mixed.archive
    rows = np.arange(len(archive))
    X = np.concatenate([inputs(archive, rows[i : i + 9], missing=True) for i in rows[::9]])
    bad = np.concatenate([archive.column("ivar", rows[i : i + 9]) <= 0 for i in rows[::9]])
    np.testing.assert_array_equal(np.isnan(X), bad)
    assert bad.any()


def test_a_single_classifier_leaves_no_mutual_information(mixed, quick):
    next_round(mixed, classifier=quick())
    assert read_information(mixed.folder.round(1).scores) is None
    assert not any("mutual" in reason for reason in reasons(mixed))


def test_an_unknown_strategy_is_refused(facts):
    with pytest.raises(CampaignError, match="Query strategy: expected one of"):
        facts(strategy="mixed-up")


def test_answers_are_asked_for_again_once_and_never_those_of_the_sample(
    space, facts, truth
):
    made = facts(
        preset="default",
        strategy="mixed",
        batch_size=20,
        candidate_size=0,
        members=1,
        shares=Shares(margin=65, likely=0, mutual_information=0, repeat=25),
        estimation_growth=0,
    )
    known = {n: c for n, c in truth.items() if c == "emission"}
    campaign = create_campaign(space, made, known=dict(sorted(known.items())[:3]))
    first = {m.identifier for m in campaign.batch("vera").members if m.role is Role.ORACLE}
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    repeated = []
    for _ in range(2):
        next_round(campaign)
        members = campaign.batch("vera").members
        repeated.append({m.identifier for m in members if m.role is Role.REPEAT})
        answer_all(campaign.batch("vera"), KnownLabels(truth))
    assert [len(each) for each in repeated] == [5, 5]
    assert repeated[0] <= first
    assert not repeated[0] & repeated[1]
    assert not campaign.sample() & set.union(*repeated)
    campaign.close()
