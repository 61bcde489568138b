from dataclasses import replace

import h5py
import numpy as np
import pytest

from specoracle.archive.damage import damaged_identifiers, damaged_rows
from specoracle.archive.listing import read_shards
from specoracle.archive.rows import open_rows


def place_of(path, column, row):
    """Byte of the file at which a row of a column begins."""
    with h5py.File(path) as file:
        dataset = file[column]
        return dataset.id.get_offset() + row * (dataset.nbytes // len(dataset))


@pytest.mark.parametrize("column", ["flux", "ivar", "checksum", "quality", "catalogue/ra"])
@pytest.mark.parametrize("row", [0, 2])
def test_a_flipped_bit_is_traced_to_its_spectrum(packed, flip, column, row):
    shard = read_shards(packed)[1]
    path = packed.shards / shard.name
    flip(path, place=place_of(path, column, row))
    assert damaged_identifiers(packed, shard) == [f"lamost:b-{row}"]


def test_a_changed_identifier_is_named_as_it_was(packed, flip):
    shard = read_shards(packed)[1]
    path = packed.shards / shard.name
    flip(path, place=place_of(path, "identifier", 1) + 7)
    assert damaged_identifiers(packed, shard) == ["lamost:b-1"]


def test_all_spectra_of_a_shard_that_is_gone_or_unreadable_are_named(packed):
    shard = read_shards(packed)[1]
    path = packed.shards / shard.name
    expected = ["lamost:b-0", "lamost:b-1", "lamost:b-2"]
    path.write_bytes(path.read_bytes()[:-100])
    assert damaged_identifiers(packed, shard) == expected
    path.write_bytes(b"no longer HDF5")
    assert damaged_identifiers(packed, shard) == expected
    path.unlink()
    assert damaged_identifiers(packed, shard) == expected
    (packed.catalogue / "0001-10000.parquet").unlink()
    assert damaged_identifiers(packed, shard) == []


def test_rows_are_compared_with_their_checksums_without_a_catalogue(packed, flip):
    shard = read_shards(packed)[0]
    path = packed.shards / shard.name
    (packed.catalogue / "0001-9999.parquet").unlink()
    with open_rows(path) as file:
        assert not damaged_rows(file).any()
    flip(path, place=place_of(path, "flux", 1) + 100)
    assert damaged_identifiers(packed, shard) == ["lamost:a-1"]


@pytest.mark.parametrize("listed", [True, False])
def test_wherever_a_bit_of_the_catalogue_flips_the_shard_tells(packed, flip, listed):
    shard = read_shards(packed)[0]
    path = packed.shards / shard.name
    flip(path, place=place_of(path, "flux", 1))
    catalogue = packed.catalogue / "0001-9999.parquet"
    content = catalogue.read_bytes()
    for seed in range(100):
        catalogue.write_bytes(content)
        flip(catalogue, seed)
        asked = shard if listed else replace(shard, catalogue_crc32=None)
        assert "lamost:a-1" in damaged_identifiers(packed, asked), seed
        assert not listed or len(damaged_identifiers(packed, asked)) == 1


def test_wherever_a_bit_flips_the_shard_is_read_or_given_up(packed, flip):
    shard = read_shards(packed)[0]
    path = packed.shards / shard.name
    content = path.read_bytes()
    known = {f"lamost:a-{n}" for n in range(3)}
    for seed in range(300):
        path.write_bytes(content)
        place = int(np.random.default_rng(seed).integers(len(content)))
        flip(path, seed, place)
        assert set(damaged_identifiers(packed, shard)) <= known, place
