"""Everything in a training that the steps to come depend on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

RANDOM = "random"


class TrainingState:
    """Weights, the optimiser's moments, the best weights so far, and random numbers.

    Parameters
    ----------
    network
        On its device already.
    optimiser
        Of its parameters.
    device
        Where both are.
    """

    def __init__(
        self, network: nn.Module, optimiser: torch.optim.Optimizer, device: torch.device
    ) -> None:
        self._network, self._optimiser, self._device = network, optimiser, device
        _allocate(optimiser)
        self._best = {k: v.clone() for k, v in network.state_dict().items()}

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return them all by name: the tensors in use, but copies of random states."""
        named = {f"weights/{k}": v for k, v in self._network.state_dict().items()}
        named |= {f"best/{k}": v for k, v in self._best.items()}
        for number, moments in enumerate(self._optimiser.state.values()):
            named |= {f"optimiser/{number}/{k}": v for k, v in moments.items()}
        return named | self._random()

    def load(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Take over values; the memory in use stays the same."""
        with torch.no_grad():
            for name, value in self.tensors().items():
                value.copy_(tensors[name])
        torch.set_rng_state(tensors[f"{RANDOM}/cpu"])
        if self._device.type == "cuda":
            torch.cuda.set_rng_state(tensors[f"{RANDOM}/cuda"], self._device)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Undo in the end what the block does to it."""
        before = {name: value.clone() for name, value in self.tensors().items()}
        yield
        self.load(before)

    def keep_best(self) -> None:
        """Remember the present weights as the best."""
        for name, value in self._network.state_dict().items():
            self._best[name].copy_(value)

    def restore_best(self) -> None:
        """Give the network the best weights."""
        self._network.load_state_dict(self._best)

    def _random(self) -> dict[str, torch.Tensor]:
        states = {f"{RANDOM}/cpu": torch.get_rng_state()}
        if self._device.type == "cuda":
            states[f"{RANDOM}/cuda"] = torch.cuda.get_rng_state(self._device)
        return states


def _allocate(optimiser: torch.optim.Optimizer) -> None:
    """Have an Adam make its moments now; no weight moves."""
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    before = [parameter.detach().clone() for parameter in parameters]
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    with torch.no_grad():  # which decay would have made smaller
        for parameter, value in zip(parameters, before, strict=True):
            parameter.copy_(value)
    for moments in optimiser.state.values():
        for value in moments.values():
            value.zero_()
