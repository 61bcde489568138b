import gzip
import os
import struct
import subprocess
import sys
import zlib

import pytest

from specoracle.errors import LoaderError
from specoracle.loaders import content
from specoracle.loaders.content import read_content

BYTES = bytes(range(256)) * 40


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "a.fits.gz"
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_bytes_come_back_with_their_checksum(file, pack):
    found = read_content(file(pack(BYTES)))
    assert found.data == BYTES
    assert found.crc == zlib.crc32(BYTES)


def test_members_that_follow_one_another_are_all_unpacked(file):
    # RFC 1952, 2.2: a file is a series of members, each with a size of its own.
    members = [BYTES, BYTES[5:], b"", BYTES[::-1]]
    found = read_content(file(b"".join(map(gzip.compress, members))))
    assert found.data == b"".join(members)
    assert found.crc == zlib.crc32(b"".join(members))


def test_members_of_equal_size_are_not_taken_for_one(file):
    found = read_content(file(gzip.compress(BYTES) + gzip.compress(BYTES[::-1])))
    assert found.data == BYTES + BYTES[::-1]


def test_names_and_comments_of_a_member_do_no_harm(file):
    # RFC 1952, 2.3: flags 8 and 16 announce a name and a comment that end in a zero.
    packed = bytearray(gzip.compress(BYTES, mtime=0))
    packed[3] |= 8 | 16
    assert read_content(file(packed[:10] + b"a.fits\0words\0" + packed[10:])).data == BYTES


@pytest.mark.parametrize("place", [-1, -4, -5, -8, 20, 100])
def test_a_flipped_bit_is_found(file, place):
    packed = bytearray(gzip.compress(BYTES))
    packed[place] ^= 1
    with pytest.raises(LoaderError, match=r"a.fits.gz: expected .* got .*Fetch"):
        read_content(file(packed))


@pytest.mark.parametrize("size", [0, 1, len(BYTES) - 1, len(BYTES) + 1, 2**32 - 1])
def test_a_size_that_lies_is_found(file, size):
    packed = gzip.compress(BYTES)[:-4] + struct.pack("<I", size)
    with pytest.raises(LoaderError, match="Incorrect length"):
        read_content(file(packed))


@pytest.mark.parametrize("n_bytes", [0, 1, 2, 9, 17, 18, 50])
def test_what_is_cut_short_is_refused(file, n_bytes):
    packed = gzip.compress(BYTES)[:n_bytes]
    if n_bytes < 2:  # not yet known to be gzip
        assert read_content(file(packed)).data == packed
        return
    with pytest.raises(LoaderError, match=r"expected a readable file, got"):
        read_content(file(packed))


def test_garbage_behind_a_member_is_refused(file):
    with pytest.raises(LoaderError, match="Not a gzipped file"):
        read_content(file(gzip.compress(BYTES) + b"garbage"))


def test_zeros_behind_a_member_are_padding(file):
    assert read_content(file(gzip.compress(BYTES) + bytes(512))).data == BYTES


def test_a_gzip_bomb_is_refused_and_what_just_fits_is_not(file, monkeypatch):
    path = file(gzip.compress(BYTES))
    monkeypatch.setattr(content, "LARGEST", len(BYTES))
    assert read_content(path).data == BYTES
    monkeypatch.setattr(content, "LARGEST", len(BYTES) - 1)
    with pytest.raises(LoaderError, match="more than 10,239 bytes when unpacked"):
        read_content(path)


def test_a_plain_file_that_is_too_large_is_not_read(file, monkeypatch):
    monkeypatch.setattr(content, "LARGEST", len(BYTES) - 1)
    with pytest.raises(LoaderError, match="10,240 bytes, more than 10,239"):
        read_content(file(BYTES))


@pytest.mark.parametrize("lie", ["", "\xff\xff\xff\x1f"], ids=["honest", "lying"])
def test_a_bomb_takes_little_memory(tmp_path, lie):
    pytest.importorskip("resource")
    path = tmp_path / "bomb.fits.gz"
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        zeros = bytes(1 << 24)
        for _ in range(48):
            file.write(packer.compress(zeros))
        file.write(packer.flush())
    if lie:
        with path.open("r+b") as file:
            file.seek(-4, os.SEEK_END)
            file.write(lie.encode("latin-1"))
    code = (
        "import resource, sys\n"
        "from specoracle.errors import LoaderError\n"
        "from specoracle.loaders.content import read_content\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: read_content(sys.argv[1])\n"
        "except LoaderError as reason: print('when unpacked' in str(reason))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    said, kilobytes = done.stdout.split()
    assert said == "True"
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(kilobytes) * unit < content.LARGEST + (100 << 20)


def test_a_pipe_is_refused_at_once(tmp_path):
    path = tmp_path / "pipe.fits"
    os.mkfifo(path)
    with pytest.raises(LoaderError, match="not a regular file"):
        read_content(path)
