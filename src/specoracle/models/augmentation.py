"""Change spectra as another night or another spectrograph would, for training.

All spectra at once, where they lie; NaN are pixels that are not there, before and after.
The classes stay true under every change: a line moves by a pixel, it does not vanish.
"""

from dataclasses import dataclass

import torch

MAD_OF_NORMAL = 0.6744897501960817
"""Median absolute deviation of a normal distribution of standard deviation 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How much spectra are changed.

    Attributes
    ----------
    noise
        Most noise that is added, in units of that which a spectrum has already.
    shift
        Largest shift along the axis, of either sign [pixels], at most 1.
    slope
        Standard deviation of the slope that is added, in units of the spectrum's own
        standard deviation, from the middle to the edge of the window.
    hidden
        Longest stretch that is taken away, in units of the window; half of the spectra
        lose none.
    """

    noise: float = 0.3
    shift: float = 0.5
    slope: float = 0.05
    hidden: float = 0.05

    def __call__(
        self,
        flux: torch.Tensor,
        generator: torch.Generator,
        sigma: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return changed spectra.

        Parameters
        ----------
        flux
            Shape ``(n_spectra, n_pixels)``.
        generator
            Source of randomness, on the device of ``flux``.
        sigma
            Noise of each spectrum, shape ``(n_spectra, 1)``, in the unit of ``flux``;
            estimated from its scatter when left out.
        """
        if sigma is None:
            sigma = noise_level(flux)
        flux = shifted(flux, self.shift * (2 * _uniform(flux, generator) - 1))
        slope = self.slope * spread(flux) * _normal(flux, generator)
        place = torch.linspace(-1, 1, flux.shape[1], device=flux.device)
        amount = self.noise * sigma * _uniform(flux, generator)
        flux = flux + slope * place + amount * _normal(flux, generator, flux.shape[1])
        return self._hide(flux, generator)

    def _hide(self, flux: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        place = torch.linspace(0, 1, flux.shape[1], device=flux.device)
        start = (1 + self.hidden) * _uniform(flux, generator) - self.hidden
        # Negative for half of the spectra, which so lose nothing.
        length = self.hidden * (2 * _uniform(flux, generator) - 1)
        return flux.masked_fill((place > start) & (place < start + length), torch.nan)


def shifted(flux: torch.Tensor, by: torch.Tensor) -> torch.Tensor:
    """Move spectra along the axis, with linear interpolation.

    Parameters
    ----------
    flux
        Shape ``(n_spectra, n_pixels)``; the outermost pixels are repeated.
    by
        Shape ``(n_spectra, 1)`` [pixels], from -1 to 1; positive to the right.

    Examples
    --------
    >>> shifted(torch.tensor([[0.0, 4.0, 0.0, 0.0]]), torch.tensor([[0.25]]))
    tensor([[0., 3., 1., 0.]])
    """
    left = torch.cat([flux[:, :1], flux[:, :-1]], 1)
    right = torch.cat([flux[:, 1:], flux[:, -1:]], 1)
    share = by.abs()
    return (1 - share) * flux + share * torch.where(by > 0, left, right)


def noise_level(flux: torch.Tensor) -> torch.Tensor:
    """Standard deviation of the noise of each spectrum, shape ``(n_spectra, 1)``.

    From the median of how far each pixel is from the mean of its neighbours, which lines
    and the continuum hardly change; correlated noise is underestimated.

    References
    ----------
    Stoehr et al. (2008), DER_SNR, ADASS XVII, ASP Conference Series 394, 505, with
    neighbours one pixel away.
    """
    off = flux[:, 1:-1] - (flux[:, :-2] + flux[:, 2:]) / 2
    scatter = off.abs().nanmedian(dim=1, keepdim=True).values / MAD_OF_NORMAL
    return (scatter / 1.5**0.5).nan_to_num(0.0)


def spread(flux: torch.Tensor) -> torch.Tensor:
    """Standard deviation of the pixels of each spectrum, shape ``(n_spectra, 1)``."""
    off = flux - flux.nanmean(dim=1, keepdim=True)
    return off.square().nanmean(dim=1, keepdim=True).sqrt().nan_to_num(0.0)


def _uniform(flux: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return torch.rand(len(flux), 1, generator=generator, device=flux.device)


def _normal(
    flux: torch.Tensor, generator: torch.Generator, n_pixels: int = 1
) -> torch.Tensor:
    return torch.randn(len(flux), n_pixels, generator=generator, device=flux.device)
