import shutil

import filelock
import h5py
import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.layout import Layout
from specoracle.archive.mend import mend_archive
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named

HALPHA = recipe_named("halpha")
BOOKS = [
    "catalogue/0001-10000.parquet",
    "index/identifiers.npy",
    "index/shards.json",
    "rejected.csv",
]


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("damage", ["flip", "delete", "empty"])
def test_a_book_is_made_anew_as_it_was(packed, flip, contents, name, damage):
    before = contents(packed)
    path = packed.folder / name
    if damage == "flip":
        flip(path)
    elif damage == "delete":
        path.unlink()
    else:
        path.write_bytes(b"")
    verified = mend_archive(packed.folder)
    assert verified.well
    assert [(d.file, d.mended, d.advice) for d in verified.damages] == [(name, True, "")]
    assert contents(packed) == before
    assert verify_archive(packed.folder).damages == ()


def test_all_books_at_once_are_made_from_the_shards(packed, contents):
    before = contents(packed)
    packed.rejected.unlink()
    for folder in (packed.index, packed.catalogue):
        shutil.rmtree(folder)
    assert mend_archive(packed.folder).well
    assert contents(packed) == before


def test_an_archive_that_is_whole_is_left_alone(packed):
    times = {p: p.stat().st_mtime_ns for p in packed.folder.rglob("*") if p.is_file()}
    assert mend_archive(packed.folder).damages == ()
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


def test_a_plan_is_not_made_anew(packed, flip):
    path = packed.plans / "0001.jsonl"
    flip(path)
    packed.rejected.unlink()
    damaged = path.read_bytes()
    verified = mend_archive(packed.folder)
    said = {damage.file: damage for damage in verified.damages}
    assert not verified.well
    assert said["rejected.csv"].mended
    assert "Restore it from a copy" in said["plan/0001.jsonl"].advice
    assert path.read_bytes() == damaged
    # Nor does mending something else make a damaged plan the right one.
    assert [damage.file for damage in verify_archive(packed.folder).damages] == [
        "plan/0001.jsonl"
    ]


def test_nothing_is_mended_while_an_ingest_runs(packed):
    with filelock.FileLock(packed.lock), pytest.raises(BusyError, match="Wait for it"):
        mend_archive(packed.folder)


def test_a_folder_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="expected an archive, got a folder without"):
        mend_archive(tmp_path)


def test_the_rest_of_an_archive_stays_readable_without_a_shard(packed, flip):
    flip(packed.shards / "0001-10000.h5", place=-3)
    assert not mend_archive(packed.folder).well
    archive = Archive(packed.folder)
    names = [f"lamost:{tag}-{n}" for tag in "ac" for n in range(3)]
    assert archive.identifiers(archive.rows(names)) == names
    assert len(archive.catalogue()) == len(archive) == 9
    with pytest.raises(ArchiveError, match=r"0001-10000\.h5: expected"):
        archive.spectrum("lamost:b-1")
    archive.close()


@pytest.fixture
def ingest(survey, workspace):
    layout = Layout(workspace / "archive")

    def again():
        ingest_survey([str(survey)], layout.folder, recipe=HALPHA, n_workers=1)
        return layout

    return again


@pytest.mark.parametrize("damaged", ["", "catalogue", "index", "catalogue index"])
def test_a_damaged_shard_is_packed_again_by_the_same_ingest(
    ingest, workspace, flip, contents, damaged
):
    layout = Layout(workspace / "archive")
    before = contents(layout)
    (shard,) = layout.shards.iterdir()
    with h5py.File(shard) as file:
        name = file["identifier"][5].decode()
        place = file["flux"].id.get_offset() + 5 * 140 * 4
    flip(shard, place=place)
    for folder in damaged.split():
        for path in (layout.folder / folder).iterdir():
            flip(path)
    found = mend_archive(layout.folder)
    said = {damage.file: damage for damage in found.damages}
    assert not found.well
    assert said[f"shards/{shard.name}"].identifiers == (name,)
    assert all("Run the same ingest again" in damage.advice for damage in found.damages)
    assert not shard.exists()
    aside = shard.with_name(f"{shard.name}.damaged")
    assert aside.exists()
    ingest()
    aside.unlink()
    assert contents(layout) == before
    assert verify_archive(layout.folder).damages == ()


def test_without_its_survey_files_a_shard_comes_back_smaller(
    survey, tmp_path, flip, contents
):
    files = tmp_path / "files"
    files.mkdir()
    for path in sorted(survey.rglob("*.fits"))[:6]:
        shutil.copy2(path, files)
    layout = Layout(tmp_path / "archive")
    ingest_survey([str(files)], layout.folder, recipe=HALPHA, n_workers=1)
    (shard,) = layout.shards.iterdir()
    flip(shard)
    mend_archive(layout.folder)
    sorted(files.iterdir())[0].unlink()
    ingest_survey([str(files)], layout.folder, recipe=HALPHA, n_workers=1)
    archive = Archive(layout.folder)
    assert len(archive) == 5
    assert len(archive.identifiers(np.arange(5))) == 5
    assert verify_archive(layout.folder).well
    archive.close()
