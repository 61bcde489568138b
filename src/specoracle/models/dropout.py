"""Ask one network several times with other neurons missing, in place of an ensemble."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import torch
from sklearn.utils.validation import check_is_fitted
from torch import nn

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier

AT_ONCE = 256
"""Spectra a mini-batch; which neurons are missing depends on it."""


def dropout_log_proba(
    classifier: NetworkClassifier,
    X: npt.NDArray[np.floating],
    *,
    n_draws: int = 20,
    seed: int = 0,
) -> npt.NDArray[np.float32]:
    """Log-probabilities with dropout as in training, ``(n_spectra, n_classes, n_draws)``.

    In float32. Same seed, same spectra, same device, same result.

    Parameters
    ----------
    classifier
        A fitted one, of a network with dropout.
    X
        Spectra, shape ``(n_spectra, n_pixels)``.
    n_draws
        How often to ask.
    seed
        Seed of which neurons are missing.

    Raises
    ------
    CampaignError
        If the network has no dropout.

    References
    ----------
    Gal & Ghahramani (2016), Dropout as a Bayesian approximation, ICML, eq. 6.
    """
    check_is_fitted(classifier)
    network, device = classifier.network_, classifier._device()
    flux = torch.from_numpy(np.ascontiguousarray(X, np.float32))
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        torch.inference_mode(),
        _dropping_out(network),
    ):
        torch.manual_seed(seed)
        draws = [
            torch.stack(
                [network(piece).float().log_softmax(dim=1) for _ in range(n_draws)], dim=2
            ).cpu()
            for piece in (part.to(device) for part in flux.split(AT_ONCE))
        ]
    return torch.cat(draws).numpy()


@contextmanager
def _dropping_out(network: nn.Module) -> Iterator[None]:
    """Have dropout as in training, and everything else as in prediction."""
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Dropout)]
    if not layers:
        raise CampaignError(
            f"Dropout: expected a network with layers of it, got {type(network).__name__} "
            "without. Use an ensemble."
        )
    network.eval()
    for layer in layers:
        layer.train()
    try:
        yield
    finally:
        network.eval()
