"""The default network: residual convolutions that see narrow and broad lines at once.

It reads which pixels there are, so a gap is a gap and not a deep line; knows where in the
window a line lies; and normalises each spectrum by itself, so that none depends on those
it is scored with.
"""

import torch
from torch import nn

from specoracle.errors import SpectrumError

CHANNELS = (32, 48, 64)
"""Of the stages, each of half as many pixels; longer spectra have more of the last."""
KERNELS = (3, 9)
"""Widths of what a block looks at, in pixels of its stage."""
GROUPS = 8
FEATURES = 64
SHORTEST = 8
"""Fewest pixels that a stage may leave."""
SMALLEST = 32
"""Fewest pixels of a spectrum."""


class Residual(nn.Module):
    """The network; NaN in its input are pixels that are not there.

    Parameters
    ----------
    n_pixels
        Length of a spectrum.
    n_classes
        Number of classes.

    Raises
    ------
    SpectrumError
        If the spectra are too short.

    References
    ----------
    He et al. (2016), Identity mappings in deep residual networks, ECCV, fig. 1b, for the
    order inside a block; Ismail Fawaz et al. (2020), InceptionTime, Data Mining and
    Knowledge Discovery 34, 1936, for kernels of several widths; Wu & He (2018), Group
    normalization, ECCV; Liu et al. (2018), CoordConv, NeurIPS, for the place as input.

    Examples
    --------
    >>> network = Residual(140, 3)
    >>> network(torch.full((2, 140), torch.nan)).shape
    torch.Size([2, 3])
    """

    place: torch.Tensor
    masks = True
    """NaN are read as missing pixels."""

    def __init__(self, n_pixels: int, n_classes: int) -> None:
        super().__init__()
        if n_pixels < SMALLEST:
            raise SpectrumError(
                f"residual: expected spectra of at least {SMALLEST} pixels, got "
                f"{n_pixels}. Use a recipe with more."
            )
        self.register_buffer("place", torch.linspace(-1, 1, n_pixels), persistent=False)
        stages: list[nn.Module] = [nn.Conv1d(3, CHANNELS[0], 7, stride=2, padding=3)]
        n_in, n_pixels = CHANNELS[0], (n_pixels + 1) // 2
        for n_out in _widths(n_pixels):
            stages.append(Block(n_in, n_out, stride=2))
            n_in, n_pixels = n_out, (n_pixels + 1) // 2
        last = Block(n_in, n_in, stride=1)
        self.trunk = nn.Sequential(*stages, last, _normalised(n_in))
        self.hidden = nn.Sequential(
            nn.Linear((n_pixels + 2) * n_in, FEATURES), nn.LayerNorm(FEATURES), nn.GELU()
        )
        self.output = nn.Linear(FEATURES, n_classes)

    def found(self, flux: torch.Tensor) -> torch.Tensor:
        """What the convolutions found, shape ``(n_spectra, n_channels, n_places)``."""
        missing = flux.isnan()
        there = (~missing).to(flux.dtype)
        place = self.place.expand_as(flux)
        image = torch.stack([flux.masked_fill(missing, 0.0), there, place], dim=1)
        return self.trunk(image).float()

    def features(self, flux: torch.Tensor) -> torch.Tensor:
        """Last hidden layer, shape ``(n_spectra, 64)``, of ``(n_spectra, n_pixels)``."""
        found = self.found(flux)
        pooled = [found.mean(2), found.amax(2), found.flatten(1)]
        return self.hidden(torch.cat(pooled, 1)).float()

    def forward(self, flux: torch.Tensor) -> torch.Tensor:
        """Logits, shape ``(n_spectra, n_classes)``, of flux ``(n_spectra, n_pixels)``."""
        features = self.features(flux)
        # Logits have all their bits also where the layers before compute in fewer.
        with torch.autocast(flux.device.type, enabled=False):
            return self.output(features)


class Block(nn.Module):
    """Convolutions of several widths side by side, added to what they were given."""

    def __init__(self, n_in: int, n_out: int, *, stride: int) -> None:
        super().__init__()
        self.before = _normalised(n_in)
        self.scales = nn.ModuleList(
            nn.Conv1d(n_in, n_out // len(KERNELS), width, stride=stride, padding=width // 2)
            for width in KERNELS
        )
        self.after = nn.Sequential(_normalised(n_out), nn.Conv1d(n_out, n_out, 1))
        self.beside = nn.Identity() if stride == 1 else nn.Conv1d(n_in, n_out, 1, stride=2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Of ``(n_spectra, n_in, n_pixels)``, ``n_out`` channels of as many or half."""
        y = self.before(x)
        y = self.after(torch.cat([convolve(y) for convolve in self.scales], 1))
        return self.beside(x) + y


def _normalised(n_channels: int) -> nn.Module:
    return nn.Sequential(nn.GroupNorm(GROUPS, n_channels), nn.ReLU())


def _widths(n_pixels: int) -> list[int]:
    """Channels of each stage for spectra of so many pixels after the first convolution."""
    widths: list[int] = []
    while n_pixels // 2 >= SHORTEST:
        widths.append(CHANNELS[min(len(widths) + 1, len(CHANNELS) - 1)])
        n_pixels = (n_pixels + 1) // 2
    return widths
