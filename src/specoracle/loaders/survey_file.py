"""Read a survey file, plain or gzipped, by what it holds and not by its name."""

import contextlib
import gzip
import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from astropy.io import fits
from astropy.io.fits.verify import VerifyError
from isal import isal_zlib
from isal.igzip_lib import IsalError

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders import lamost_lrs, quick_lamost_lrs
from specoracle.spectra.observation import Observation

LARGEST = 1 << 30
"""Most bytes of an unpacked survey file; more is a gzip bomb."""

_GZIP = 31
"""Window bits that ask zlib for gzip's header, and for its checksum to be verified."""


@dataclass(frozen=True, slots=True)
class Loader:
    """How one survey's files are told from others and read."""

    recognises: Callable[[fits.HDUList], bool]
    read: Callable[[fits.HDUList], list[Observation]]


LOADERS = {"lamost-lrs": Loader(lamost_lrs.recognises, lamost_lrs.read)}
"""Loaders by name, asked in this order."""

# What astropy, gzip and numpy raise on files that are damaged or no FITS at all.
_UNREADABLE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    VerifyError,
)


def load(path: Path) -> list[Observation]:
    """Read all spectra of a survey file.

    Parameters
    ----------
    path
        A FITS file, gzipped or not, of any name.

    Raises
    ------
    LoaderError
        If the file cannot be read, or no loader knows it; the message says why.
    """
    return parse(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, unpacked when gzipped, its checksum verified."""
    try:
        content = path.read_bytes()
        return _unpack(content) if content.startswith(b"\x1f\x8b") else content
    except (OSError, EOFError, zlib.error, MemoryError) as reason:
        raise LoaderError(
            f"{path.name}: expected a readable file, got {type(reason).__name__}: "
            f"{reason}. Fetch the file again."
        ) from reason


def parse(content: bytes, name: str) -> list[Observation]:
    """Read all spectra from the bytes of a FITS file called ``name``."""
    if not content.startswith(b"SIMPLE"):
        raise LoaderError(
            f"{name}: expected a FITS file, got {_kind(content)}. Leave it out, or "
            "convert it to FITS."
        )
    quick = quick_lamost_lrs.read(content)
    return parse_with_astropy(content, name) if quick is None else quick


def parse_with_astropy(content: bytes, name: str) -> list[Observation]:
    """Read as `parse` does, but by astropy alone: the judge of the quick readers."""
    try:
        with warnings.catch_warnings():
            # Unusual cards are common in survey files and harmless here.
            warnings.simplefilter("ignore")
            with fits.open(BytesIO(content), memmap=False) as hdus:
                return _loader_of(hdus).read(hdus)
    except (LoaderError, SpectrumError) as reason:
        raise LoaderError(f"{name}: {reason}") from reason
    except _UNREADABLE as reason:
        raise LoaderError(
            f"{name}: expected a whole FITS file, got one that astropy cannot read "
            f"({type(reason).__name__}: {reason}). Fetch the file again."
        ) from reason


def _unpack(content: bytes) -> bytes:
    decoder = isal_zlib.decompressobj(wbits=_GZIP)
    with contextlib.suppress(IsalError):  # type: ignore[arg-type]
        unpacked = decoder.decompress(content, LARGEST + 1)
        if decoder.eof and not decoder.unused_data and len(unpacked) <= LARGEST:
            return unpacked
    # Several members, or damage: the standard library judges, and words the error.
    with gzip.open(BytesIO(content)) as stream:
        unpacked = stream.read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise OSError(f"more than {LARGEST} bytes when unpacked")
    return unpacked


def _loader_of(hdus: fits.HDUList) -> Loader:
    for loader in LOADERS.values():
        if loader.recognises(hdus):
            return loader
    shapes = ", ".join(f"{hdu.name or 'HDU'} {_shape(hdu)}" for hdu in hdus)
    raise LoaderError(
        f"expected a layout that one of the loaders knows ({', '.join(LOADERS)}), got "
        f"{shapes[:200]}. Leave the file out."
    )


def _shape(hdu: Any) -> str:
    if isinstance(hdu, (fits.BinTableHDU, fits.TableHDU)):
        return f"(table of {hdu.header['NAXIS2']} rows)"
    return str(hdu.shape or "(empty)")


def _kind(content: bytes) -> str:
    return "an empty file" if not content else f"one that begins with {content[:8]!r}"
