import h5py
import numpy as np
import pytest

from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import BLIND_ROLES
from specoracle.panel.heading import Heading
from specoracle.panel.known import Known


@pytest.fixture
def batch(campaign, request):
    return campaign.batch(request.node.name)


@pytest.fixture
def known(campaign, batch):
    """What is known, with attributions of every member, as if a job had blundered."""
    path = campaign.folder.round(campaign.last_trained).attribution
    names = [member.identifier for member in batch.members]
    with h5py.File(path, "w") as file:
        file["identifier"] = np.array(names, dtype=h5py.string_dtype())
        file["share"] = np.linspace(-1, 2, 140 * len(names)).reshape(-1, 140)
    yield Known(campaign, batch)
    path.unlink()


def test_nothing_of_the_model_is_told_of_what_measures(known, batch):
    for member in batch.members:
        blind = member.role in BLIND_ROLES
        assert (known.opinion(member) is None) == blind
        assert (known.strip(member) is None) == blind
    assert {member.role in BLIND_ROLES for member in batch.members} == {True, False}


def test_whoever_answers_blind_hears_the_model_after_the_answer(known, batch):
    member = next(m for m in batch.members if m.role not in BLIND_ROLES)
    known.set_blind(wanted=True)
    assert known.opinion(member) is known.strip(member) is None
    batch.label("emission", identifier=member.identifier)
    assert known.opinion(member) is not None
    assert known.strip(member) is not None
    batch.undo()
    assert known.opinion(member) is None


def test_an_opinion_is_that_of_the_campaign(known, batch, campaign):
    member = next(m for m in batch.members if m.role not in BLIND_ROLES)
    assert known.opinion(member) == campaign.opinion(member.identifier)


def test_rows_of_the_catalogue_are_those_of_the_archive(known, batch, campaign):
    for member in batch.members[:3]:
        assert known.row(member.identifier) == campaign.catalogue_row(member.identifier)


def test_somebody_who_is_not_in_the_batch_is_known_as_well(known, campaign, batch):
    inside = {member.identifier for member in batch.members}
    names = campaign.archive.identifiers(np.arange(1, len(campaign.archive)))
    outside = next(name for name in names if name not in inside)
    assert known.row(outside) == campaign.catalogue_row(outside)


def test_the_heading_gives_reason_and_opinion_only_when_they_may_be_seen(
    known, batch, campaign
):
    heading = Heading(campaign, batch, known)
    member = next(m for m in batch.members if m.role not in BLIND_ROLES)
    batch.goto(member.identifier)
    assert heading.shown["reason"] == member.reason != ""
    heading._handle_custom_msg({"action": "blind", "wanted": True}, [])
    assert heading.shown["blind"]
    assert heading.shown["reason"] == ""
    assert heading.shown["opinion"] is None
    assert heading.model_shown(member) == "blind"
    heading.close()


def test_before_the_first_training_nothing_is_said(campaign, tmp_path, trained_workspace):
    from specoracle.campaign.facts import CampaignFacts
    from specoracle.campaign.opening import create_campaign
    from specoracle.campaign.workspace import Workspace

    facts = CampaignFacts(
        name="fresh",
        classes=("emission", "absorption"),
        targets=("emission",),
        batch_size=4,
        estimation_size=2,
    )
    create_campaign(Workspace(trained_workspace), facts).close()
    fresh = Campaign.open(trained_workspace, "fresh")
    batch = fresh.batch("vera")
    known = Known(fresh, batch)
    assert [known.opinion(m) for m in batch.members] == [None] * len(batch.members)
    assert [known.strip(m) for m in batch.members] == [None] * len(batch.members)
    fresh.close()
