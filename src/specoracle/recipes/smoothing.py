"""Steps that smooth: a blur in pixels, or down to a resolution.

Noise of neighbouring pixels is correlated afterwards; ivar is that of each pixel alone.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy import sparse

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Pixels
from specoracle.recipes.step import Need
from specoracle.spectra.weights import averaged

WIDTH = 4.0
"""Standard deviations on either side that a Gaussian is cut off at."""

FWHM = 2 * np.sqrt(2 * np.log(2))
"""Full width at half maximum of a Gaussian, in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blur:
    """Blur with a Gaussian of so many pixels, the outermost pixel repeated at the ends.

    Unusable pixels take no part. This is how spectra of a better spectrograph are made
    like those of a worse one in the paper that this package began with.

    Attributes
    ----------
    pixels
        Standard deviation [pixel].

    Raises
    ------
    RecipeError
        If it is not positive, or above 1000.

    References
    ----------
    Škoda, Podsztavek & Tvrdík (2020), A&A 643, A122, section 2.3.
    """

    do: ClassVar[str] = "blur"
    pixels: float

    def __post_init__(self) -> None:
        if not 0 < self.pixels <= 1000:
            raise RecipeError(
                f"Step blur: expected 0 < pixels ≤ 1000, got {self.pixels}. Leave the step "
                "out where nothing is to be blurred."
            )

    @property
    def reach(self) -> int:
        """Pixels on either side that take part."""
        return int(np.floor(WIDTH * self.pixels + 0.5))

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """As many pixels more as the Gaussian is wide."""
        return need.wider(pixels=self.reach)

    def apply(self, block: Block) -> Block:
        """Blur flux, and carry ivar along."""
        weights = _blur(block.wavelength.size, self.pixels, self.reach)
        flux, ivar = averaged(block.flux, block.ivar, weights)
        return replace(block, flux=flux, ivar=ivar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smooth:
    """Smooth to a lower resolution, the same at all wavelengths.

    Attributes
    ----------
    resolution
        Resolving power λ / FWHM that is left.
    observed
        That of the spectra; infinite when left out as 0.

    Raises
    ------
    RecipeError
        If there is nothing to smooth.

    References
    ----------
    Gaussians are convolved by adding the squares of their widths, so what is missing is
    FWHM² = (λ / resolution)² - (λ / observed)².
    """

    do: ClassVar[str] = "smooth"
    resolution: float
    observed: float = 0.0

    def __post_init__(self) -> None:
        if not (
            0 < self.resolution < np.inf
            and (self.observed == 0 or self.better)
            and 0 < self.sigma < np.inf
        ):
            raise RecipeError(
                f"Step smooth: expected 0 < resolution < observed, got {self.resolution} "
                f"and {self.observed}. Smoothing cannot sharpen; leave the step out."
            )

    @property
    def better(self) -> bool:
        """Whether spectra have a better resolution than what is wanted."""
        return self.observed > self.resolution

    @property
    def sigma(self) -> float:
        """Standard deviation of the Gaussian, as a share of the wavelength."""
        own = (1 / self.observed) ** 2 if self.observed else 0.0
        return float(np.sqrt((1 / self.resolution) ** 2 - own) / FWHM)

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """As far beyond as the Gaussian at the red end is wide.

        That end lies as many pixels and Angstrom behind the window as later steps need, and
        the width of a pixel is known by its neighbours.
        """
        reach = WIDTH * self.sigma
        return need.wider(
            pixels=2 + int(np.ceil(reach * (need.pixels + 2))),
            beyond=reach * (need.stop + need.beyond),
        )

    def apply(self, block: Block) -> Block:
        """Smooth flux, and carry ivar along."""
        weights = _gaussian(block.wavelength.tobytes(), self.sigma)
        flux, ivar = averaged(block.flux, block.ivar, weights)
        return replace(block, flux=flux, ivar=ivar)


@lru_cache(maxsize=16)
def _blur(n_pixels: int, sigma: float, reach: int) -> sparse.csr_array:
    """Weight of each pixel in each; what would lie outside falls on the outermost."""
    distance = np.arange(-reach, reach + 1)
    kernel = np.exp(-(distance**2) / (2 * sigma**2))
    target = np.repeat(np.arange(n_pixels), distance.size)
    source = np.clip(target + np.tile(distance, n_pixels), 0, n_pixels - 1)
    values = np.tile(kernel / kernel.sum(), n_pixels)
    # Entries of the same place are added up.
    return sparse.coo_array((values, (target, source)), (n_pixels, n_pixels)).tocsr()


@lru_cache(maxsize=16)
def _gaussian(wavelength: bytes, sigma: float) -> sparse.csr_array:
    """Weight of each pixel in each, by distance and width of the pixel."""
    centre: Pixels = np.frombuffer(wavelength)
    width = np.gradient(centre)
    reach = WIDTH * sigma * centre
    first = np.searchsorted(centre, centre - reach)
    count = np.searchsorted(centre, centre + reach, side="right") - first
    target = np.repeat(np.arange(centre.size), count)
    source = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
    distance = (centre[source] - centre[target]) / (sigma * centre[target])
    values = width[source] * np.exp(-(distance**2) / 2)
    total = np.bincount(target, values, centre.size)
    shape = (centre.size, centre.size)
    return sparse.coo_array((values / total[target], (target, source)), shape).tocsr()
