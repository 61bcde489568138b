"""Learn what spectra look like from those that nobody has labelled.

Stretches are hidden and the network's trunk has to tell their flux from the rest. The
weights are a start for every member of an ensemble; the last layers begin anew.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from specoracle.models.augmentation import spread
from specoracle.models.captured import CapturedStep, Step
from specoracle.models.member import Course, rng_of, set_rate
from specoracle.models.precision import chosen_precision, one_order, rounding
from specoracle.models.residual import Residual
from specoracle.models.state import TrainingState
from specoracle.models.warm_start import Start

STRETCHES = 4
"""Hidden stretches in a spectrum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretraining:
    """A start, and how well the hidden flux was told.

    Attributes
    ----------
    start
        Weights for the members of an ensemble.
    loss
        Mean square error of the hidden flux in units of each spectrum's variance, by
        epoch, ``(n_epochs,)``; 1 is as good as knowing its mean.
    """

    start: Start
    loss: tuple[float, ...]


def pretrained(
    X: npt.NDArray[np.float32],
    *,
    seed: int = 0,
    hidden: float = 0.3,
    course: Course | None = None,
    device: str = "cpu",
    precision: str = "auto",
) -> Pretraining:
    """Train a residual network's trunk on unlabelled spectra.

    Parameters
    ----------
    X
        Spectra, shape ``(n_spectra, n_pixels)``; NaN are missing pixels.
    seed
        Seed of weights, mini-batches and of what is hidden.
    hidden
        Share of the window that is hidden.
    course
        How to train; its augmentation is not used.
    device, precision
        Where and how exactly to compute.

    References
    ----------
    He et al. (2022), Masked autoencoders are scalable vision learners, CVPR, section 3, for
    a loss on hidden parts only, in units of their spread.
    """
    course = course or Course(least_steps=1000, least_epochs=2, mini_batch_size=128)
    where = torch.device(device)
    flux = torch.from_numpy(np.ascontiguousarray(X, np.float32)).to(where)
    n_pixels, kind = flux.shape[1], chosen_precision(precision, where)
    with torch.random.fork_rng([]), one_order(kind, where):
        torch.manual_seed(seed)
        network = Reconstruction(n_pixels).to(where)
        optimiser = torch.optim.AdamW(
            network.parameters(),
            lr=torch.tensor(0.0, device=where) if where.type == "cuda" else 0.0,
            weight_decay=course.weight_decay,
            fused=True,
            capturable=where.type == "cuda",
        )
        state = TrainingState(network, optimiser, where)
        seen = flux.clone()
        step: Step = partial(_step, network, optimiser, flux, seen, kind)
        if where.type == "cuda":
            step = CapturedStep(step, state)
        losses = []
        for epoch in range(course.epochs(len(flux))):
            rng = rng_of(seed, 0, epoch + 1)
            set_rate(optimiser, course.rate(epoch, course.epochs(len(flux))))
            seen.copy_(_hide(flux, hidden, rng))
            order = torch.from_numpy(rng.permutation(len(flux))).to(where)
            parts = order.split(course.size(len(flux)))
            sums = [step(chosen) * len(chosen) for chosen in parts]
            losses.append(float(torch.stack(sums).sum()) / len(flux))
    weights = {k: v.cpu().clone() for k, v in network.trunk_weights().items()}
    return Pretraining(start=Start(weights=(weights,)), loss=tuple(losses))


class Reconstruction(nn.Module):
    """A residual network's trunk, with a layer that tells flux from what it found."""

    def __init__(self, n_pixels: int) -> None:
        super().__init__()
        self.residual = Residual(n_pixels, 1)
        width = self.residual.found(torch.zeros(1, n_pixels)).flatten(1).shape[1]
        self.flux = nn.Linear(width, n_pixels)

    def forward(self, flux: torch.Tensor) -> torch.Tensor:
        """Tell all flux ``(n_spectra, n_pixels)`` from that which is not NaN."""
        return self.flux(self.residual.found(flux).flatten(1))

    def trunk_weights(self) -> dict[str, torch.Tensor]:
        """Those of the layers before the hidden one."""
        state = self.residual.state_dict()
        return {name: v for name, v in state.items() if name.startswith("trunk.")}


def _step(
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    flux: torch.Tensor,
    seen: torch.Tensor,
    precision: str,
    chosen: torch.Tensor,
) -> torch.Tensor:
    optimiser.zero_grad(set_to_none=True)
    true, given = flux[chosen], seen[chosen]
    with rounding(precision, flux.device):
        told = network(given)
    wanted = given.isnan() & ~true.isnan()
    error = (told.float() - true.nan_to_num()) / spread(true).clamp_min(1e-6)
    square = error.square().masked_fill(~wanted, 0.0).sum()
    loss = square / wanted.sum().clamp_min(1)
    loss.backward()
    optimiser.step()
    return loss.detach()


def _hide(flux: torch.Tensor, share: float, rng: np.random.Generator) -> torch.Tensor:
    """Take some stretches away from every spectrum."""
    n_pixels = flux.shape[1]
    length = max(1, round(share * n_pixels / STRETCHES))
    start = rng.integers(0, n_pixels - length + 1, (len(flux), STRETCHES, 1))
    place = np.arange(n_pixels)
    gone = np.zeros((len(flux), n_pixels), bool)
    for stretch in start.swapaxes(0, 1):
        gone |= (place >= stretch) & (place < stretch + length)
    return flux.masked_fill(torch.from_numpy(gone).to(flux.device), torch.nan)
