import numpy as np
import pytest
import torch

from specoracle.models.logit_adjustment import class_weights, log_prior, unweighted

Y = np.repeat([0, 1, 2], [60, 30, 10])


def best_logits(weights, offset):
    """Minimise the weighted cross-entropy of one constant logit vector by descent."""
    logits = torch.zeros(3, requires_grad=True)
    target = torch.from_numpy(Y)
    optimiser = torch.optim.LBFGS([logits], max_iter=200, tolerance_grad=1e-9)

    def loss():
        optimiser.zero_grad()
        each = (logits + offset).expand(len(Y), 3)
        cost = torch.nn.functional.cross_entropy(each, target, weights)
        cost.backward()
        return cost

    optimiser.step(loss)
    return logits.detach()


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("tau", [0.0, 1.0, 1.5])
def test_weights_and_adjustment_are_undone_exactly(power, tau):
    weights = torch.from_numpy(class_weights(Y, 3, power=power))
    offset = tau * torch.from_numpy(log_prior(Y, 3))
    logits = best_logits(weights, offset)
    # Without features, the probabilities are the shares of the labels themselves.
    found = unweighted((logits + offset)[None], weights).exp()
    np.testing.assert_allclose(found[0], [0.6, 0.3, 0.1], atol=1e-4)


def test_full_power_weighs_classes_alike_and_none_weighs_spectra_alike():
    sums = [class_weights(Y, 3, power=1.0)[Y][label == Y].sum() for label in range(3)]
    np.testing.assert_allclose(sums, 100 / 3, rtol=1e-5)
    np.testing.assert_allclose(class_weights(Y, 3, power=0.0), 1)
