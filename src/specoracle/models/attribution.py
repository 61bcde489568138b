"""What in a spectrum made a network say what it says."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

Flux = npt.NDArray[np.float32]

N_STEPS = 24
"""Points of the path; shares then add up to within a few per cent."""


def has_gradients(classifier: object) -> bool:
    """Whether a classifier is made of networks that can be asked."""
    return hasattr(classifier, "network_") or hasattr(classifier, "networks_")


def integrated_gradients(classifier: Any, X: Flux, *, n_steps: int = N_STEPS) -> Flux:
    """Share of every pixel in the logarithm of the probability of the predicted class.

    The path begins at a spectrum without features: every usable pixel at the median of
    the spectrum itself. Pixels that are missing have no share.

    Parameters
    ----------
    classifier
        One that `has_gradients` and is fitted.
    X
        Spectra, shape ``(n_spectra, n_pixels)``; NaN where missing.
    n_steps
        Points of the path, by the midpoint rule.

    Returns
    -------
    Flux
        Shape ``(n_spectra, n_pixels)`` [nat]; the sum over pixels is how much more
        probable the class is than without features.

    References
    ----------
    Sundararajan, Taly & Yan (2017), Axiomatic attribution for deep networks, ICML,
    eqs. 1 and 3.
    """
    networks = _networks(classifier)
    undo = getattr(classifier, "undo_", np.zeros(len(classifier.classes_), np.float32))
    log_probability = _log_probability(networks, torch.from_numpy(undo))
    device = next(networks[0].parameters()).device
    flux = torch.from_numpy(np.ascontiguousarray(X, np.float32)).to(device)
    shares = np.zeros(X.shape, np.float32)
    for number, one in enumerate(flux):
        shares[number] = _of_one(log_probability, one, n_steps).cpu().numpy()
    return shares


def _of_one(
    log_probability: Callable[[torch.Tensor], torch.Tensor],
    flux: torch.Tensor,
    n_steps: int,
) -> torch.Tensor:
    difference = flux - flux.nanmedian()
    share = (torch.arange(n_steps, device=flux.device) + 0.5) / n_steps
    path = (flux.nanmedian() + share[:, None] * difference).requires_grad_()
    with torch.no_grad():
        predicted = int(log_probability(flux[None]).argmax())
    (gradient,) = torch.autograd.grad(log_probability(path)[:, predicted].sum(), path)
    return torch.nan_to_num(gradient.mean(dim=0) * difference)


def _log_probability(
    networks: Sequence[nn.Module], undo: torch.Tensor
) -> Callable[[torch.Tensor], torch.Tensor]:
    def of(flux: torch.Tensor) -> torch.Tensor:
        logits = [network(flux).float() + undo.to(flux.device) for network in networks]
        members = torch.stack([one.log_softmax(dim=1) for one in logits])
        return members.logsumexp(dim=0) - float(np.log(len(networks)))

    return of


def _networks(classifier: Any) -> list[nn.Module]:
    networks = list(getattr(classifier, "networks_", None) or [classifier.network_])
    for network in networks:
        network.eval()
    return networks
