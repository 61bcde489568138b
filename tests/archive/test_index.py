import hashlib

import numpy as np

from specoracle.archive.index import (
    Index,
    Shard,
    hash_identifiers,
    read_shards,
    write_index,
)
from specoracle.archive.layout import Layout


def test_a_hash_is_the_first_eight_bytes_of_blake2b():
    names = ["lamost:55859-F5902_sp01-001", "Hα"]
    expected = [
        int.from_bytes(hashlib.blake2b(n.encode(), digest_size=8).digest(), "little")
        for n in names
    ]
    assert hash_identifiers(names).tolist() == expected
    assert hash_identifiers([]).shape == (0,)


def test_every_identifier_finds_its_row(tmp_path):
    names = [f"star-{n}" for n in range(1000)]
    write_index(Layout(tmp_path), [Shard("a.h5", 1000)], hash_identifiers(names))
    found = Index(Layout(tmp_path)).candidates(names)
    assert [rows.tolist() for rows in found] == [[n] for n in range(1000)]
    assert read_shards(Layout(tmp_path)) == [Shard("a.h5", 1000)]


def test_identifiers_that_share_a_hash_are_all_candidates(tmp_path):
    hashes = hash_identifiers(["a", "b", "a", "c", "a"])
    write_index(Layout(tmp_path), [Shard("a.h5", 5)], hashes)
    index = Index(Layout(tmp_path))
    (rows,) = index.candidates(["a"])
    assert rows.tolist() == [0, 2, 4]
    np.testing.assert_array_equal(index.hashes, np.sort(hashes))


def test_an_archive_without_an_index_is_empty(tmp_path):
    assert read_shards(Layout(tmp_path)) == []
    (rows,) = Index(Layout(tmp_path)).candidates(["a"])
    assert rows.size == 0
