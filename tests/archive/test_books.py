import csv

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.books import close_books, describe_packed, recovered_listing
from specoracle.archive.listing import read_listing
from specoracle.archive.rows import write_rows

NAMES = ["0001-9999.h5", "0001-10000.h5", "0002-0000.h5"]


def test_adding_a_shard_leaves_the_catalogue_files_alone(packed, rows):
    before = {path: path.stat().st_mtime_ns for path in packed.catalogue.iterdir()}
    write_rows(packed.shards / "0003-0000.h5", rows("d"))
    describe_packed(packed, "0003-0000.h5")
    close_books(packed, [*NAMES, "0003-0000.h5"])
    after = {path: path.stat().st_mtime_ns for path in packed.catalogue.iterdir()}
    assert {path: after[path] for path in before} == before
    assert len(after) == 4


def test_books_that_grew_are_those_made_at_once(packed, rows, contents):
    write_rows(packed.shards / "0003-0000.h5", rows("d"))
    close_books(packed, [*NAMES, "0003-0000.h5"])
    grown = contents(packed)
    for path in (packed.rejected, *packed.index.iterdir(), *packed.catalogue.iterdir()):
        path.unlink()
    close_books(packed, [*NAMES, "0003-0000.h5"])
    assert contents(packed) == grown


def test_refused_files_are_listed_in_the_order_of_the_shards(packed, rows):
    with packed.rejected.open(newline="", encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert [row["path"] for row in listed[:2]] == ["plain.fits", "Škoda/Hα 星.fits"]
    assert len(listed) == 9
    assert listed[2]["path"] == r"caf\udce9/a.fits"
    assert packed.rejected.read_bytes().startswith(b"path,reason,exception\r\nplain.fits,")


@pytest.mark.parametrize("book", ["rejected.csv", "index/identifiers.npy"])
def test_a_wrong_book_is_not_added_to(packed, rows, contents, flip, book):
    write_rows(packed.shards / "0003-0000.h5", rows("d"))
    flip(packed.folder / book, seed=3)
    close_books(packed, [*NAMES, "0003-0000.h5"])
    wrong_before = contents(packed)
    for path in (packed.rejected, *packed.index.iterdir()):
        path.unlink()
    close_books(packed, [*NAMES, "0003-0000.h5"])
    assert contents(packed) == wrong_before


def test_a_list_that_is_lost_is_recovered_in_row_order(packed):
    listed = read_listing(packed).shards
    (packed.index / "shards.json").unlink()
    recovered = recovered_listing(packed).shards
    assert [shard.name for shard in recovered] == NAMES
    assert all(a.same_rows(b) for a, b in zip(listed, recovered, strict=True))
    # A shard that is gone as well is known by its catalogue.
    (packed.shards / NAMES[1]).unlink()
    assert recovered_listing(packed).shards == recovered


def test_rows_are_where_the_books_say(packed):
    close_books(packed, NAMES)
    archive = Archive(packed.folder)
    names = [f"lamost:{tag}-{n}" for tag in "abc" for n in range(3)]
    assert archive.identifiers(np.arange(9)) == names
    assert archive.rows(names[::-1]).tolist() == list(range(9))[::-1]
    archive.close()
