"""Real and made-up spectra around Hα."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load

SDSS = Path(__file__).resolve().parents[3] / "shared" / "spectra" / "sdss"


@pytest.fixture(scope="session")
def sdss():
    """Folder of real SDSS files, where this machine has them."""
    if not SDSS.is_dir():
        pytest.skip(f"no real spectra on this machine: {SDSS.name} is not there")
    return SDSS


@pytest.fixture(scope="session")
def real_stars(real_lamost, cut):
    """Flux, ivar, wavelength and catalogue of real stars from 6280 to 6760 Å, by file."""
    stars = {}
    for path in sorted(real_lamost.iterdir()):
        with suppress(LoaderError):
            (seen,) = load(path)
            window = cut(seen.spectrum, 6280.0, 6760.0)
            if window and seen.catalogue.get("object_class") == "STAR":
                stars[path.name] = (*window, seen.catalogue)
    return stars


@pytest.fixture(scope="session")
def cut():
    """Flux and ivar of one row, and rest wavelengths; ``None`` if it does not reach."""

    def make(spectrum, low, high, z=0.0):
        rest = spectrum.wavelength / (1 + z)
        inside = (rest > low) & (rest < high)
        if rest[0] > low or rest[-1] < high:
            return None
        pixels = (v[inside].astype(float)[None] for v in (spectrum.flux, spectrum.ivar))
        return *pixels, rest[inside]

    return make


@pytest.fixture(scope="session")
def pixels():
    """Wavelengths of LAMOST between two limits: COEFF0 3.5682, COEFF1 0.0001."""

    def make(low=6280.0, high=6760.0):
        wavelength = 10 ** (3.5682 + 1e-4 * np.arange(3909))
        return wavelength[(wavelength > low) & (wavelength < high)]

    return make


@pytest.fixture(scope="session")
def bell():
    """Gaussian line of area 1, R = 1800, in the pixels given."""

    def make(wavelength, centre, broader=1.0):
        sigma = broader * centre / 1800.0 / 2.354820045
        away = (wavelength - centre) / sigma
        return np.exp(-0.5 * away**2) / np.sqrt(2 * np.pi) / sigma

    return make


@pytest.fixture(scope="session")
def error_of_line(bell):
    """Standard deviation of a line's area by numpy's own least squares.

    For unit noise, with a straight line fitted too, on pixels up to ``reach`` FWHM away.
    """

    def make(wavelength, centre, reach=2.75):
        near = np.abs(wavelength - centre) <= reach * centre / 1800.0
        x = wavelength[near] - centre
        design = np.stack([bell(wavelength[near], centre), np.ones_like(x), x], axis=1)
        return np.sqrt(np.linalg.inv(design.T @ design)[0, 0])

    return make
