import numpy as np
import pytest
from sklearn.base import clone

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier


def lines(n=24, n_pixels=60, seed=1):
    """Flat noise with a bump up (emission) or down (absorption) in the middle."""
    rng = np.random.default_rng(seed)
    sign = np.tile([1.0, -1.0], n // 2)
    bump = np.exp(-0.5 * ((np.arange(n_pixels) - 30) / 3) ** 2)
    X = rng.normal(0, 0.1, (n, n_pixels)) + sign[:, None] * bump
    return X.astype(np.float32), np.where(sign > 0, "emission", "absorption")


def fitted(**settings):
    X, y = lines()
    return NetworkClassifier(**{"max_epochs": 15, "seed": 1} | settings).fit(X, y)


def test_it_learns_to_tell_emission_from_absorption():
    X, y = lines(seed=2)
    assert (fitted().predict(X) == y).mean() == 1.0


def test_probabilities_sum_to_one_and_follow_the_classes():
    classifier = fitted()
    X, _ = lines(seed=2)
    probabilities = classifier.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert classifier.classes_.tolist() == ["absorption", "emission"]


def test_the_same_seed_gives_the_same_network_bit_by_bit():
    X, _ = lines(seed=2)
    np.testing.assert_array_equal(
        fitted().predict_log_proba(X), fitted().predict_log_proba(X)
    )


def test_another_seed_gives_another_network():
    X, _ = lines(seed=2)
    assert not np.array_equal(fitted().predict_proba(X), fitted(seed=2).predict_proba(X))


def test_training_leaves_the_global_random_state_alone():
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fitted(max_epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_it_stops_when_the_loss_no_longer_falls_and_keeps_the_best_weights():
    X, y = lines()
    classifier = NetworkClassifier(max_epochs=1000, seed=1).fit(X, y)
    loss = np.array(classifier.history_.loss)
    assert len(loss) < 1000
    # Nothing in the last ten epochs was better by the least difference of 1e-3.
    assert loss[-10:].min() > loss[:-10].min() - 1e-3


def test_a_single_spectrum_of_a_class_is_enough_to_train():
    X, y = lines()
    keep = np.r_[np.flatnonzero(y == "absorption"), np.flatnonzero(y == "emission")[:1]]
    classifier = NetworkClassifier(max_epochs=3, seed=1).fit(X[keep], y[keep])
    assert classifier.predict_proba(X).shape == (24, 2)


def test_one_class_is_not_enough():
    X, _ = lines()
    with pytest.raises(CampaignError, match="at least two classes, got \\['emission'\\]"):
        NetworkClassifier().fit(X, ["emission"] * len(X))


def test_it_can_be_cloned_like_any_estimator():
    copy = clone(NetworkClassifier(seed=7, max_epochs=3))
    assert (copy.seed, copy.max_epochs) == (7, 3)


def test_progress_is_told_by_epoch():
    seen = []
    fitted(max_epochs=3, progress=lambda done, most: seen.append((done, most)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.gpu
def test_training_and_scoring_run_on_a_gpu():
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device on this machine")
    X, y = lines(seed=2)
    assert (fitted(device="cuda").predict(X) == y).mean() == 1.0
