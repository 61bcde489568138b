from collections import Counter

import numpy as np
import pytest

from specoracle.campaign.opening import create_campaign
from specoracle.errors import CampaignError
from specoracle.journal.event import Role
from specoracle.journal.journal import Journal


@pytest.fixture
def mixed(facts):
    """The settings of the preset ``default``, without an estimation sample."""
    return facts(
        name="mixed",
        preset="default",
        strategy="mixed",
        batch_size=20,
        candidate_size=0,
        estimation_size=0,
        estimation_growth=0,
    )


@pytest.fixture
def known(truth):
    """One spectrum of each target class."""
    of = {label: name for name, label in sorted(truth.items())}
    return {of["emission"]: "emission", of["double-peak"]: "double-peak"}


def kinds(campaign):
    words = ("like a known", "unlike", "random")
    reasons = [m.reason for m in campaign.batch("vera").members]
    return Counter(next(w for w in words if r.startswith(w)) for r in reasons)


def test_without_known_members_half_is_drawn_and_half_unlike_the_rest(space, mixed):
    campaign = create_campaign(space, mixed)
    assert kinds(campaign) == {"random": 10, "unlike": 10}
    campaign.close()


def test_half_of_the_first_batch_is_like_the_known_members(space, mixed, known):
    campaign = create_campaign(space, mixed, known=known)
    assert kinds(campaign) == {"like a known": 10, "random": 5, "unlike": 5}
    campaign.close()


def test_what_is_like_a_known_member_is_a_member_far_more_often(space, mixed, known, truth):
    campaign = create_campaign(space, mixed, known=known)
    members = campaign.batch("vera").members
    alike = [m.identifier for m in members if m.reason.startswith("like")]
    found = [truth[name] != "absorption" for name in alike]
    # The survey was made with 15 % of targets.
    assert np.mean(found) > 0.5
    campaign.close()


def test_what_is_known_is_trained_on_and_not_asked(space, mixed, known):
    campaign = create_campaign(space, mixed, known=known)
    assert campaign.training_labels() == known
    asked = {m.identifier for m in campaign.batch("vera").members}
    assert not asked & known.keys()
    roles = {each.event.role for each in campaign.journal.events(campaign.name)}
    assert roles == {Role.IMPORT}
    campaign.close()


def test_creation_that_was_killed_records_what_is_known_once(
    space, mixed, known, monkeypatch
):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "open_round", killed)
        with pytest.raises(KeyboardInterrupt):
            create_campaign(space, mixed, known=known)
    campaign = create_campaign(space, mixed, known=known)
    assert len(campaign.journal.events(campaign.name)) == 2
    assert campaign.labels() == known
    campaign.close()


def test_a_known_label_of_no_class_of_the_campaign_creates_nothing(space, mixed, known):
    wrong = dict.fromkeys(known, "galaxy")
    with pytest.raises(CampaignError, match=r"expected classes of .* got \['galaxy'\]"):
        create_campaign(space, mixed, known=wrong)
    campaign = create_campaign(space, mixed, known=known)
    assert campaign.round_number == 0
    campaign.close()
