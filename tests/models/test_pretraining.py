import numpy as np
import pytest
import torch

from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.member import Course
from specoracle.models.pretraining import pretrained

SHORT = Course(least_steps=60, mini_batch_size=32)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def waves(n=200, n_pixels=48, seed=1):
    """Sines of one frequency: what is hidden follows from what is seen; some gaps."""
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 2 * np.pi, (n, 1))
    X = np.sin(np.arange(n_pixels) / 5 + phase) + rng.normal(0, 0.05, (n, n_pixels))
    X[::4, :6] = np.nan
    return X.astype(np.float32)


@pytest.fixture(scope="module")
def done():
    return pretrained(waves(), seed=1, course=SHORT)


def test_hidden_flux_is_told_better_than_by_the_mean(done):
    # An error of 1 is that of the mean.
    assert np.mean(done.loss[-3:]) < 0.5 < done.loss[0]


def test_the_same_seed_gives_the_same_weights(done):
    again = pretrained(waves(), seed=1, course=SHORT)
    (one,), (other,) = done.start.weights, again.start.weights
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_an_ensemble_starts_with_its_trunk_and_new_last_layers(done):
    still = Course(learning_rate=0.0, least_steps=1, least_epochs=1)
    y = np.repeat(["a", "b"], 100)
    ensemble = EnsembleClassifier(members=2, course=still, start=done.start)
    one, other = ensemble.fit(waves(), y).networks_
    (weights,) = done.start.weights
    for network in (one, other):
        assert torch.equal(network.trunk[0].weight.cpu(), weights["trunk.0.weight"])
    assert not torch.equal(one.hidden[0].weight, other.hidden[0].weight)
