"""Rows by hand, with text of every kind."""

import numpy as np
import pytest

from specoracle.archive.rows import Refused, Rows
from specoracle.spectra.observation import NUMBERS, TEXTS

# Latin-1 bytes in a path are no UTF-8; Python reads them as lone surrogates.
NAMES = [
    "plain.fits",
    "Škoda/Hα 星.fits",
    b"caf\xe9/a.fits".decode("utf-8", "surrogateescape"),
]


@pytest.fixture
def rows():
    """Make three rows, ``tag`` in every identifier."""

    def make(tag="a"):
        rng = np.random.default_rng(len(tag))
        numbers = {name: rng.normal(size=3) for name in NUMBERS}
        numbers["z"][1] = np.nan
        texts = {name: ["", "G5", "Hα"] for name in TEXTS}
        return Rows(
            flux=rng.normal(size=(3, 140)).astype(np.float32),
            ivar=rng.uniform(size=(3, 140)).astype(np.float32),
            offset=rng.normal(size=3),
            gain=rng.normal(size=3),
            quality=np.array([0, 1, 7], np.uint8),
            identifier=[f"lamost:{tag}-{n}" for n in range(3)],
            root=["root1"] * 3,
            path=NAMES,
            hdu=np.array([0, 1, 1], np.int32),
            source_row=np.array([0, 0, 5], np.int32),
            size=np.array([2880, 1 << 40, 0], np.int64),
            mtime=np.array([1, 1 << 60, 0], np.int64),
            crc=np.array([0, 1, (1 << 32) - 1], np.uint32),
            catalogue=numbers | texts,
            refused=[
                Refused(path=name, reason="Hα: expected …, got …", exception="Error")
                for name in NAMES
            ],
        )

    return make
