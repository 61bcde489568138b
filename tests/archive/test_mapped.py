import h5py
import numpy as np
import psutil
import pytest

from specoracle.archive import mapped
from specoracle.archive.mapped import MappedShards
from specoracle.archive.rows import open_rows, write_rows
from specoracle.errors import ArchiveError


@pytest.fixture
def paths(packed):
    return sorted(packed.shards.iterdir())


def every_dataset(path):
    found = {}
    with open_rows(path) as file:
        file.visititems(
            lambda name, node: (
                found.update({name: node[...]}) if isinstance(node, h5py.Dataset) else None
            )
        )
    return found


def test_every_column_is_what_hdf5_reads(paths):
    shards = MappedShards(paths)
    for number, path in enumerate(paths):
        for name, values in every_dataset(path).items():
            for read in (shards.column, shards.passing):
                column = read(number, name)
                assert column.shape == values.shape
                assert column.flags.aligned
                assert column.flags.writeable
                np.testing.assert_array_equal(column, values, name)


def test_columns_that_are_packed_or_were_never_written_are_read_too(tmp_path):
    path = tmp_path / "shard.h5"
    values = np.arange(600.0).reshape(100, 6)
    with h5py.File(path, "w") as file:
        file.attrs.update({"format": "specoracle-rows", "version": 1})
        file.create_dataset("packed", data=values, chunks=(10, 6), compression="gzip")
        file.create_dataset("blank", (100, 6), "<f4")
        file.create_dataset("none", (0, 6), "<f4")
    shards = MappedShards([path])
    np.testing.assert_array_equal(shards.column(0, "packed"), values)
    np.testing.assert_array_equal(shards.column(0, "blank"), np.zeros((100, 6)))
    assert shards.column(0, "none").shape == (0, 6)


def test_writing_into_a_column_changes_no_file(paths):
    before = paths[0].read_bytes()
    for read in (MappedShards(paths).column, MappedShards(paths).passing):
        read(0, "flux")[:] = 7.0
    assert paths[0].read_bytes() == before


def test_what_was_read_stays_when_the_file_is_replaced(paths, rows):
    shards = MappedShards(paths)
    flux = shards.column(0, "flux")
    kept = flux.copy()
    write_rows(paths[0], rows("a much longer name"))
    np.testing.assert_array_equal(flux, kept)
    np.testing.assert_array_equal(shards.column(0, "flux"), kept)
    assert shards.passing(0, "identifier")[0] == b"lamost:a much longer name-0"


def test_a_column_of_a_file_that_was_replaced_is_refused(paths, rows):
    shards = MappedShards(paths)
    shards.column(0, "flux")
    write_rows(paths[0], rows("other"))
    with pytest.raises(ArchiveError, match=r"got another\. Open the archive again"):
        shards.column(0, "ivar")


def test_an_unknown_column_is_refused_with_the_known_ones(paths):
    with pytest.raises(ArchiveError, match=r"out of .*flux.*, got mass\. Choose"):
        MappedShards(paths).column(0, "mass")


def test_few_files_are_open_however_many_there_are(paths, monkeypatch):
    monkeypatch.setattr(mapped, "MAPPED_FILES", 4)
    shards = MappedShards(paths * 30)
    before = psutil.Process().num_fds()
    for number in range(90):
        shards.column(number, "flux")
    assert psutil.Process().num_fds() <= before + 4
