"""LAMOST low-resolution files without astropy, ten times as fast, bit for bit the same.

Takes the layouts that come in millions, in the form that all their files have. Whatever
else a file may be, `read` says nothing and `survey_file` asks astropy.
"""

import re

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders.header import text
from specoracle.loaders.lamost_lrs import IMAGE_ROWS, observation
from specoracle.loaders.quick_header import BLOCK, NotPlain, QuickHeader, read_header
from specoracle.spectra.observation import Observation

Rows = npt.NDArray[np.floating]

_IMAGE_TYPES = {-32: ">f4", -64: ">f8"}
_COLUMN = re.compile(r"(\d{1,7})E")
_LARGEST = 1_000_000
"""Most pixels; a header that says more is astropy's to judge."""


def read(content: bytes) -> list[Observation] | None:
    """Read the spectrum of an unpacked file, or return ``None`` when not certain."""
    try:
        header = read_header(content, 0)
        if "LAMOST" not in (text(header, ["TELESCOP", "ORIGIN"]) or ""):
            return None
        _check_structure(header)
        if header.get("NAXIS") == 2:
            rows = _image(header)
            return [observation(header, rows, layout="image")]
        return [observation(header, _table(header), layout="table")]
    except (NotPlain, LoaderError, SpectrumError, ValueError, TypeError, KeyError):
        # Errors too are astropy's to word, from what it makes of the file.
        return None


def _check_structure(header: QuickHeader) -> None:
    """Ask for what makes a FITS file one: astropy takes none without."""
    types = {8, 16, 32, 64, -32, -64}
    extend = header.get("EXTEND", True)
    simple = header.get("SIMPLE") is True and isinstance(extend, bool)
    if not simple or _whole(header, "BITPIX") not in types:
        raise NotPlain


def _image(header: QuickHeader) -> Rows:
    dtype, n = _IMAGE_TYPES.get(_whole(header, "BITPIX")), _whole(header, "NAXIS1")
    plain = _whole(header, "NAXIS2") == IMAGE_ROWS
    # Random groups and tile compression announce themselves by these.
    special = {"PCOUNT", "GCOUNT", "XTENSION", "ZIMAGE", "ZBITPIX"} & header.places.keys()
    if dtype is None or not plain or special or not 2 <= n <= _LARGEST:
        raise NotPlain
    values = np.frombuffer(header.content, dtype, IMAGE_ROWS * n, header.stop)
    return values.reshape(IMAGE_ROWS, n)


def _table(primary: QuickHeader) -> dict[str, Rows]:
    if _whole(primary, "NAXIS") != 0:
        raise NotPlain
    header = read_header(primary.content, primary.stop)
    expected = {"BITPIX": 8, "NAXIS": 2, "NAXIS2": 1, "PCOUNT": 0, "GCOUNT": 1}
    plain = all(_whole(header, key) == value for key, value in expected.items())
    if (
        not plain
        or header.get("XTENSION") != "BINTABLE"
        or header.get("EXTNAME") != "COADD"
    ):
        raise NotPlain
    columns = _columns(header)
    stop = header.stop + -(-_whole(header, "NAXIS1") // BLOCK) * BLOCK
    if len(header.content) != stop:
        raise NotPlain
    return columns


def _columns(header: QuickHeader) -> dict[str, Rows]:
    n_columns = _whole(header, "TFIELDS")
    special = ("TSCAL", "TZERO", "TNULL", "TDIM", "TDISP", "TTYPE", "TFORM")
    wanted = {f"{word}{i}" for word in special[-2:] for i in range(1, n_columns + 1)}
    found = {key for key in header.places if key.startswith(special)}
    if found != wanted:
        raise NotPlain
    columns, place = {}, header.stop
    for i in range(1, n_columns + 1):
        match = _COLUMN.fullmatch(str(header.get(f"TFORM{i}")))
        name = str(header.get(f"TTYPE{i}"))
        if match is None or name in columns or int(match.group(1)) < 2:
            raise NotPlain
        n = int(match.group(1))
        columns[name] = np.frombuffer(header.content, ">f4", n, place)
        place += 4 * n
    if place - header.stop != _whole(header, "NAXIS1"):
        raise NotPlain
    return columns


def _whole(header: QuickHeader, key: str) -> int:
    value = header.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotPlain
    return value
