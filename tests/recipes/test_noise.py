import numpy as np
import pytest

from specoracle.recipes.bad_pixels import Bridge
from specoracle.recipes.block import Block
from specoracle.recipes.resample import Resample
from specoracle.recipes.smoothing import Blur, Smooth

WIDE = Resample(start=6450.0, stop=6750.0, n_pixels=13, method="conserving")
FINE = Resample(start=6450.0, stop=6750.0, n_pixels=201)


@pytest.mark.parametrize(
    ("steps", "low", "high"),
    [
        # Each pixel averaged once: the noise is what it is said to be. 4000 draws know a
        # variance to 2.2 %; five of these.
        ((FINE,), 0.89, 1.11),
        ((WIDE,), 0.89, 1.11),
        ((Bridge(), FINE), 0.89, 1.11),
        ((Bridge(), WIDE), 0.89, 1.11),
        # Averaged twice: what neighbours share is forgotten, and there is more noise than
        # is said, as docs/recipes.md has it.
        ((Blur(pixels=7.0), FINE), 0.89, 2.2),
        ((Smooth(resolution=900.0), FINE), 0.89, 2.2),
        ((Smooth(resolution=900.0), WIDE), 5.5, 7.5),
        ((Blur(pixels=7.0), WIDE), 12.0, 16.0),
        ((FINE, Blur(pixels=2.0)), 0.89, 2.2),
    ],
)
def test_noise_is_as_said_after_one_mean_and_more_after_two(steps, low, high):
    rng = np.random.default_rng(4)
    wavelength = 6300 + 1.5 * np.arange(400)
    ivar = rng.uniform(0.5, 2.0, 400)
    ivar[[150, 151, 152, 230]] = 0.0
    sigma = np.where(ivar > 0, 1 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), 50.0)
    flux = 100 + rng.normal(size=(4000, 400)) * sigma
    block = Block.observed(wavelength, flux, np.repeat(ivar[None], 4000, axis=0))
    for step in steps:
        block = step.apply(block)
    usable = block.ivar[0] > 0
    ratio = (block.flux.var(axis=0) * block.ivar[0])[usable]
    assert low < ratio.min()
    assert ratio.max() < high
