import numpy as np
import pytest
import torch

from specoracle.errors import CampaignError
from specoracle.models import precision
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.precision import chosen_precision, one_order, rounding

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def test_a_processor_without_instructions_for_bfloat16_computes_in_float32(monkeypatch):
    monkeypatch.setattr(precision, "_multiplies_bfloat16", lambda: False)
    assert chosen_precision("auto", CPU) == "float32"
    monkeypatch.setattr(precision, "_multiplies_bfloat16", lambda: True)
    assert chosen_precision("auto", CPU) == "bfloat16"


def test_a_gpu_computes_in_tf32():
    assert chosen_precision("auto", CUDA) == "tf32"


def test_whoever_asks_for_a_precision_gets_it():
    assert chosen_precision("float32", CUDA) == "float32"
    assert chosen_precision("bfloat16", CPU) == "bfloat16"


def test_an_unknown_precision_is_refused():
    with pytest.raises(CampaignError, match="one of auto, float32, tf32, bfloat16, got"):
        chosen_precision("int3", CPU)


@pytest.mark.parametrize("device", [CPU, CUDA])
@pytest.mark.parametrize("kind", ["float32", "tf32"])
def test_settings_of_torch_are_as_before_in_the_end(device, kind):
    def settings():
        cudnn = torch.backends.cudnn
        return (
            torch.get_float32_matmul_precision(),
            cudnn.deterministic,
            cudnn.allow_tf32,
            torch.is_autocast_enabled("cpu"),
        )

    before = settings()
    with one_order(kind, device):
        assert torch.backends.cudnn.deterministic is (device.type == "cuda")
    with rounding("bfloat16", CPU):
        assert torch.is_autocast_enabled("cpu")
    assert settings() == before


def test_scores_in_bfloat16_are_those_of_float32_but_for_rounding():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(600, 60)).astype(np.float32)
    y = np.where(X[:, :30].mean(axis=1) > 0, "up", "down")
    classifier = NetworkClassifier(seed=1, max_epochs=8, precision="float32").fit(X, y)
    exact = classifier.predict_log_proba(X)
    classifier.precision = "bfloat16"
    rounded = classifier.predict_log_proba(X)
    # Each of eight layers rounds its factors to 8 bits, 1 in 256 at the most.
    logits, others = (np.ptp(scores, axis=1) for scores in (exact, rounded))
    assert np.abs(logits - others).max() < 8 / 256 * logits.max()
    assert np.abs(exact - rounded).max() > 0
    # More than bfloat16 itself could tell apart.
    assert len(np.unique(rounded)) > 300
