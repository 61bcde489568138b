import json

import numpy as np
import pytest

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
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
