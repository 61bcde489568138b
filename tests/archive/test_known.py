import numpy as np
import pytest

from specoracle.archive.index import hash_identifiers, shard_hashes
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import Layout
from specoracle.archive.rows import open_rows

NAMES = ["lamost:a-0", "lamost:b-2", "lamost:c-1", "lamost:none", "lamost:a-0"]


def hashes_of(layout, name):
    with open_rows(layout.shards / name) as file:
        return shard_hashes(file)


def test_it_knows_what_a_set_would_know(tmp_path):
    known, plain = KnownIdentifiers(Layout(tmp_path)), set()
    rng = np.random.default_rng(5)
    for _ in range(60):
        hashes = rng.choice(4000, rng.integers(0, 90), replace=False).astype(np.uint64)
        held = known.holds(hashes)
        assert held.tolist() == [value in plain for value in hashes.tolist()]
        known.add(hashes[~held])
        plain.update(hashes.tolist())
        assert len(known) == len(plain)


def test_an_archive_is_known_from_its_index(packed):
    known = KnownIdentifiers(packed)
    assert len(known) == 9
    assert known.holds(hash_identifiers(NAMES)).tolist() == [1, 1, 1, 0, 1]
    assert all(known.covers(path.name) for path in packed.shards.iterdir())


@pytest.mark.parametrize("damage", ["gone", "another"])
def test_nothing_is_known_from_behind_a_shard_that_is_to_be_packed(packed, rows, damage):
    path = packed.shards / "0001-10000.h5"
    if damage == "gone":
        path.unlink()
    else:  # as after a kill between a shard's new catalogue and the list
        (packed.catalogue / "0001-10000.parquet").unlink()
    known = KnownIdentifiers(packed)
    assert len(known) == 3
    assert known.holds(hash_identifiers(NAMES)).tolist() == [1, 0, 0, 0, 1]
    assert [known.covers(p) for p in ("0001-9999.h5", "0002-0000.h5")] == [True, False]
    known.add(hashes_of(packed, "0002-0000.h5"))
    assert known.holds(hash_identifiers(NAMES)).tolist() == [1, 0, 1, 0, 1]


@pytest.mark.parametrize("name", ["identifiers.npy", "shards.json"])
def test_a_damaged_index_is_not_believed(packed, flip, name):
    flip(packed.index / name)
    known = KnownIdentifiers(packed)
    assert len(known) == 0
    assert not known.holds(hash_identifiers(NAMES)).any()
