"""Start a training from weights that there are already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

import torch
from torch import nn

HEAD = "output."
"""Layer of the classes, of whatever network."""


class Fitted(Protocol):
    """An ensemble that was fitted or loaded."""

    classes_: Any
    networks_: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Weights to begin with, of one network or of several, taken in turn.

    Attributes
    ----------
    weights
        State of each network.
    classes
        What their last layer tells apart; where a training has others, or none is given,
        that layer starts anew.
    """

    weights: tuple[Mapping[str, torch.Tensor], ...]
    classes: tuple[Any, ...] = ()

    @classmethod
    def of(cls, classifier: Fitted) -> Self:
        """Copy the weights of a fitted ensemble."""
        return cls(
            weights=tuple(
                {name: value.clone() for name, value in network.state_dict().items()}
                for network in classifier.networks_
            ),
            classes=tuple(classifier.classes_.tolist()),
        )

    def give(self, network: nn.Module, number: int, classes: tuple[Any, ...]) -> None:
        """Give a member the weights that fit; what does not fit keeps its own."""
        given = self.weights[number % len(self.weights)]
        state = network.state_dict()
        fitting = {
            name: given[name]
            for name, value in state.items()
            if name in given
            and given[name].shape == value.shape
            and (classes == self.classes or not name.startswith(HEAD))
        }
        network.load_state_dict(state | fitting)
