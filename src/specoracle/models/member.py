"""Train one member of an ensemble on few labels, of which the rare class has fewest.

All that is drawn by chance is drawn anew each epoch from the seed, the member's number and
the epoch's: no member depends on the others, nor a resumed training on the one before.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from specoracle.models.augmentation import Augmentation
from specoracle.models.captured import CapturedStep, Step
from specoracle.models.checkpoint import Checkpoint
from specoracle.models.precision import chosen_precision, one_order, rounding
from specoracle.models.state import TrainingState
from specoracle.models.validation import Split

EpochDone = Callable[[int, int], None]
"""Called with epochs done and the most there can be."""

WARM_UP = 0.15
"""Share of the epochs in which the learning rate rises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a member is trained.

    Attributes
    ----------
    learning_rate
        Highest; it rises linearly and falls like a cosine to 0.
    weight_decay
        Of AdamW.
    mini_batch_size
        Most spectra a step; small sets have smaller ones, of an eighth of them.
    least_steps, least_epochs
        As many epochs as have so many steps, and at least so many epochs.
    max_epochs
        Never more than that.
    patience
        Stop when the validation loss has not fallen for this share of the epochs.
    tau
        Strength of the logit adjustment.
    augmentation
        How spectra are changed; not at all if ``None``.
    """

    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    mini_batch_size: int = 64
    least_steps: int = 250
    least_epochs: int = 12
    max_epochs: int = 1000
    patience: float = 0.4
    power: float = 0.5
    tau: float = 0.0
    augmentation: Augmentation | None = field(default_factory=Augmentation)

    def size(self, n_spectra: int) -> int:
        """Spectra in a mini-batch of a set of so many."""
        return min(self.mini_batch_size, max(8, 2 ** int(math.log2(max(n_spectra, 8) / 8))))

    def epochs(self, n_spectra: int) -> int:
        """Most epochs over a set of so many."""
        steps = math.ceil(n_spectra / self.size(n_spectra))
        wanted = max(self.least_epochs, math.ceil(self.least_steps / steps))
        return min(wanted, self.max_epochs)

    def rate(self, epoch: int, n_epochs: int) -> float:
        """Learning rate in an epoch, counted from 0."""
        risen = max(1, round(WARM_UP * n_epochs))
        if epoch < risen:
            return self.learning_rate * (epoch + 1) / (risen + 1)
        done = (epoch - risen) / max(1, n_epochs - risen)
        return self.learning_rate * (1 + math.cos(math.pi * done)) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberHistory:
    """Mean losses of each epoch [nat], ``(n_epochs,)``; validation's is empty without."""

    loss: tuple[float, ...]
    validation: tuple[float, ...]


def rng_of(seed: int, member: int, epoch: int) -> np.random.Generator:
    """Source of randomness of an epoch; epoch 0 comes before the first."""
    return np.random.default_rng([seed, member, epoch])


