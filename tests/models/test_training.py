import numpy as np
import pytest
import torch

from specoracle.models import checkpoint
from specoracle.models.classifier import NetworkClassifier


@pytest.fixture(params=["float32", "bfloat16"])
def precision(request):
    return request.param


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device on this machine")
    return request.param


def spectra(n=90, n_pixels=40, seed=1):
    """Noise with a slope up or down; the size leaves a short last mini-batch."""
    rng = np.random.default_rng(seed)
    sign = np.tile([1.0, -1.0], n // 2)
    X = rng.normal(0, 0.3, (n, n_pixels)) + sign[:, None] * np.linspace(-1, 1, n_pixels)
    return X.astype(np.float32), np.where(sign > 0, "up", "down")


def trained(**settings):
    return NetworkClassifier(**{"max_epochs": 4, "seed": 1} | settings).fit(*spectra())


def assert_equal_weights(one, other):
    weights, others = (each.network_.state_dict() for each in (one, other))
    assert all(torch.equal(weights[name], others[name]) for name in weights)
    assert one.history_ == other.history_


def killed_after(n_epochs):
    def progress(done, _):
        if done == n_epochs:
            raise KeyboardInterrupt

    return progress


@pytest.fixture
def every_epoch(monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS_BETWEEN", 0.0)


def test_the_same_seed_gives_the_same_weights_bit_by_bit(precision, device):
    settings = {"precision": precision, "device": device}
    assert_equal_weights(trained(**settings), trained(**settings))


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("n_epochs", [1, 3])
def test_a_resumed_training_equals_an_uninterrupted_one(
    tmp_path, precision, device, n_epochs
):
    settings = {"precision": precision, "device": device}
    kept = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        trained(checkpoint=kept, progress=killed_after(n_epochs), **settings)
    told = []
    resumed = trained(checkpoint=kept, progress=lambda *n: told.append(n), **settings)
    assert told[0] == (n_epochs + 1, 4)
    assert_equal_weights(resumed, trained(**settings))


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("change", [{"seed": 2}, {"max_epochs": 5}, {"patience": 1}])
def test_a_checkpoint_of_another_training_is_passed_over(tmp_path, change):
    kept = tmp_path / "kept"
    trained(checkpoint=kept)
    told = []
    trained(checkpoint=kept, progress=lambda *n: told.append(n), **change)
    assert told[0][0] == 1


@pytest.mark.usefixtures("every_epoch")
def test_a_checkpoint_of_other_spectra_is_passed_over(tmp_path):
    kept = tmp_path / "kept"
    trained(checkpoint=kept)
    told = []
    other = NetworkClassifier(
        seed=1, max_epochs=4, checkpoint=kept, progress=lambda *n: told.append(n)
    )
    other.fit(*spectra(seed=2))
    assert told[0] == (1, 4)


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("damage", [slice(-1), slice(0), slice(100, None)])
def test_a_damaged_checkpoint_is_passed_over(tmp_path, damage):
    kept = tmp_path / "kept"
    trained(checkpoint=kept)
    kept.write_bytes(kept.read_bytes()[damage])
    assert_equal_weights(trained(checkpoint=kept), trained())


def test_checkpoints_are_seldom(tmp_path):
    trained(checkpoint=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_loss_that_is_no_number_leaves_the_first_weights():
    X, y = spectra()
    X[3, 5] = np.nan
    classifier = NetworkClassifier(seed=1, max_epochs=50, patience=2).fit(X, y)
    assert len(classifier.history_.loss) == 2
    assert np.isfinite(classifier.predict_proba(spectra()[0])).all()
