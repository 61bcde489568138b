"""Train a network: seeded, with early stopping on the training loss."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and in which steps to train; the defaults are the paper's.

    Attributes
    ----------
    learning_rate
        Of Adam.
    mini_batch_size
        Spectra a step.
    max_epochs
        Most passes over the training set.
    min_delta, patience
        Stop when the loss has not fallen by ``min_delta`` [nat] for ``patience`` epochs;
        the best weights are kept.
    """

    learning_rate: float = 1e-3
    mini_batch_size: int = 64
    max_epochs: int = 1000
    min_delta: float = 1e-3
    patience: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Mean training loss of each epoch [nat], shape ``(n_epochs,)``."""

    loss: tuple[float, ...]


def train(
    network: nn.Module,
    X: npt.NDArray[np.float32],
    y: npt.NDArray[np.intp],
    *,
    schedule: Schedule,
    seed: int,
    device: torch.device,
    progress: Progress | None = None,
) -> History:
    """Train a network in place.

    Parameters
    ----------
    network
        Takes ``(n, n_pixels)`` and returns logits ``(n, n_classes)``.
    X, y
        Spectra ``(n_spectra, n_pixels)`` and class numbers ``(n_spectra,)``.
    schedule
        When to stop.
    seed
        Seed of mini-batches and dropout; same seed, same device, same weights.
    device
        Where to train.
    progress
        Called with epochs done and the most there can be.
    """
    flux = torch.from_numpy(np.ascontiguousarray(X, np.float32)).to(device)
    target = torch.from_numpy(np.ascontiguousarray(y, np.int64)).to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=schedule.learning_rate, eps=1e-7)
    losses: list[float] = []
    best, best_weights, waited = float("inf"), copy.deepcopy(network.state_dict()), 0
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for epoch in range(schedule.max_epochs):
            losses.append(_epoch(network, flux, target, optimiser, schedule))
            if losses[-1] < best - schedule.min_delta:
                best, waited = losses[-1], 0
                best_weights = copy.deepcopy(network.state_dict())
            else:
                waited += 1
            if progress is not None:
                progress(epoch + 1, schedule.max_epochs)
            if waited >= schedule.patience:
                break
    network.load_state_dict(best_weights)
    return History(loss=tuple(losses))


def _epoch(
    network: nn.Module,
    flux: torch.Tensor,
    target: torch.Tensor,
    optimiser: torch.optim.Optimizer,
    schedule: Schedule,
) -> float:
    network.train()
    total = torch.zeros((), device=flux.device)
    for chosen in torch.randperm(len(flux)).to(flux.device).split(schedule.mini_batch_size):
        optimiser.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(network(flux[chosen]), target[chosen])
        loss.backward()
        optimiser.step()
        total += loss.detach() * len(chosen)
    return float(total) / len(flux)
