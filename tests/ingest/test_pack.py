import csv

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.catalogue import described_shard
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.archive.rows import read_rows
from specoracle.ingest.discover import discover
from specoracle.ingest.pack import close_books, pack, shard_path
from specoracle.ingest.plan import Group, Part
from specoracle.ingest.task import ingest_part, part_path
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import survey_star

HALPHA = recipe_named("halpha")
GROUPS = [Group(name, (Part(f"part-{name}", ()),)) for name in "ab"]


@pytest.fixture
def layout(tmp_path):
    """Two groups of one part; each of the stars 1 and 2 lies in both."""
    made = Layout(tmp_path / "archive")
    for name, stars in {"a": (0, 1, 2), "b": (2, 3, 1)}.items():
        for index in stars:
            star = survey_star(4, index, label="emission")
            write_star(tmp_path / name, star, compress=name == "b")
    roots = {f"root-{name}": str(tmp_path / name) for name in "ab"}
    write_facts(made, ArchiveFacts(recipe=HALPHA, roots=roots))
    for group in GROUPS:
        make_part(made, group, tmp_path)
    return made


def make_part(layout, group, folder):
    files = discover([str(folder / group.name)])
    part = Part(group.parts[0].name, tuple(files))
    roots = {str(folder / name): f"root-{name}" for name in "ab"}
    ingest_part(layout.folder, part, HALPHA, roots)


def pack_all(layout):
    seen = KnownIdentifiers(layout)
    for group in GROUPS:
        pack(layout, group, seen)
    close_books(layout, GROUPS)
    return seen


def books(layout):
    folders = (layout.index, layout.catalogue)
    paths = [layout.rejected, *(path for folder in folders for path in folder.iterdir())]
    return {path: path.read_bytes() for path in sorted(paths)}


def test_of_two_files_with_one_identifier_the_first_is_kept(layout, tmp_path):
    seen = pack_all(layout)
    archive = Archive(layout.folder)
    assert len(archive) == len(seen) == 4
    stars = [survey_star(4, index, label="emission") for index in range(4)]
    for star in stars[:3]:
        assert archive.source(star.identifier).path.parts[-3] == "a"
    assert archive.source(stars[3].identifier).path.parts[-3] == "b"
    archive.close()
    with layout.rejected.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["exception"] for row in rows] == ["Duplicate", "Duplicate"]
    for row, star in zip(rows, stars[1:3], strict=True):
        key = star.placement.key
        assert row["path"] == str(
            tmp_path / "b" / star.placement.plan / f"spec-{key}.fits.gz"
        )
        assert row["reason"].startswith(f"{star.identifier}: expected an identifier")


def test_of_two_copies_in_one_group_the_first_is_kept(layout, tmp_path):
    parts = tuple(group.parts[0] for group in GROUPS)
    both = Group("both", parts)
    pack(layout, both, KnownIdentifiers(layout))
    rows = read_rows(shard_path(layout, both))
    assert rows.root == ["root-a"] * 3 + ["root-b"]
    assert len(rows.refused) == 2


def test_parts_go_when_their_shard_stands(layout):
    pack(layout, GROUPS[0], KnownIdentifiers(layout))
    assert shard_path(layout, GROUPS[0]).exists()
    assert not part_path(layout, "part-a").exists()
    assert part_path(layout, "part-b").exists()


def test_packing_again_changes_nothing(layout):
    first, second = KnownIdentifiers(layout), KnownIdentifiers(layout)
    pack(layout, GROUPS[0], first)
    before = shard_path(layout, GROUPS[0]).read_bytes()
    pack(layout, GROUPS[0], second)
    assert shard_path(layout, GROUPS[0]).read_bytes() == before
    assert len(first) == len(second) == 3


@pytest.mark.parametrize("name", "ab")
def test_a_shard_that_is_lost_is_packed_as_it_was(layout, tmp_path, name):
    pack_all(layout)
    group = GROUPS["ab".index(name)]
    shards = {path: path.read_bytes() for path in layout.shards.iterdir()}
    before = books(layout)
    shard_path(layout, group).unlink()
    make_part(layout, group, tmp_path)
    # Both of b's copies are refused again, and nothing of a's for b being known.
    assert len(pack_all(layout)) == 4
    assert {path: path.read_bytes() for path in layout.shards.iterdir()} == shards
    assert books(layout) == before


def test_a_shard_packed_again_from_other_files_moves_the_rows_behind_it(layout, tmp_path):
    pack_all(layout)
    shard_path(layout, GROUPS[0]).unlink()
    lost = survey_star(4, 0, label="emission")
    for path in (tmp_path / "a").rglob(f"*{lost.placement.key}*"):
        path.unlink()
    make_part(layout, GROUPS[0], tmp_path)
    assert len(pack_all(layout)) == 3
    archive = Archive(layout.folder)
    kept = [survey_star(4, index, label="emission").identifier for index in (1, 2, 3)]
    names = archive.identifiers(np.arange(3))
    assert sorted(names) == sorted(kept)
    assert archive.rows(names).tolist() == [0, 1, 2]
    assert archive.catalogue(["identifier"])["identifier"].to_pylist() == names
    archive.close()


def test_what_a_killed_packer_left_undescribed_is_described(layout, tmp_path):
    pack(layout, GROUPS[0], KnownIdentifiers(layout))
    described = described_shard(layout, "a.h5")
    # Killed after the shard, before its catalogue: the part is still there.
    (layout.catalogue / "a.parquet").unlink()
    make_part(layout, GROUPS[0], tmp_path)
    pack(layout, GROUPS[0], KnownIdentifiers(layout))
    assert described_shard(layout, "a.h5") == described
    assert not part_path(layout, "part-a").exists()


def test_the_books_are_made_from_the_shards_alone(layout):
    pack_all(layout)
    before = books(layout)
    for path in before:
        path.unlink()
    close_books(layout, GROUPS)
    assert books(layout) == before
    shards = [read_rows(shard_path(layout, group)) for group in GROUPS]
    archive = Archive(layout.folder)
    table = archive.catalogue()
    np.testing.assert_array_equal(
        table["quality"], np.concatenate([shard.quality for shard in shards])
    )
    assert table["identifier"].to_pylist() == [n for s in shards for n in s.identifier]
    archive.close()


def test_closing_the_books_again_writes_nothing(layout):
    pack_all(layout)
    times = {path: path.stat().st_mtime_ns for path in books(layout)}
    close_books(layout, GROUPS)
    assert {path: path.stat().st_mtime_ns for path in books(layout)} == times
