import filelock
import pytest

from specoracle.archive.books import describe_packed
from specoracle.archive.layout import Layout
from specoracle.archive.listing import read_listing
from specoracle.archive.rows import write_rows
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError, BusyError

FILES = [
    "shards/0001-9999.h5",
    "shards/0002-0000.h5",
    "catalogue/0001-10000.parquet",
    "index/identifiers.npy",
    "index/shards.json",
    "rejected.csv",
    "plan/0001.jsonl",
]


def test_an_archive_that_is_whole_is_well(packed):
    seen = []
    verified = verify_archive(packed.folder, lambda *step: seen.append(step))
    assert verified.well
    assert verified.damages == ()
    assert verified.listing == read_listing(packed)
    # Three shards, three catalogue files, index, rejected.csv, plan; recipe; the list.
    assert seen == [(n, 10) for n in range(1, 11)]
    assert verified.n_files == 11


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_found_wherever_it_is(packed, flip, contents, name):
    path = packed.folder / name
    whole = path.read_bytes()
    for seed in range(12):
        flip(path, seed)
        before = contents(packed)
        verified = verify_archive(packed.folder)
        assert [damage.file for damage in verified.damages] == [name], seed
        assert not verified.well
        assert contents(packed) == before
        path.write_bytes(whole)
    assert verify_archive(packed.folder).well


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(packed, name):
    (packed.folder / name).unlink()
    (damage,) = verify_archive(packed.folder).damages
    assert (damage.file, damage.found) == (name, "no such file")


def test_damaged_spectra_are_named(packed, flip):
    path = packed.shards / "0001-10000.h5"
    path.unlink()
    (damage,) = verify_archive(packed.folder).damages
    assert damage.identifiers == ("lamost:b-0", "lamost:b-1", "lamost:b-2")
    assert "moves it aside" in damage.advice


def test_another_recipe_is_found_and_another_root_is_none_of_its_business(packed):
    text = packed.facts.read_text()
    packed.facts.write_text(text.replace('"roots": {}', '"roots": {"root1": "/moved"}'))
    assert verify_archive(packed.folder).well
    assert "140" in text
    packed.facts.write_text(text.replace("140", "141"))
    (damage,) = verify_archive(packed.folder).damages
    assert damage.file == "archive.json"
    assert "Restore it from a copy" in damage.advice


def test_a_shard_that_no_ingest_has_listed_yet_is_compared_as_well(packed, rows, flip):
    path = packed.shards / "0003-0000.h5"
    write_rows(path, rows("d"))
    describe_packed(packed, path.name)
    assert verify_archive(packed.folder).well
    flip(path)
    (damage,) = verify_archive(packed.folder).damages
    assert damage.file == "shards/0003-0000.h5"


def test_while_an_ingest_runs_nothing_is_said_of_damage(packed):
    packed.rejected.write_text("being written")
    with filelock.FileLock(packed.lock), pytest.raises(BusyError, match="Wait for it"):
        verify_archive(packed.folder)
    assert not verify_archive(packed.folder).well


def test_a_folder_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="expected an archive, got a folder without"):
        verify_archive(Layout(tmp_path).folder)
