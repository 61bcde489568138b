import numpy as np
import pytest

torch = pytest.importorskip("torch")

from specoracle.models.attribution import has_gradients, integrated_gradients  # noqa: E402


class Linear(torch.nn.Module):
    """Two classes; the logit of the second is a weighted sum of the pixels."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor(weights, dtype=torch.float32))

    def forward(self, flux):
        second = torch.nan_to_num(flux) @ self.weights
        return torch.stack([torch.zeros_like(second), second], dim=1)


class Fitted:
    classes_ = np.array(["absorption", "emission"])

    def __init__(self, *networks):
        self.networks_ = list(networks)


def log_probability(weights, flux):
    logit = float(np.nan_to_num(flux) @ weights)
    return -np.logaddexp(0, -logit) if logit > 0 else -np.logaddexp(0, logit)


def test_shares_add_up_to_what_the_features_changed():
    # The completeness axiom of Sundararajan et al., from probabilities alone.
    weights = np.array([0.5, -1.0, 3.0, 0.0, 0.2], np.float32)
    flux = np.array([[0.1, 0.2, 1.0, -0.4, 0.3]], np.float32)
    shares = integrated_gradients(Fitted(Linear(weights)), flux, n_steps=200)
    featureless = np.full(5, np.median(flux), np.float32)
    expected = log_probability(weights, flux[0]) - log_probability(weights, featureless)
    assert shares.sum() == pytest.approx(expected, rel=1e-3)


def test_a_pixel_that_the_network_does_not_read_has_no_share():
    weights = np.array([0.0, 2.0, 0.0], np.float32)
    flux = np.array([[5.0, 1.0, -3.0]], np.float32)
    shares = integrated_gradients(Fitted(Linear(weights)), flux)
    assert shares[0, 0] == shares[0, 2] == 0


def test_a_missing_pixel_has_no_share_and_spoils_no_other():
    weights = np.array([1.0, 2.0, 1.0, 4.0], np.float32)
    flux = np.array([[0.5, np.nan, 0.1, 2.0]], np.float32)
    shares = integrated_gradients(Fitted(Linear(weights)), flux)
    assert shares[0, 1] == 0
    assert np.isfinite(shares).all()
    assert abs(shares[0, 3]) == np.abs(shares).max()


def test_members_of_an_ensemble_are_heard_together():
    flux = np.array([[0.0, 1.0, 0.2]], np.float32)
    one, other = Linear([0.0, 3.0, 0.0]), Linear([0.0, 0.0, 3.0])
    both = integrated_gradients(Fitted(one, other), flux)
    assert both[0, 1] != 0
    assert both[0, 2] == 0  # it is the median: where the path begins and ends
    assert integrated_gradients(Fitted(one), flux)[0, 1] != both[0, 1]


def test_no_spectra_have_no_shares():
    found = integrated_gradients(Fitted(Linear([1.0, 2.0])), np.zeros((0, 2), np.float32))
    assert found.shape == (0, 2)


def test_only_networks_have_gradients():
    assert has_gradients(Fitted())
    assert not has_gradients(object())
