import shutil

import pytest

from specoracle.archive.layout import ArchiveFacts, Layout, software, write_facts
from specoracle.archive.parts import read_part
from specoracle.archive.rows import Refused
from specoracle.errors import ArchiveError
from specoracle.ingest.discover import discover
from specoracle.ingest.plan import Part
from specoracle.ingest.task import part_path
from specoracle.ingest.worker import Order, do_part, try_file
from specoracle.recipes.built_in import recipe_named


@pytest.fixture
def part(survey, tmp_path):
    """Three good files, and one that is no spectrum."""
    root = tmp_path / "files"
    root.mkdir()
    for path in sorted(survey.rglob("*.fits"))[:3]:
        shutil.copy2(path, root)
    (root / "zz.fits").write_text("no spectrum")
    return Part("0001-000000", tuple(discover([str(root)])))


def order_for(folder, versions=None):
    recipe = recipe_named("halpha")
    write_facts(Layout(folder), ArchiveFacts(recipe=recipe))
    roots = {str(folder.parent / "files"): "root1"}
    return Order(folder=folder, recipe=recipe, roots=roots, software=versions or software())


def test_a_worker_leaves_out_what_it_is_told_and_says_so_in_order(part, tmp_path):
    archive = tmp_path / "archive"
    told = Refused(path=part.files[1].location, reason="deadly", exception="KilledWorker")
    count = do_part(order_for(archive), part, [told])
    assert (count.n_files, count.n_spectra, count.n_refused) == (4, 2, 2)
    rows = read_part(part_path(Layout(archive), part.name))
    assert rows.path == [part.files[0].path, part.files[2].path]
    assert rows.refused[0] == told
    assert rows.refused[1].path == part.files[3].location


def test_trying_a_file_writes_nothing_and_minds_no_damage(part, tmp_path):
    order = order_for(tmp_path / "archive")
    for file in part.files:
        try_file(order, file)
    assert list(order.folder.iterdir()) == [order.folder / "archive.json"]


def test_a_worker_with_other_software_refuses_to_work(part, tmp_path):
    versions = software() | {"numpy": "1.0"}
    with pytest.raises(ArchiveError, match=r"expected .* numpy 1\.0, got .*one environ"):
        do_part(order_for(tmp_path / "archive", versions), part)


@pytest.mark.parametrize("name", ["files", "archive"])
def test_a_worker_that_does_not_see_a_folder_refuses_no_file_but_to_work(
    part, tmp_path, name
):
    order = order_for(tmp_path / "archive")
    (tmp_path / name).rename(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match=rf"expected {tmp_path}/{name}.*the same paths"):
        do_part(order, part)
    assert not list(tmp_path.glob("*/parts"))
