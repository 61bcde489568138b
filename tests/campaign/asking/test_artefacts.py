import numpy as np
import pytest

from specoracle.campaign.asking.artefacts import artefact_gate


@pytest.fixture
def strange(campaign):
    """Features of which row 7 is far from all others, and what looks them up."""
    table = np.random.default_rng(1).normal(size=(len(campaign.archive), 5))
    table[7] = 40.0
    return lambda rows: table[rows]


def flagged(campaign, features, labelled):
    everything = np.arange(len(campaign.archive))
    rng = np.random.default_rng(2)
    gate = artefact_gate(campaign.archive, features, everything, labelled, rng=rng)
    return set(np.flatnonzero(gate(everything)).tolist())


def test_what_is_far_from_all_others_is_flagged(campaign, strange):
    found = flagged(campaign, strange, np.arange(20, 40))
    assert 7 in found
    assert not found & set(range(20, 40))
    # Half a per cent by each of two forests, of 120 spectra.
    assert len(found) <= 3


def test_what_somebody_gave_a_class_is_no_artefact(campaign, strange):
    assert 7 not in flagged(campaign, strange, np.array([7]))


def test_an_archive_without_measures_is_judged_by_features(campaign, strange, monkeypatch):
    monkeypatch.setattr(type(campaign.archive), "catalogue_columns", ["identifier"])
    assert 7 in flagged(campaign, strange, np.arange(20, 40))
