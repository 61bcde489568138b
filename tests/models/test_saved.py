import json

import numpy as np
import pytest

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.member import Course
from specoracle.models.saved import CARD, WEIGHTS, load_model, save_model


@pytest.fixture(scope="module")
def classifier():
    X = np.random.default_rng(1).normal(size=(8, 40)).astype(np.float32)
    return NetworkClassifier(max_epochs=1, seed=1).fit(X, ["a", "b"] * 4)


def test_a_saved_network_predicts_the_same(tmp_path, classifier):
    save_model(tmp_path, classifier, {"campaign": "hunt"})
    again, card = load_model(tmp_path)
    X = np.random.default_rng(2).normal(size=(5, 40)).astype(np.float32)
    np.testing.assert_array_equal(
        again.predict_log_proba(X), classifier.predict_log_proba(X)
    )
    assert card["campaign"] == "hunt"


def test_weights_that_were_changed_are_refused(tmp_path, classifier):
    save_model(tmp_path, classifier, {})
    content = bytearray((tmp_path / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(CampaignError, match="do not match the card"):
        load_model(tmp_path)


@pytest.mark.parametrize("change", [{"version": 99}, {"network": "os.system"}])
def test_a_card_of_another_world_is_refused(tmp_path, classifier, change):
    save_model(tmp_path, classifier, {})
    card = json.loads((tmp_path / CARD).read_text()) | change
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(CampaignError, match="expected a model of this version"):
        load_model(tmp_path)


def test_a_missing_model_is_refused(tmp_path):
    with pytest.raises(CampaignError, match="Train the round again"):
        load_model(tmp_path)


def test_a_saved_ensemble_predicts_the_same(tmp_path):
    X = np.random.default_rng(1).normal(size=(40, 40)).astype(np.float32)
    X[::3, :4] = np.nan
    course = Course(least_steps=5, least_epochs=2)
    ensemble = EnsembleClassifier(members=2, seed=3, course=course).fit(X, ["a", "b"] * 20)
    save_model(tmp_path, ensemble, {"campaign": "hunt"})
    again, card = load_model(tmp_path)
    for method in ("predict_log_proba", "member_log_proba", "features"):
        expected = getattr(ensemble, method)(X)
        np.testing.assert_array_equal(getattr(again, method)(X), expected)
    assert (card["members"], card["seed"], card["campaign"]) == (2, 3, "hunt")
    assert len(card["validation_loss"]) == 2


def test_a_card_of_version_1_is_still_read(tmp_path, classifier):
    save_model(tmp_path, classifier, {})
    card = json.loads((tmp_path / CARD).read_text())
    assert card["version"] == 2
    del card["torch"]
    (tmp_path / CARD).write_text(json.dumps(card | {"version": 1}))
    again, _ = load_model(tmp_path)
    X = np.zeros((1, 40), np.float32)
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))


def test_a_card_of_more_members_than_there_are_is_refused(tmp_path):
    X = np.random.default_rng(1).normal(size=(8, 40)).astype(np.float32)
    course = Course(least_steps=1, least_epochs=1)
    ensemble = EnsembleClassifier(members=1, course=course).fit(X, ["a", "b"] * 4)
    save_model(tmp_path, ensemble, {})
    card = json.loads((tmp_path / CARD).read_text()) | {"members": 2}
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(CampaignError, match="Train the round again"):
        load_model(tmp_path)
