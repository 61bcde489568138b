"""What else a folder holds beside files: each function makes one entry at a path.

None of them may harm the files around it, keep the ingest waiting, or go unmentioned.
"""

import os
import socket
import zlib
from contextlib import chdir

from deflate import crc32

GIANT = 10_000_000_000
"""Bytes that a bomb unpacks to, and that a sparse file claims to hold."""

_STEP = 1 << 24


def folder_called_like_a_file(path, content):
    path.mkdir()
    (path / path.name).write_bytes(content)


def unix_socket(path, content):
    # The address of a socket has 108 bytes at most, whatever the folder.
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)


def pipe(path, content):
    os.mkfifo(path)


def link_to_nowhere(path, content):
    path.symlink_to("nowhere.fits")


def link_to_itself(path, content):
    path.symlink_to(path.name)


def links_in_a_loop(path, content):
    other = path.with_name(f".{path.name}")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


def link_to_the_folder_above(path, content):
    path.symlink_to("..")


def link_to_an_endless_device(path, content):
    path.symlink_to("/dev/zero")


def file_that_vanishes(path, content):
    path.write_bytes(content)


def file_without_permission(path, content):
    path.write_bytes(content)
    path.chmod(0)


def sparse_giant(path, content):
    path.write_bytes(content)
    os.truncate(path, GIANT)


def gzip_bomb(path, content, size=GIANT):
    path.write_bytes(bomb(b"", size))


def gzip_bomb_with_a_header(path, content, size=GIANT):
    path.write_bytes(bomb(content, size))


def gzip_bomb_in_members(path, content, size=GIANT):
    path.write_bytes(bomb(b"", size // 20) * 20)


def gzip_bomb_that_claims_to_be_small(path, content, size=GIANT):
    path.write_bytes(bomb(content, size)[:-4] + len(content).to_bytes(4, "little"))


def bomb(begin, size):
    """Gzip ``begin`` and zeros, as a whole file whose checksum holds."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush the same bytes are packed to the same bytes.
    zeros = packer.compress(bytes(_STEP)) + packer.flush(zlib.Z_FULL_FLUSH)
    crc, n_steps = crc32(begin), size // _STEP
    for _ in range(n_steps):
        crc = crc32(bytes(_STEP), crc)
    total = (len(begin) + n_steps * _STEP) % 2**32
    trailer = crc.to_bytes(4, "little") + total.to_bytes(4, "little")
    head = b"\x1f\x8b\x08\0\0\0\0\0\2\xff"
    return head + packed + zeros * n_steps + packer.flush() + trailer


ENTRIES = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        folder_called_like_a_file,
        unix_socket,
        pipe,
        link_to_nowhere,
        link_to_itself,
        links_in_a_loop,
        link_to_the_folder_above,
        link_to_an_endless_device,
        file_that_vanishes,
        file_without_permission,
        sparse_giant,
    )
}
"""Makers ``(path, content)`` of entries that cost nothing to make, by name."""

BOMBS = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        gzip_bomb,
        gzip_bomb_with_a_header,
        gzip_bomb_in_members,
        gzip_bomb_that_claims_to_be_small,
    )
}
"""Makers ``(path, content, size)`` of small files that unpack to that size, by name."""
