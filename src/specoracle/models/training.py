"""Train a network: seeded, with early stopping on the training loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from specoracle.models.captured import CapturedStep, Step
from specoracle.models.checkpoint import Checkpoint
from specoracle.models.precision import chosen_precision, one_order, rounding
from specoracle.models.state import TrainingState

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
    precision: str = "auto",
    checkpoint: Path | None = None,
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
    precision
        As in `chosen_precision`.
    checkpoint
        File to go on from when this very training was killed, with the same result.
    progress
        Called with epochs done and the most there can be.
    """
    flux = torch.from_numpy(np.ascontiguousarray(X, np.float32)).to(device)
    target = torch.from_numpy(np.ascontiguousarray(y, np.int64)).to(device)
    precision = chosen_precision(precision, device)
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        one_order(precision, device),
    ):
        torch.manual_seed(seed)
        optimiser = _adam(network, schedule, device)
        state = TrainingState(network, optimiser, device)
        network.train()
        step: Step = partial(_step, network, optimiser, flux, target, precision)
        if device.type == "cuda":
            step = CapturedStep(step, state)
        kept = Checkpoint(checkpoint, state, (flux, target, schedule, precision, device))
        losses = kept.resume()
        while not _is_over(losses, schedule):
            losses.append(_epoch(step, len(flux), schedule, device))
            if not _waited(losses, schedule):
                state.keep_best()
            kept.keep(losses)
            if progress is not None:
                progress(len(losses), schedule.max_epochs)
        state.restore_best()
    return History(loss=tuple(losses))


def _adam(
    network: nn.Module, schedule: Schedule, device: torch.device
) -> torch.optim.Optimizer:
    on_cuda = device.type == "cuda"
    return torch.optim.Adam(
        network.parameters(),
        lr=schedule.learning_rate,
        eps=1e-7,
        fused=on_cuda or device.type == "cpu",
        capturable=on_cuda,
    )


def _step(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    flux: torch.Tensor,
    target: torch.Tensor,
    precision: str,
    chosen: torch.Tensor,
) -> torch.Tensor:
    """One step along the mini-batch of these numbers; its mean loss."""
    optimiser.zero_grad(set_to_none=True)
    with rounding(precision, flux.device):
        logits = network(flux[chosen])
    loss = nn.functional.cross_entropy(logits.float(), target[chosen])
    loss.backward()
    optimiser.step()
    return loss.detach()


def _epoch(step: Step, n_spectra: int, schedule: Schedule, device: torch.device) -> float:
    total = torch.zeros((), device=device)
    for chosen in torch.randperm(n_spectra).to(device).split(schedule.mini_batch_size):
        total.add_(step(chosen), alpha=len(chosen))
    return float(total) / n_spectra


def _waited(losses: Sequence[float], schedule: Schedule) -> int:
    """Epochs since the loss last fell by enough."""
    best, waited = float("inf"), 0
    for loss in losses:
        improved = loss < best - schedule.min_delta
        best, waited = (loss, 0) if improved else (best, waited + 1)
    return waited


def _is_over(losses: Sequence[float], schedule: Schedule) -> bool:
    return (
        len(losses) >= schedule.max_epochs or _waited(losses, schedule) >= schedule.patience
    )
