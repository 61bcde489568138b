import csv

import numpy as np
import pyarrow.parquet as pq
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.archive.rows import read_rows
from specoracle.ingest.discover import discover
from specoracle.ingest.pack import close_books, pack, shard_path
from specoracle.ingest.plan import Group, Part
from specoracle.ingest.task import ingest_part, part_path
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import survey_star
from specoracle.spectra.recipe import recipe_named

HALPHA = recipe_named("halpha")


@pytest.fixture
def layout(tmp_path):
    """Two groups of one part; each of the stars 1 and 2 lies in both."""
    made = Layout(tmp_path / "archive")
    for name, stars in {"a": (0, 1, 2), "b": (2, 3, 1)}.items():
        for index in stars:
            star = survey_star(4, index, label="emission")
            write_star(tmp_path / name, star, compress=name == "b")
    roots = {str(tmp_path / name): f"root-{name}" for name in "ab"}
    write_facts(made, ArchiveFacts(recipe=HALPHA, roots={n: p for p, n in roots.items()}))
    for group in GROUPS:
        files = discover([str(tmp_path / group.name)])
        part = Part(group.parts[0].name, tuple(files))
        ingest_part(made.folder, part, HALPHA, roots)
    return made


GROUPS = [Group(name, (Part(f"part-{name}", ()),)) for name in "ab"]


def test_of_two_files_with_one_identifier_the_first_is_kept(layout, tmp_path):
    seen = set()
    for group in GROUPS:
        pack(layout, group, seen)
    close_books(layout, GROUPS)
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


def test_parts_go_when_their_shard_stands(layout):
    pack(layout, GROUPS[0], set())
    assert shard_path(layout, GROUPS[0]).exists()
    assert not part_path(layout, "part-a").exists()
    assert part_path(layout, "part-b").exists()


def test_packing_again_changes_nothing(layout):
    first, second = set(), set()
    pack(layout, GROUPS[0], first)
    before = shard_path(layout, GROUPS[0]).read_bytes()
    pack(layout, GROUPS[0], second)
    assert shard_path(layout, GROUPS[0]).read_bytes() == before
    assert first == second != set()


def test_the_books_are_made_from_the_shards_alone(layout):
    seen = set()
    for group in GROUPS:
        pack(layout, group, seen)
    close_books(layout, GROUPS)
    books = [layout.catalogue, layout.rejected, *sorted(layout.index.iterdir())]
    before = {path: path.read_bytes() for path in books}
    for path in books:
        path.unlink()
    close_books(layout, GROUPS)
    assert {path: path.read_bytes() for path in books} == before
    shards = [read_rows(shard_path(layout, group)) for group in GROUPS]
    table = pq.read_table(layout.catalogue)
    np.testing.assert_array_equal(
        table["quality"], np.concatenate([shard.quality for shard in shards])
    )
    assert table["identifier"].to_pylist() == [n for s in shards for n in s.identifier]
