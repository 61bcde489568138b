import numpy as np
import pytest

from specoracle.panel.overlays import Overlays


def values(curve):
    scale = curve.words["quantised"]
    steps = np.frombuffer(curve.buffers[1], "<u2").astype(float)
    return np.where(steps == 0, np.nan, scale["low"] + (steps - 1) * scale["step"])


@pytest.fixture
def overlays(campaign):
    return Overlays(campaign, campaign.batch("vera"))


def test_a_class_mean_is_that_of_its_labelled_spectra(overlays, campaign):
    labels = campaign.labels()
    (first, *_) = overlays.curves("means", "")
    label = first.words["label"].partition(",")[0]
    members = [name for name, given in labels.items() if given == label]
    rows = [campaign.prepared(name) for name in members]
    usable = [np.where(row.ivar > 0, row.flux, np.nan) for row in rows]
    expected = np.nanmean(usable, axis=0)
    np.testing.assert_allclose(values(first), expected, atol=1e-3)


def test_the_nearest_are_labelled_and_never_the_spectrum_itself(overlays, campaign):
    labelled = next(iter(campaign.labels()))
    nearest = overlays.curves("neighbours", labelled)
    assert len(nearest) == 3
    own = campaign.prepared(labelled).flux
    away = [np.square(values(curve) - own).mean() for curve in nearest]
    assert away == sorted(away)
    assert away[0] > 1e-6


def test_an_answer_just_given_counts(campaign):
    batch = campaign.batch("somebody else")
    overlays = Overlays(campaign, batch)
    n_before = len(campaign.labels())
    counted = sum(int(c.words["label"].split()[-1]) for c in overlays.curves("means", ""))
    assert counted == n_before


def test_an_unknown_kind_gives_nothing(overlays):
    assert overlays.curves("nonsense", "a") == []
