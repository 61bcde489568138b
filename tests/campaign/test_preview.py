import numpy as np
import pytest

from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.preview import preview
from specoracle.campaign.transition import next_round
from specoracle.errors import CampaignError
from specoracle.models.saved import load_model


@pytest.fixture
def trained(space, facts, truth):
    """A round of the residual network on twenty labels."""
    made = facts(preset="default", strategy="mixed", candidate_size=0, members=2)
    targets = {n: c for n, c in truth.items() if c != "absorption"}
    known = dict(sorted(targets.items())[:8])
    campaign = create_campaign(space, made, known=known)
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign)
    yield campaign
    campaign.close()


def test_a_preview_ranks_what_has_no_label_by_all_labels_there_are(trained, truth):
    answer_all(trained.batch("vera"), KnownLabels(truth))
    found = preview(trained)
    assert not {one.identifier for one in found} & trained.dealt_with()
    after = [one.after for one in found]
    assert after == sorted(after, reverse=True)
    is_target = np.array([truth[one.identifier] != "absorption" for one in found])
    if is_target.any() and not is_target.all():
        # Better than chance: targets stand nearer to the top.
        assert np.flatnonzero(is_target).mean() < np.flatnonzero(~is_target).mean()


def test_a_preview_keeps_nothing(trained):
    before = sorted(path.name for path in trained.folder.folder.rglob("*"))
    preview(trained)
    assert sorted(path.name for path in trained.folder.folder.rglob("*")) == before


def test_there_is_no_preview_before_a_training(campaign):
    with pytest.raises(CampaignError, match="expected a trained round"):
        preview(campaign)


def test_a_warm_start_begins_with_the_weights_of_the_round_before(
    space, facts, truth, monkeypatch
):
    made = facts(
        preset="default", strategy="mixed", candidate_size=0, members=2, warm_start=True
    )
    targets = {n: c for n, c in truth.items() if c != "absorption"}
    campaign = create_campaign(space, made, known=dict(sorted(targets.items())[:8]))
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign)
    first, _ = load_model(campaign.folder.round(1).folder)
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    given = []
    real = type(first).fit

    def fit(model, X, y):
        given.append(model.start)
        return real(model, X, y)

    monkeypatch.setattr(type(first), "fit", fit)
    next_round(campaign)
    (start,) = given
    for own, network in zip(start.weights, first.networks_, strict=True):
        for name, value in network.state_dict().items():
            assert (own[name] == value).all()
    campaign.close()
