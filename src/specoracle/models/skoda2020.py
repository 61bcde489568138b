"""The convolutional network of Škoda, Podsztavek & Tvrdík (2020).

Six convolutions in three pairs, each pair followed by max pooling, then three fully
connected layers. All convolutions are unpadded with stride 1; biases everywhere.

References
----------
Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122, section 3; the layer sizes are those of
the authors' published code.
"""

from itertools import pairwise

import torch
from torch import nn

from specoracle.errors import SpectrumError

CHANNELS = (64, 128, 256)
HIDDEN = 512
DROPOUT = 0.5
SMALLEST = 36
"""Fewest pixels that survive three pairs of convolutions and poolings."""


class Skoda2020(nn.Module):
    """The paper's network.

    Parameters
    ----------
    n_pixels
        Length of a spectrum.
    n_classes
        Number of classes.

    Raises
    ------
    SpectrumError
        If the spectra are too short for the poolings.

    Examples
    --------
    >>> network = Skoda2020(140, 3)
    >>> sum(parameter.numel() for parameter in network.parameters())
    2481731
    """

    def __init__(self, n_pixels: int, n_classes: int) -> None:
        super().__init__()
        if n_pixels < SMALLEST:
            raise SpectrumError(
                f"skoda2020: expected spectra of at least {SMALLEST} pixels, got "
                f"{n_pixels}. Use a recipe with more."
            )
        layers: list[nn.Module] = []
        for n_in, n_out in pairwise((1, *CHANNELS)):
            layers += [nn.Conv1d(n_in, n_out, 3), nn.ReLU()]
            layers += [nn.Conv1d(n_out, n_out, 3), nn.ReLU(), nn.MaxPool1d(2)]
            n_pixels = (n_pixels - 4) // 2
        self.convolution = nn.Sequential(*layers, nn.Flatten())
        self.hidden = nn.Sequential(
            nn.Linear(CHANNELS[-1] * n_pixels, HIDDEN),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(),
        )
        self.output = nn.Sequential(nn.Dropout(DROPOUT), nn.Linear(HIDDEN, n_classes))
        self.apply(_initialise)

    def features(self, flux: torch.Tensor) -> torch.Tensor:
        """Last hidden layer, shape ``(n_spectra, 512)``, of ``(n_spectra, n_pixels)``."""
        return self.hidden(self.convolution(flux.unsqueeze(1)))

    def forward(self, flux: torch.Tensor) -> torch.Tensor:
        """Logits, shape ``(n_spectra, n_classes)``, of flux ``(n_spectra, n_pixels)``."""
        return self.output(self.features(flux))


def _initialise(module: nn.Module) -> None:
    """Glorot uniform weights and zero biases, as in the authors' framework.

    References
    ----------
    Glorot & Bengio (2010), AISTATS, eq. 16.
    """
    if isinstance(module, (nn.Conv1d, nn.Linear)):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


NETWORKS = {"skoda2020": Skoda2020}
"""Networks by the name that a model card may hold."""
