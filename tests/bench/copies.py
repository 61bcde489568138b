"""Survey files in any number: some spectra under many identities.

An ingest refuses the second file of one identifier, so each copy gets a plan and a file
name of its own in its header. The data are packed once by zlib's usual level 6, like
those of the survey, and every copy packs its header anew in front of them: one gzip
member, ten times as fast to write as a file that is packed whole.
"""

import multiprocessing
import struct
import zlib
from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path

import deflate
import numpy as np
from astropy.io import fits
from isal import isal_zlib

from specoracle.simulate.lamost_files import fits_bytes
from specoracle.simulate.survey import survey_star

CARD, BLOCK = 80, 2880
PER_FOLDER = 1000
PER_STAR = 7
"""Observations of one simulated star, each with noise of its own."""

_GZIP = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, 0, 0, 0, 255)
_END = b"END".ljust(CARD)


class Original:
    """The content of a LAMOST file, to be written under other identities."""

    def __init__(self, content):
        end = next(i for i in range(0, len(content), CARD) if content[i : i + 80] == _END)
        start = -(-(end + CARD) // BLOCK) * BLOCK
        self.header, self.body = bytearray(content[:start]), content[start:]

    def numbered(self, number):
        """The file, with the plan and the file name of that number."""
        self._head(number)
        return bytes(self.header) + self.body

    def packed(self, number):
        """The same file, gzipped."""
        self._head(number)
        crc = deflate.crc32(self.body, deflate.crc32(bytes(self.header)))
        trailer = struct.pack("<II", crc, len(self.header) + len(self.body))
        stream = isal_zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        head = stream.compress(bytes(self.header)) + stream.flush(zlib.Z_FULL_FLUSH)
        return b"".join((_GZIP, head, self._packed_body, trailer))

    @cached_property
    def _packed_body(self):
        stream = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        return stream.compress(self.body) + stream.flush(zlib.Z_FINISH)

    @cached_property
    def _places(self):
        cards = range(0, len(self.header), CARD)
        return {bytes(self.header[i : i + 8]).decode().strip(): i for i in cards}

    def _head(self, number):
        for key, value in (("PLANID", f"B{number:08d}"), ("FILENAME", name_of(number))):
            place = self._places[key]
            card = f"{key:<8}= '{value}'".ljust(CARD).encode()
            self.header[place : place + CARD] = card


def name_of(number):
    """Name of a copy, as it stands in its header."""
    return f"spec-{number:08d}.fits"


def simulated(index, *, layout="image"):
    """Content of a simulated file; stars repeat, their noise does not."""
    star = _star(index // PER_STAR)
    sigma = np.where(star.ivar > 0, 1.0 / np.sqrt(np.maximum(star.ivar, 1e-30)), 0.0)
    noise = np.random.default_rng(index).normal(0.0, 0.5, sigma.size) * sigma
    return fits_bytes(replace(star, flux=star.flux + noise), layout=layout)


def short(index):
    """Content of a simulated file that covers the window of the recipe halpha alone."""
    star = _star(index)
    inside = (star.wavelength > 6510.0) & (star.wavelength < 6741.0)
    names = ("wavelength", "flux", "ivar", "andmask", "ormask", "continuum")
    cut = {name: getattr(star, name)[inside] for name in names}
    return fits_bytes(replace(star, **cut))


def real(index, *, paths):
    """Content of a real file, unpacked."""
    content = Path(paths[index]).read_bytes()
    packed = content.startswith(b"\x1f\x8b")
    return zlib.decompress(content, 31) if packed else content


def real_paths(folder, *, layout):
    """Real LAMOST files of a layout whose images hold a row of wavelengths."""
    paths = sorted(folder.glob("*.fits*"))
    return [str(path) for path in paths if _layout(path) == layout]


def write_copies(make, folder, numbers, *, n_originals, packed=True, n_processes=2):
    """Write files of the given numbers; number n is a copy of original n mod n_originals.

    ``make(index)`` returns the content of an original.
    """
    for number in range(numbers.start // PER_FOLDER * PER_FOLDER, numbers.stop, PER_FOLDER):
        _folder_of(folder, number).mkdir(parents=True, exist_ok=True)
    work = partial(_write, make, folder, numbers, n_originals, packed)
    if n_processes == 1:
        for index in range(n_originals):
            work(index)
        return
    with multiprocessing.get_context("spawn").Pool(n_processes) as pool:
        for _ in pool.imap_unordered(work, range(n_originals), chunksize=PER_STAR):
            pass


def _write(make, folder, numbers, n_originals, packed, index):
    mine = range(
        index + _round_up(numbers.start - index, n_originals), numbers.stop, n_originals
    )
    if not mine:
        return
    original = Original(make(index))
    for number in mine:
        content = original.packed(number) if packed else original.numbered(number)
        path = _folder_of(folder, number) / f"{name_of(number)}{'.gz' if packed else ''}"
        path.write_bytes(content)


def _round_up(value, step):
    return max(0, -(-value // step) * step)


def _folder_of(folder, number):
    return Path(folder) / f"{number // PER_FOLDER:05d}"


@lru_cache(maxsize=2)
def _star(index):
    return survey_star(1, index, label=("absorption", "emission")[index % 20 == 0])


@cache
def _layout(path):
    with fits.open(path) as hdus:
        header = hdus[0].header
        if len(hdus) > 1 and hdus[1].name == "COADD":
            return "table"
        image = header.get("NAXIS2") == 5 and "avelength" in header.get("EXTEN0", "")
        return "image" if image else None