class Member:
    """A network in training.

    Parameters
    ----------
    network
        Takes ``(n, n_pixels)`` and returns logits ``(n, n_classes)``; trained in place.
    X, y
        Spectra ``(n_spectra, n_pixels)`` and class numbers ``(n_spectra,)``.
    split
        What to train on and what to validate on.
    course
        How.
    offset, weights
        Added to the logits in the loss, and weights of the classes in it, shape
        ``(n_classes,)`` each.
    seed, number
        Of the ensemble, and of the member in it.
    device, precision
        Where and how exactly to compute.
    """

    def __init__(
        self,
        network: nn.Module,
        X: npt.NDArray[np.float32],
        y: npt.NDArray[np.intp],
        *,
        split: Split,
        course: Course,
        offset: npt.NDArray[np.float32],
        weights: npt.NDArray[np.float32],
        seed: int,
        number: int,
        device: torch.device,
        precision: str,
    ) -> None:
        self._network, self._course, self._device = network, course, device
        self._seed, self._number = seed, number
        self._precision = chosen_precision(precision, device)

        def held(values: npt.NDArray[np.generic]) -> torch.Tensor:
            return torch.from_numpy(np.ascontiguousarray(values)).to(device)

        self._flux, self._target = held(X[split.training]), held(y[split.training])
        self._validation = held(X[split.validation]), held(y[split.validation])
        self._changed = self._flux.clone()
        self._offset, self._weights = held(offset), held(weights)
        self.n_epochs = course.epochs(len(self._flux))

    def train(
        self, *, checkpoint: Path | None = None, progress: EpochDone | None = None
    ) -> MemberHistory:
        """Train to the end, or on from a checkpoint of this very training."""
        with one_order(self._precision, self._device):
            optimiser = self._optimiser()
            state = TrainingState(self._network, optimiser, self._device)
            step: Step = partial(self._step, optimiser)
            if self._device.type == "cuda":
                step = CapturedStep(step, state)
            about = (self._flux, self._target, *self._validation, self._offset)
            told = (self._weights, self._course, self._seed, self._number)
            kept = Checkpoint(checkpoint, state, (*about, *told, self._precision))
            seen = kept.resume()
            losses, validation = seen[::2], seen[1::2]  # as they were kept, in pairs
            while not self._is_over(validation, len(losses)):
                set_rate(optimiser, self._course.rate(len(losses), self.n_epochs))
                losses.append(self._epoch(step, len(losses) + 1))
                validation.append(self._validate())
                if self._waited(validation) == 0:
                    state.keep_best()
                pairs = zip(losses, validation, strict=True)
                kept.keep([loss for pair in pairs for loss in pair])
                if progress is not None:
                    progress(len(losses), self.n_epochs)
            state.restore_best()
        return MemberHistory(
            loss=tuple(losses),
            validation=tuple(validation) if len(self._validation[0]) else (),
        )

    def _optimiser(self) -> torch.optim.Optimizer:
        on_cuda = self._device.type == "cuda"
        rate = torch.tensor(0.0, device=self._device) if on_cuda else 0.0
        return torch.optim.AdamW(
            self._network.parameters(),
            lr=rate,
            weight_decay=self._course.weight_decay,
            fused=self._device.type in ("cpu", "cuda"),
            capturable=on_cuda,
        )

    def _step(self, optimiser: torch.optim.Optimizer, chosen: torch.Tensor) -> torch.Tensor:
        optimiser.zero_grad(set_to_none=True)
        loss = self._loss(self._changed[chosen], self._target[chosen])
        loss.backward()
        optimiser.step()
        return loss.detach()

    def _loss(self, flux: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        with rounding(self._precision, self._device):
            logits = self._network(flux)
        each = nn.functional.cross_entropy(
            logits.float() + self._offset, target, self._weights, reduction="none"
        )
        return each.mean()

    def _epoch(self, step: Step, number: int) -> float:
        rng = rng_of(self._seed, self._number, number)
        if self._course.augmentation is not None:
            generator = torch.Generator(self._device).manual_seed(int(rng.integers(2**62)))
            self._changed.copy_(self._course.augmentation(self._flux, generator))
        self._network.train()
        total = torch.zeros((), device=self._device)
        order = torch.from_numpy(rng.permutation(len(self._flux))).to(self._device)
        for chosen in order.split(self._course.size(len(order))):
            total.add_(step(chosen), alpha=len(chosen))
        return float(total) / len(order)

    def _validate(self) -> float:
        flux, target = self._validation
        if not len(flux):
            return math.nan
        self._network.eval()
        with torch.no_grad():
            pieces = zip(flux.split(1024), target.split(1024), strict=True)
            sums = [self._loss(x, y) * len(x) for x, y in pieces]
        return float(torch.stack(sums).sum()) / len(flux)

    def _waited(self, validation: list[float]) -> int:
        """Epochs since the validation loss was least; without one, the last is best."""
        if not validation or math.isnan(validation[-1]):
            return 0
        return len(validation) - 1 - int(np.nanargmin(validation))

    def _is_over(self, validation: list[float], n_done: int) -> bool:
        patience = max(5, round(self._course.patience * self.n_epochs))
        return n_done >= self.n_epochs or self._waited(validation) >= patience


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Change the learning rate, also of steps that were recorded."""
    for group in optimiser.param_groups:
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].fill_(rate)  # a recorded step reads it there
        else:
            group["lr"] = rate
