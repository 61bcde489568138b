"""Networks by the name that a model card may hold."""

from collections.abc import Callable

import torch
from torch import nn

from specoracle.errors import CampaignError
from specoracle.models.residual import Residual
from specoracle.models.skoda2020 import Skoda2020

Factory = Callable[[int, int], nn.Module]
"""Makes a network for spectra of so many pixels and so many classes."""

NETWORKS: dict[str, Factory] = {"residual": Residual, "skoda2020": Skoda2020}
"""Networks of the package."""


def factory(network: str | Factory) -> Factory:
    """Return what makes a network, given its name in `NETWORKS` or itself.

    Raises
    ------
    CampaignError
        If there is no network of that name.
    """
    if not isinstance(network, str):
        return network
    if network not in NETWORKS:
        raise CampaignError(
            f"Network: expected one of {', '.join(NETWORKS)}, got {network!r}. Choose one "
            "of these, or give a function that makes yours of (n_pixels, n_classes)."
        )
    return NETWORKS[network]


def name_of(network: str | Factory) -> str:
    """Name for a model card: in `NETWORKS`, or that under which Python knows it.

    Examples
    --------
    >>> name_of("residual"), name_of(nn.Linear)
    ('residual', 'torch.nn.modules.linear.Linear')
    """
    if isinstance(network, str):
        return network
    of = network if hasattr(network, "__qualname__") else type(network)
    return f"{of.__module__}.{of.__qualname__}"


def features_of(network: nn.Module) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the pass up to the last hidden layer; of a network without, the whole one."""
    return getattr(network, "features", network)


def new_network(
    network: str | Factory, n_pixels: int, n_classes: int, *, seed: int
) -> nn.Module:
    """Make a network with weights drawn from a seed."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return factory(network)(n_pixels, n_classes)
