"""What ingest is measured against: two ways to read with astropy, and gunzip alone.

All of them end with float32 or float64 spectra on the 140 points of the recipe halpha.
"""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import deflate
import h5py
import numpy as np
from astropy.io import fits
from isal import isal_zlib
from sklearn.preprocessing import minmax_scale

GRID = np.linspace(6519.0, 6732.0, 140)

CATALOGUE = (
    *("LMJD", "PLANID", "SPID", "FIBERID", "OBSID", "RA", "DEC", "Z", "CLASS", "SUBCLASS"),
    *("DATE-OBS", "DATA_V", "VERSPIPE", "SNRU", "SNRG", "SNRR", "SNRI", "SNRZ", "FILENAME"),
)
"""Cards that a catalogue is made of."""


def predecessor(paths, result):
    """The pre-processing of the predecessor: two rows, one card, all kept to the end."""
    names, fluxes = [], []
    for path in paths:
        with fits.open(path) as hdus:
            names.append(hdus[0].header["FILENAME"])
            fluxes.append(np.interp(GRID, hdus[0].data[2], hdus[0].data[0]))
    scaled = minmax_scale(np.array(fluxes), feature_range=(-1, 1), axis=1)
    with h5py.File(result, "w") as file:
        file.create_dataset("filenames", data=names, dtype=h5py.string_dtype())
        file.create_dataset("fluxes", data=scaled)
        file.create_dataset("wave", data=GRID)


def naive(paths, result):
    """Astropy with its defaults for what an archive holds: all rows, ivar, catalogue."""
    said, fluxes, ivars = [], [], []
    for path in paths:
        cards, (flux, ivar, wavelength, *_) = read_naively(path)
        said.append(cards)
        fluxes.append(np.interp(GRID, wavelength, flux))
        ivars.append(np.interp(GRID, wavelength, ivar))
    scaled = minmax_scale(np.array(fluxes), feature_range=(-1, 1), axis=1)
    with h5py.File(result, "w") as file:
        file.create_dataset("fluxes", data=scaled)
        file.create_dataset("ivars", data=np.array(ivars))
        for key in CATALOGUE:
            column = [str(cards[key]) for cards in said]
            file.create_dataset(key, data=column, dtype=h5py.string_dtype())


def read_naively(path):
    """All rows or columns of a file, flux, ivar and wavelength first, and its cards."""
    with fits.open(path) as hdus:
        cards = {key: hdus[0].header.get(key) for key in CATALOGUE}
        if hdus[0].header["NAXIS"]:
            return cards, [np.array(row, np.float32) for row in hdus[0].data]
        row = hdus[1].data[0]
        return cards, [np.array(row[name], np.float32) for name in hdus[1].columns.names]


def gunzip_deflate(packed):
    """Unpack bytes from memory by libdeflate, checksum verified, results thrown away."""
    for content in packed:
        deflate.gzip_decompress(content)


def gunzip_isal(packed):
    """The same by ISA-L."""
    for content in packed:
        isal_zlib.decompress(content, 31)


def read_and_gunzip(paths):
    """Unpack files instead: the limit of whatever begins with a file."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        content = os.read(descriptor, os.fstat(descriptor).st_size)
        os.close(descriptor)
        deflate.gzip_decompress(content)


class TwoGunzips:
    """Two processes that unpack half of the files each, at once, from memory."""

    def __init__(self, paths):
        spawn = multiprocessing.get_context("spawn")
        self._halves = [ProcessPoolExecutor(1, mp_context=spawn) for _ in range(2)]
        for number, half in enumerate(self._halves):
            half.submit(_keep, [str(path) for path in paths[number::2]]).result()

    def seconds(self):
        """From the first begun to the last done."""
        spans = [future.result() for future in [h.submit(_unpack) for h in self._halves]]
        return max(stop for _, stop in spans) - min(start for start, _ in spans)

    def close(self):
        """End both processes."""
        for half in self._halves:
            half.shutdown()


_kept = []


def _keep(paths):
    _kept[:] = [Path(path).read_bytes() for path in paths]


def _unpack():
    start = time.monotonic()
    gunzip_deflate(_kept)
    return start, time.monotonic()
