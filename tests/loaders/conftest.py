"""LAMOST files by hand, in every layout of its data releases."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

# The modules beside the tests import each other by name.
sys.path.insert(0, str(Path(__file__).parent))

WAVELENGTH = 10 ** (3.5682 + 1e-4 * np.arange(40))
FLUX = np.linspace(100.0, 139.0, 40)
IVAR = np.where(np.arange(40) % 7, 0.25, 0.0)

CARDS = {
    "TELESCOP": "LAMOST",
    "LMJD": 55859,
    "PLANID": "F5902",
    "SPID": 1,
    "FIBERID": 17,
    "COEFF0": 3.5682,
    "COEFF1": 0.0001,
}


@pytest.fixture
def image():
    """Make an image file: five rows, named by EXTEN0."""

    def make(exten0="Flux, Inverse, Wavelength, Andmask, Ormask", *, dtype=">f4", **cards):
        third = WAVELENGTH if "Wavelength" in exten0 else np.ones(40)
        rows = np.stack([FLUX, IVAR, third, IVAR == 0, IVAR == 0])
        hdu = fits.PrimaryHDU(rows.astype(dtype))
        hdu.header.update(CARDS | {"EXTEN0": exten0} | cards)
        return content(hdu)

    return make


@pytest.fixture
def table():
    """Make a table file: COADD with one row of array columns."""

    def make(*, n_rows=1, name="COADD", without=(), **cards):
        columns = [
            fits.Column(key, "40E", array=np.tile(values, (n_rows, 1)))
            for key, values in {
                "FLUX": FLUX,
                "IVAR": IVAR,
                "WAVELENGTH": WAVELENGTH,
                "ANDMASK": IVAR == 0,
                "ORMASK": IVAR == 0,
                "NORMALIZATION": np.full(40, -9999.0),
            }.items()
            if key not in without
        ]
        primary = fits.PrimaryHDU()
        primary.header.update(CARDS | cards)
        return content(primary, fits.BinTableHDU.from_columns(columns, name=name))

    return make


@pytest.fixture
def dr1(image):
    """Make an image file of the first release, without a wavelength row."""

    def make(**cards):
        return image("Flux Inverse Subcontinuum Andmask Ormask", **cards)

    return make


@pytest.fixture
def pixels():
    """What all of them hold: wavelength, flux and ivar as stored in float32."""
    return (WAVELENGTH, FLUX.astype(np.float32), IVAR.astype(np.float32))


def content(*hdus):
    file = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(file)
    return file.getvalue()
