from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.joined import write_joined
from specoracle.campaign.answering.streams import (
    CandidateFilter,
    candidate_members,
    object_members,
    separation,
)
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.transition import next_round
from specoracle.errors import ArchiveError, CampaignError
from specoracle.journal.event import Role


@pytest.fixture
def trained(answered, quick):
    next_round(answered, classifier=quick(), mapped=False)
    return answered


def test_before_anything_is_trained_there_are_no_candidates(campaign):
    with pytest.raises(CampaignError, match="expected a trained round"):
        candidate_members(campaign)


def test_candidates_are_what_the_model_calls_a_target_most_probable_first(trained):
    listed = candidate_members(trained)
    opinions = [trained.opinion(member.identifier) for member in listed]
    assert listed
    assert all(max(o, key=o.get) in trained.facts.targets for o in opinions)
    score = [1 - o["absorption"] for o in opinions]
    assert score == sorted(score, reverse=True)
    assert {member.role for member in listed} == {Role.CANDIDATE}


def test_neither_the_sample_nor_the_open_batch_is_among_them(trained):
    names = {member.identifier for member in candidate_members(trained)}
    asked = {member.identifier for member in trained.batch("vera").members}
    assert not names & (trained.sample() | asked)


def test_filters_leave_what_they_say(trained):
    everything = {m.identifier for m in candidate_members(trained)}
    labelled = candidate_members(trained, CandidateFilter(labelled=True))
    fresh = candidate_members(trained, CandidateFilter(labelled=False))
    known = trained.labels().keys()
    assert {m.identifier for m in labelled} == everything & known
    assert {m.identifier for m in fresh} == everything - known
    rows = {name: trained.catalogue_row(name) for name in everything}
    snr = float(np.median([row["snr_r"] for row in rows.values()]))
    bright = candidate_members(trained, CandidateFilter(snr=snr))
    assert {m.identifier for m in bright} == {n for n in rows if rows[n]["snr_r"] >= snr}
    name, row = next(iter(rows.items()))
    near = CandidateFilter(ra=row["ra"], dec=row["dec"], radius=1e-6)
    assert name in {m.identifier for m in candidate_members(trained, near)}
    assert len(candidate_members(trained, near)) < len(everything)
    assert len(candidate_members(trained, CandidateFilter(most=1))) == 1


def test_a_label_of_a_candidate_is_trained_on(trained):
    batch = trained.batch("vera")
    batch.show("candidates", candidate_members(trained, CandidateFilter(labelled=False)))
    name = batch.current.identifier
    batch.label("absorption")
    assert trained.training_labels()[name] == "absorption"
    assert trained.journal.events("hunt")[-1].event.role is Role.CANDIDATE


def pair_up(space, names):
    """Call all of ``names`` spectra of the first, and every other its own object."""
    archive = Archive(space.archive)
    (shard,) = archive.shards
    every = archive.identifiers(np.arange(len(archive)))
    of = [names[0] if name in names else name for name in every]
    table = pa.table({"object_id": of, "object_spectra": pa.array([1] * len(of))})
    write_joined(archive.layout, "object", [(shard, table)], {})
    archive.close()


@pytest.mark.whole_pool  # of a single shard, when objects are written
def test_other_spectra_of_an_object_are_listed_unless_they_are_asked_themselves(
    trained, space
):
    batch = trained.batch("vera")
    asked = {member.identifier for member in batch.members} | trained.sample()
    every = trained.archive.identifiers(np.arange(len(trained.archive)))
    free = [name for name in every if name not in asked][:2]
    also_asked = next(name for name in sorted(asked) if name != batch.current.identifier)
    pair_up(space, [batch.current.identifier, also_asked, *free])
    opened = Campaign(space, "hunt")
    listed = object_members(opened, batch.current)
    assert listed[0] == batch.current
    assert {member.identifier for member in listed[1:]} == set(free)
    alone = next(
        name for name in sorted(asked) if name not in {also_asked, listed[0].identifier}
    )
    with pytest.raises(CampaignError, match="got none that may be shown"):
        object_members(opened, replace(batch.current, identifier=alone))
    with pytest.raises(CampaignError, match="got a blind repeat"):
        object_members(opened, replace(batch.current, role=Role.REPEAT))
    opened.close()


def test_without_objects_the_archive_says_how_to_find_them(trained):
    with pytest.raises(ArchiveError, match="specoracle archive objects"):
        object_members(trained, trained.batch("vera").current)


def test_separations_agree_with_astropy():
    coordinates = pytest.importorskip("astropy.coordinates")
    rng = np.random.default_rng(1)
    ra, dec = rng.uniform(0, 360, 50), np.degrees(np.arcsin(rng.uniform(-1, 1, 50)))
    there = coordinates.SkyCoord(ra, dec, unit="deg")
    here = coordinates.SkyCoord(359.9, -89.0, unit="deg")
    np.testing.assert_allclose(
        separation(ra, dec, 359.9, -89.0), there.separation(here).deg, rtol=1e-9
    )
