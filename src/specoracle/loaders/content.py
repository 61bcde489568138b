"""The bytes of a survey file, unpacked and verified.

A gzip file ends with the checksum and the size of what it holds. Both are compared, so
what is returned here is what the survey packed.
"""

import gzip
import os
import stat
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import deflate

from specoracle.errors import LoaderError

LARGEST = 1 << 28
"""Most bytes of a survey file, unpacked; more is a gzip bomb, or not one of ours."""

_MAGIC = b"\x1f\x8b"
_TRAILER = struct.Struct("<II")
_STEP = 1 << 20

# Opening a pipe must not wait for somebody to write into it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# A file beyond reach, damaged, or not what its name promises.
_UNREADABLE = (OSError, EOFError, ValueError, zlib.error, MemoryError)


class Content(NamedTuple):
    """What a survey file holds.

    Attributes
    ----------
    data
        All bytes, unpacked.
    crc
        CRC-32 of these.
    """

    data: bytes | bytearray
    crc: int


def read_content(path: str | Path) -> Content:
    """Read a survey file, unpacked when gzipped.

    Raises
    ------
    LoaderError
        If it cannot be read, is no regular file, fails its checksum, or is too large.
    """
    try:
        data = _read(path)
        return _unpack(data) if data.startswith(_MAGIC) else Content(data, _crc(data))
    except _UNREADABLE as reason:
        raise LoaderError(
            f"{os.path.basename(path)}: expected a readable file, got "  # noqa: PTH119
            f"{type(reason).__name__}: {reason}. Fetch the file again."
        ) from reason


def _read(path: str | Path) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > LARGEST:
            raise OSError(f"{status.st_size:,} bytes, more than {LARGEST:,}")
        # One byte more than there are: a file that ends where it should needs one call.
        data = os.read(descriptor, status.st_size + 1)
        while len(data) < status.st_size and (more := os.read(descriptor, _STEP)):
            data += more
        return data
    finally:
        os.close(descriptor)


def _unpack(packed: bytes) -> Content:
    """Unpack at once where the end says what to expect, else as the standard library."""
    crc, size = _TRAILER.unpack(packed[-8:]) if len(packed) > 18 else (0, 0)
    # Deflate packs 1,032 bytes into one at best.
    if 0 < size <= min(LARGEST, 1032 * len(packed)):
        try:
            data = deflate.gzip_decompress(packed)
        except (deflate.DeflateError, ValueError):
            data = bytearray()
        # Of several members only the first is unpacked; then these are another's. (A
        # member that is followed by its own copy counts once: it is one spectrum.)
        if len(data) == size and _crc(data) == crc:
            return Content(data, crc)
    content = _unpack_slowly(packed)
    return Content(content, _crc(content))


def _unpack_slowly(packed: bytes) -> bytes:
    """Unpack any number of members; the standard library words what is wrong."""
    size = 0
    with gzip.open(BytesIO(packed)) as stream:
        while chunk := stream.read(_STEP):
            size += len(chunk)
            if size > LARGEST:
                raise OSError(f"more than {LARGEST:,} bytes when unpacked")
        stream.seek(0)
        return stream.read(size)


def _crc(data: bytes | bytearray) -> int:
    return int(deflate.crc32(data))
