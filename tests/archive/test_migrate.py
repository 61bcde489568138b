import json
import shutil
import signal
import subprocess
import sys
import zlib
from dataclasses import asdict, replace

import filelock
import h5py
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.layout import VERSION, Layout
from specoracle.archive.listing import read_listing, record_crc32, write_listing
from specoracle.archive.mend import mend_archive
from specoracle.archive.migrate import migrate
from specoracle.archive.verify import verify_archive
from specoracle.errors import ArchiveError, BusyError
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named
from specoracle.spectra.quality import MEASURES

HALPHA = recipe_named("halpha")

# Migrates, and is killed when it is about to rename or remove its n-th file.
SCRIPT = """
import os, signal, sys
from pathlib import Path

from specoracle.archive.layout import VERSION, Layout
from specoracle.archive.migrate import migrate

left = int(sys.argv[2])


def watch(event, _):
    global left
    if event in ("os.rename", "os.remove"):
        left -= 1
        if left == 0:
            os.kill(0, signal.SIGKILL)


os.setsid()
sys.addaudithook(watch)
migrate(Layout(Path(sys.argv[1])))
os._exit(0)
"""


NEW = (
    *(f"mag_{band}" for band in "ugriz"),
    *("mjd", "spectrograph", "fibre", "object_name", "target"),
)
"""Catalogue columns that version 2 had not."""


def turn_back_to_3(layout):
    """Write what version 3 had: a recipe of a grid and one decision."""
    record = json.loads(layout.facts.read_text()) | {"version": 3}
    grid = {"start": 6519.0, "stop": 6732.0, "n_pixels": 140}
    record["recipe"] = {"name": "halpha", "grid": grid, "bridge_bad_pixels": False}
    layout.facts.write_text(json.dumps(record, indent=2) + "\n")
    crc = record_crc32(record["recipe"])
    write_listing(layout, replace(read_listing(layout), recipe_crc32=crc))


def turn_back_to_2(layout):
    """Write what version 2 had: fewer columns, in the shards and beside them."""
    turn_back_to_3(layout)
    for path in layout.shards.iterdir():
        with h5py.File(path, "a") as file:
            file.attrs["version"] = 2
            for name in NEW:
                del file["catalogue"][name]
            classes = file["catalogue/object_class"][...]
            del file["catalogue/object_class"]
            classes = classes.astype("S8")
            classes[1] = b"Unknown"
            file["catalogue/object_class"] = classes
    shards = []
    for listed in read_listing(layout).shards:
        path = layout.shards / listed.name
        crc, size = zlib.crc32(path.read_bytes()), path.stat().st_size
        shard = replace(listed, crc32=crc, n_bytes=size)
        beside = (layout.catalogue / shard.name).with_suffix(".parquet")
        table = pq.read_table(beside).drop_columns(list(NEW))
        place = table.column_names.index("object_class")
        classes = pa.array([None, "Unknown", "Hα"])
        if len(table) == 3:
            table = table.set_column(place, "object_class", classes)
        about = json.dumps({**asdict(shard), "catalogue_crc32": None})
        pq.write_table(table.replace_schema_metadata({"specoracle-shard": about}), beside)
        beside_crc = zlib.crc32(beside.read_bytes())
        shards.append(replace(shard, catalogue_crc32=beside_crc))
    write_listing(layout, replace(read_listing(layout), shards=tuple(shards)))
    record = json.loads(layout.facts.read_text()) | {"version": 2}
    layout.facts.write_text(json.dumps(record, indent=2) + "\n")


def turn_back(layout):
    """Write what version 1 had: one catalogue, a bare list, shards without measures."""
    turn_back_to_2(layout)
    listed = read_listing(layout).shards
    names = [f"{shard.name.removesuffix('.h5')}.parquet" for shard in listed]
    tables = [pq.read_table(layout.catalogue / name) for name in names]
    table = pa.concat_tables(tables).drop_columns(["row", *MEASURES])
    pq.write_table(table.replace_schema_metadata(None), layout.folder / "catalogue.parquet")
    shards = [{"name": s.name, "n_spectra": s.n_spectra} for s in listed]
    (layout.index / "shards.json").write_text(json.dumps(shards, indent=1) + "\n")
    record = json.loads(layout.facts.read_text()) | {"version": 1}
    layout.facts.write_text(json.dumps(record, indent=2) + "\n")
    shutil.rmtree(layout.catalogue)
    for path in layout.shards.iterdir():
        with h5py.File(path, "a") as file:
            file.attrs["version"] = 1
            for name in MEASURES:
                del file[name]


@pytest.fixture
def old(packed):
    turn_back(packed)
    return packed


@pytest.fixture
def second(packed):
    """An archive of version 2."""
    turn_back_to_2(packed)
    return packed


def version(layout):
    return json.loads(layout.facts.read_text())["version"]


def test_an_old_archive_is_brought_forward_with_all_it_holds(old):
    table = pq.read_table(old.folder / "catalogue.parquet")
    shards = {path: path.read_bytes() for path in old.shards.iterdir()}
    assert migrate(old) == 1
    archive = Archive(old.folder)
    new = archive.catalogue()
    assert all(new[name].null_count == 9 for name in (*MEASURES, *NEW))
    classes = [None if n == "Unknown" else n for n in table["object_class"].to_pylist()]
    assert new["object_class"].to_pylist() == classes
    same = [name for name in table.column_names if name != "object_class"]
    assert new.select(same).equals(table.select(same))
    assert archive.rows(["lamost:c-2", "lamost:a-0"]).tolist() == [8, 0]
    archive.close()
    assert {path: path.read_bytes() for path in old.shards.iterdir()} == shards
    assert not (old.folder / "catalogue.parquet").exists()
    assert version(old) == VERSION
    assert verify_archive(old.folder).damages == ()


