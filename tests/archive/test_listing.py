import json
import zlib

import pytest

from specoracle.archive.layout import Layout
from specoracle.archive.listing import (
    Listing,
    Shard,
    file_crc32,
    listing_path,
    read_listing,
    read_shards,
    write_listing,
)
from specoracle.errors import ArchiveError

LISTING = Listing(
    shards=(Shard("a.h5", 5, 4096, 7, 8), Shard("b.h5", 3, 2048, None, None)),
    files={"rejected.csv": 1, "plan/Škoda.jsonl": 2},
    recipe_crc32=3,
)


def test_a_list_comes_back_as_it_was_written(tmp_path):
    layout = Layout(tmp_path)
    assert read_listing(layout) == Listing()
    assert len(read_shards(layout)) == 0
    write_listing(layout, LISTING)
    assert read_listing(layout) == LISTING
    assert tuple(read_shards(layout)) == LISTING.shards
    assert LISTING.n_spectra == 8


def test_a_list_that_was_changed_is_refused(tmp_path):
    layout = Layout(tmp_path)
    write_listing(layout, LISTING)
    path = listing_path(layout)
    for old, new in (('"n_spectra": 5', '"n_spectra": 4'), ("a.h5", "c.h5"), ("{", "")):
        text = path.read_text()
        path.write_text(text.replace(old, new, 1))
        with pytest.raises(ArchiveError, match=r"shards\.json: expected .*verify --repair"):
            read_listing(layout)
        path.write_text(text)
    # A list of version 1 is no list of this version.
    path.write_text(json.dumps([{"name": "a.h5", "n_spectra": 5}]))
    with pytest.raises(ArchiveError, match=r"shards\.json: expected"):
        read_listing(layout)


def test_the_checksum_of_a_file_is_that_of_zlib(tmp_path):
    path = tmp_path / "file"
    assert file_crc32(path) is None
    for content in (b"", b"123456789", bytes(range(256)) * 40_000):
        path.write_bytes(content)
        assert file_crc32(path) == zlib.crc32(content)
    # The check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms.
    path.write_bytes(b"123456789")
    assert file_crc32(path) == 0xCBF43926
