"""Spectra of one object stand on one side of the estimation sample."""

import numpy as np
import pyarrow as pa
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.joined import write_joined
from specoracle.archive.objects import find_objects
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.sky_objects import objects_of


def pair_up(space, names):
    """Call all of ``names`` spectra of the first, and every other its own object."""
    archive = Archive(space.archive)
    (shard,) = archive.shards
    halves = np.array_split(np.arange(len(archive)), 2)
    every = [name for half in halves for name in archive.identifiers(half)]
    of = [names[0] if name in names else name for name in every]
    table = pa.table({"object_id": of, "object_spectra": pa.array([1] * len(of))})
    write_joined(archive.layout, "object", [(shard, table)], {})
    archive.close()


def test_what_shares_an_object_with_the_sample_is_not_trained_on(answered, space):
    before = answered.training_labels()
    member = min(answered.sample())
    trained = sorted(before)
    twin, other = trained[0], trained[1]
    pair_up(space, [member, twin])
    campaign = Campaign(space, "hunt")
    after = campaign.training_labels()
    assert after == {name: label for name, label in before.items() if name != twin}
    assert other in after
    assert campaign.labels() == answered.labels()
    campaign.close()


def test_spectra_of_an_object_outside_the_sample_are_all_trained_on(answered, space):
    trained = sorted(answered.training_labels())
    pair_up(space, trained[:2])
    campaign = Campaign(space, "hunt")
    assert sorted(campaign.training_labels()) == trained
    campaign.close()


@pytest.mark.whole_pool  # of a single shard, when objects are looked for
def test_without_known_objects_each_spectrum_is_its_own(campaign, space):
    names = sorted(campaign.sample())
    assert objects_of(campaign.archive, names) == {name: name for name in names}
    find_objects(space.archive)
    reopened = Archive(space.archive)
    found = objects_of(reopened, names)
    assert all(name in reopened.same_object(of) for name, of in found.items())
    reopened.close()