def test_migrating_again_does_nothing(old, contents):
    migrate(old)
    before = contents(old)
    assert migrate(old) == VERSION
    assert contents(old) == before


def test_reading_an_old_archive_says_which_command_to_run(old):
    for read in (Archive, verify_archive):
        with pytest.raises(
            ArchiveError, match=r"got version 1\. Run 'specoracle archive mi"
        ):
            read(old.folder)


def test_a_newer_archive_is_not_migrated(packed):
    record = json.loads(packed.facts.read_text()) | {"version": VERSION + 1}
    packed.facts.write_text(json.dumps(record))
    for bring in (migrate, lambda layout: mend_archive(layout.folder)):
        with pytest.raises(
            ArchiveError, match=rf"got version {VERSION + 1}\. Upgrade specoracle"
        ):
            bring(packed)


def test_nothing_is_migrated_while_an_ingest_runs(old):
    with filelock.FileLock(old.lock), pytest.raises(BusyError):
        migrate(old)
    assert version(old) == 1


def test_killed_at_any_moment_migration_goes_on_to_the_same_archive(
    old, tmp_path, contents
):
    undisturbed = Layout(tmp_path / "undisturbed")
    shutil.copytree(old.folder, undisturbed.folder)
    migrate(undisturbed)
    moment, status = 0, -signal.SIGKILL
    while status:
        moment += 1
        # A kill leaves what it finds: the same archive is killed further and further on.
        words = [sys.executable, "-c", SCRIPT, old.folder, str(moment)]
        status = subprocess.run(words, check=False).returncode
        assert status in {0, -signal.SIGKILL}
        assert status or version(old) == VERSION
    assert moment > 4
    assert contents(old) == contents(undisturbed)
    assert not list(old.folder.rglob(".partial-*"))


def test_damage_from_before_is_found_after_migration(old, flip):
    path = old.shards / "0001-10000.h5"
    with h5py.File(path) as file:
        place = file["ivar"].id.get_offset() + 140 * 4 * 2
    flip(path, place=place)
    migrate(old)
    assert {s.name: s.crc32 is None for s in read_listing(old).shards} == {
        "0001-9999.h5": False,
        "0001-10000.h5": True,
        "0002-0000.h5": False,
    }
    (damage,) = verify_archive(old.folder).damages
    assert damage.file == "shards/0001-10000.h5"
    assert damage.identifiers == ("lamost:b-2",)


def test_an_ingest_that_was_broken_off_is_migrated_too(old):
    for path in (old.index / "shards.json", old.folder / "catalogue.parquet"):
        path.unlink()
    migrate(old)
    assert version(old) == VERSION
    assert len(Archive(old.folder)) == 0


def test_a_damaged_list_of_an_old_archive_is_named(old):
    (old.index / "shards.json").write_text("[{")
    with pytest.raises(ArchiveError, match=r"shards\.json: expected .* Delete the file"):
        migrate(old)


def test_mending_migrates(old):
    assert mend_archive(old.folder).damages == ()
    assert version(old) == VERSION


def test_the_same_ingest_migrates(workspace, survey):
    layout = Layout(workspace / "archive")
    turn_back(layout)
    ingest_survey([str(survey)], layout.folder, recipe=HALPHA, n_workers=1)
    assert version(layout) == VERSION
    assert verify_archive(layout.folder).damages == ()


def test_columns_that_version_2_had_not_are_missing_and_named(second):
    before = pq.read_table(second.catalogue / "0001-9999.parquet")
    assert "Unknown" in before["object_class"].to_pylist()
    assert not set(NEW) & set(before.column_names)
    shards = {path: path.read_bytes() for path in second.shards.iterdir()}
    assert migrate(second) == 2
    archive = Archive(second.folder)
    table = archive.catalogue()
    assert set(NEW) < set(table.column_names)
    assert all(table[name].null_count == 9 for name in NEW)
    assert table["object_class"].to_pylist()[:3] == [None, None, "Hα"]
    assert table["ra"].to_pylist()[:3] == before["ra"].to_pylist()
    archive.close()
    assert {path: path.read_bytes() for path in second.shards.iterdir()} == shards
    assert verify_archive(second.folder).damages == ()
    assert version(second) == VERSION


def test_a_lost_shard_of_version_2_stays_to_be_mended(second):
    (second.shards / "0001-10000.h5").unlink()
    migrate(second)
    (damage,) = verify_archive(second.folder).damages
    assert damage.file == "shards/0001-10000.h5"
    assert damage.identifiers == ("lamost:b-0", "lamost:b-1", "lamost:b-2")


def test_a_recipe_of_version_3_becomes_steps(packed):
    now = json.loads(packed.facts.read_text())["recipe"]
    turn_back_to_3(packed)
    assert migrate(packed) == 3
    assert json.loads(packed.facts.read_text())["recipe"] == now
    assert Archive(packed.folder).recipe == HALPHA
    assert verify_archive(packed.folder).damages == ()


def test_a_recipe_that_was_changed_by_hand_is_found_out_after_migration(packed):
    turn_back_to_3(packed)
    record = json.loads(packed.facts.read_text())
    record["recipe"]["grid"]["start"] = 6520.0
    packed.facts.write_text(json.dumps(record))
    migrate(packed)
    (damage,) = verify_archive(packed.folder).damages
    assert "another recipe" in str(damage)
