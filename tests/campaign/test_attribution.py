import numpy as np
import pytest

from specoracle.campaign.attribution import read_strips
from specoracle.campaign.transition import next_round
from specoracle.journal.event import BLIND_ROLES


def test_a_trained_round_says_what_its_network_looked_at_but_never_of_blind_members(
    answered,
):
    pytest.importorskip("torch")
    number = next_round(answered)
    strips = read_strips(answered.folder.round(number).attribution)
    members = answered.journal.members(answered.name, number)
    assert {m.role in BLIND_ROLES for m in members} == {True, False}
    assert set(strips) == {m.identifier for m in members if m.role not in BLIND_ROLES}
    n_pixels = answered.archive.wavelength.size
    for strip in strips.values():
        assert strip.shape == (n_pixels,)
        assert strip.dtype == np.uint8
        assert strip.max() in (0, 255)


def test_a_classifier_without_gradients_says_nothing(answered, quick):
    number = next_round(answered, classifier=quick())
    assert not answered.folder.round(number).attribution.exists()
    assert read_strips(answered.folder.round(number).attribution) == {}
