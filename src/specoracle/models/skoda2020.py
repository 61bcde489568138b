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


class Convolution(nn.Conv1d):
    """A convolution along images of one line, ``(n_spectra, n_in, 1, n_pixels)``.

    With channels as the innermost axis, which torch has for images only, a processor does
    it a fifth faster than along a line; a GPU need not reorder for its matrix units.
    """

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002
        """Convolve; unpadded, with stride 1."""
        return nn.functional.conv2d(input, self.weight.unsqueeze(2), self.bias)


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
            layers += [Convolution(n_in, n_out, 3), nn.ReLU(inplace=True)]
            # The greatest of two is rectified, not both: the same, with half the work.
            layers += [Convolution(n_out, n_out, 3), nn.MaxPool2d((1, 2))]
            layers += [nn.ReLU(inplace=True)]
            n_pixels = (n_pixels - 4) // 2
        self.convolution = nn.Sequential(*layers, nn.Flatten())
        self.hidden = nn.Sequential(
            nn.Linear(CHANNELS[-1] * n_pixels, HIDDEN),
            nn.ReLU(inplace=True),
            nn.Dropout(DROPOUT),
            nn.Linear(HIDDEN, HIDDEN),
            nn.ReLU(inplace=True),
        )
        self.output = nn.Sequential(nn.Dropout(DROPOUT), nn.Linear(HIDDEN, n_classes))
        self.apply(_initialise)

    def features(self, flux: torch.Tensor) -> torch.Tensor:
        """Last hidden layer, shape ``(n_spectra, 512)``, of ``(n_spectra, n_pixels)``."""
        image = flux[:, None, None].to(memory_format=torch.channels_last)
        return self.hidden(self.convolution(image)).float()

    def forward(self, flux: torch.Tensor) -> torch.Tensor:
        """Logits, shape ``(n_spectra, n_classes)``, of flux ``(n_spectra, n_pixels)``."""
        features = self.features(flux)
        # Logits have all their bits also where the layers before compute in fewer.
        with torch.autocast(flux.device.type, enabled=False):
            return self.output(features)


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
