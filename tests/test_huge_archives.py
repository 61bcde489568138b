"""The guard of `conftest.huge_archives` itself: it lets nobody read a pool at once."""

import numpy as np
import pytest

from specoracle.archive.archive import Archive


@pytest.fixture
def archive(archive_folder):
    opened = Archive(archive_folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["flux", "ivar", "identifier", "path"])
def test_a_wide_column_of_the_whole_pool_is_not_to_be_had(archive, name):
    everything = np.arange(len(archive))
    for rows in (None, everything, np.repeat(everything, 2)):
        with pytest.raises(AssertionError, match=name):
            archive.column(name, rows)
    assert len(archive.column(name, everything[1:])) == len(archive) - 1


def test_nor_are_all_names_from_the_catalogue(archive):
    for columns in (None, ["identifier", "ra"]):
        with pytest.raises(AssertionError):
            archive.catalogue(columns)
    assert archive.catalogue(["ra"]).num_rows == len(archive)


def test_blocks_are_several_even_of_a_small_pool(archive):
    lengths = [len(block.values) for block in archive.blocks("flux", rows_per_block=10**6)]
    assert len(lengths) > 3
    assert sum(lengths) == len(archive)
