import numpy as np
import pytest

from specoracle.recipes.block import Block
from specoracle.spectra.spectrum import Spectrum


@pytest.fixture
def block():
    """Make a block of spectra on wavelengths of 10, 20, 30 … Å, unless others are given."""

    def make(flux, ivar=1.0, wavelength=None, **more):
        flux = np.atleast_2d(np.asarray(flux, np.float64))
        if wavelength is None:
            wavelength = 10.0 * np.arange(1, flux.shape[1] + 1)
        ivar = np.broadcast_to(np.asarray(ivar, np.float64), flux.shape).copy()
        return Block.observed(wavelength, flux, ivar, **more)

    return make


@pytest.fixture
def spectrum():
    """Make a spectrum."""

    def make(wavelength, flux, ivar=1.0):
        shape = np.shape(wavelength)
        return Spectrum(
            identifier="survey:7",
            wavelength=np.asarray(wavelength, np.float64),
            flux=np.broadcast_to(flux, shape).astype(np.float64),
            ivar=np.broadcast_to(ivar, shape).astype(np.float64),
        )

    return make


@pytest.fixture
def scatter():
    """Measure by Monte Carlo how much what a step returns scatters, as inverse variance."""

    def measure(step, made, n_draws=4000):
        rng = np.random.default_rng(11)
        noise = rng.normal(size=(n_draws, made.flux.shape[1])) / np.sqrt(made.ivar)
        drawn = Block.observed(
            made.wavelength, made.flux + noise, np.repeat(made.ivar, n_draws, axis=0)
        )
        return 1 / step.apply(drawn).flux.var(axis=0)

    return measure
