"""Ingests whose loader was chosen, on real Dask workers."""

import json
import shutil

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.archive.layout import Layout, read_facts
from specoracle.errors import ArchiveError, LoaderError
from specoracle.ingest.discover import discover
from specoracle.ingest.worker import Order, do_part
from specoracle.loaders.own_loader import _loaded
from specoracle.loaders.survey_file import chosen_loader

WAVELENGTH = 6300 + 0.5 * np.arange(1200)

OWN = """
import numpy as np
import specoracle

def load(path):
    if path.name == "odd.flux":
        raise RuntimeError("an odd file")
    for number, line in enumerate(path.read_text().splitlines()):
        flux = np.array(line.split(), float)
        yield specoracle.spectrum(
            f"mine:{path.stem}-{number}", 6300 + 0.5 * np.arange(flux.size), flux,
            medium="air", ra=10.0 + number, dec=-5.0, object_name=path.stem,
        )
"""


@pytest.fixture
def files(tmp_path):
    """Twenty files of two spectra each, one that the function cannot read, and beside."""
    folder = tmp_path / "files"
    folder.mkdir()
    rng = np.random.default_rng(1)
    for number in range(20):
        rows = rng.normal(100, 2, (2, 1200))
        text = "\n".join(" ".join(f"{value:.4f}" for value in row) for row in rows)
        ending = ("flux", "txt")[number % 2]  # a walk would pass over texts otherwise
        (folder / f"star{number:02d}.{ending}").write_text(text)
    (folder / "odd.flux").write_text("1 2")
    (folder / "mine.py").write_text(OWN)
    (folder / ".hidden").write_text("1 2")
    return folder


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    rng = np.random.default_rng(2)
    for number in range(6):
        values = np.stack([np.arange(1200), WAVELENGTH / 10, rng.normal(10, 1, 1200)], 1)
        np.savetxt(folder / f"star{number}.csv", values, delimiter=",", header="n,x,y")
    (folder / "about.md").write_text("1 2\n2 3\n")
    return folder


def test_workers_of_a_cluster_run_a_function_of_ones_own(files, ingest, tmp_path):
    loader = str(files / "mine.py")
    count = ingest([files], tmp_path / "archive", loader=loader, files_per_part=3)
    assert (count.n_files, count.n_spectra, count.n_refused) == (21, 40, 1)
    archive = Archive(tmp_path / "archive")
    row = archive.catalogue_row("mine:star03-1")
    assert (row["ra"], row["object_name"]) == (11.0, "star03")
    rejected = (tmp_path / "archive" / "rejected.csv").read_text("utf-8")
    assert "from mine.py:load, got RuntimeError: an odd file" in rejected
    archive.close()


def test_a_local_cluster_makes_the_same_archive_as_one_process(
    files, ingest, content, tmp_path
):
    loader = str(files / "mine.py")
    for n_workers in (1, 2):
        ingest(
            [files],
            tmp_path / f"archive{n_workers}",
            loader=loader,
            n_workers=n_workers,
            scheduler=None,
        )
    assert content(tmp_path / "archive1") == content(tmp_path / "archive2")


def test_an_archive_records_its_loader_and_takes_no_other(files, ingest, tmp_path):
    folder, loader = tmp_path / "archive", files / "mine.py"
    alone = {"n_workers": 1, "scheduler": None}
    ingest([files], folder, loader=str(loader), **alone)
    record = json.loads((folder / "archive.json").read_text("utf-8"))["loader"]
    assert record["name"] == "mine.py:load"
    assert len(record["sha256"]) == 64
    with pytest.raises(ArchiveError, match=r"'mine\.py:load' of SHA-256 .* got the first"):
        ingest([files], folder, **alone)
    loader.write_text(OWN + "\n# edited\n")
    with pytest.raises(ArchiveError, match=r"'mine\.py:load' of .* got 'mine\.py:load' of"):
        ingest([files], folder, loader=str(loader), **alone)
    # The same file elsewhere is the same loader.
    loader.write_text(OWN)
    moved = shutil.move(loader, tmp_path / "mine.py")
    assert ingest([files], folder, loader=str(moved), **alone).n_spectra == 40


def test_an_archive_without_a_choice_says_nothing_of_loaders(archive_folder):
    assert "loader" not in json.loads((archive_folder / "archive.json").read_text("utf-8"))
    assert read_facts(Layout(archive_folder)).loader == {}


def test_options_of_tables_reach_the_workers(tables, ingest, tmp_path):
    loader = "table:wavelength=x,flux=y,unit=nm,medium=vacuum"
    count = ingest([tables], tmp_path / "archive", loader=loader, files_per_part=2)
    assert (count.n_files, count.n_spectra, count.n_refused) == (6, 6, 0)


def test_a_walk_takes_what_the_chosen_loader_may_want(files, tables):
    def names(folder, words):
        found = discover([str(folder)], chosen_loader(words))
        return {file.name.rpartition(".")[2] for file in found}

    assert names(files, str(files / "mine.py")) == {"flux", "txt"}
    assert names(tables, "table") == {"csv"}
    assert names(
        tables, "lamost-lrs" if (tables / "a.fits").write_text("") == 0 else ""
    ) == {"fits"}


def test_a_worker_with_another_loader_refuses_no_file_but_to_work(files, tmp_path):
    from specoracle.archive.layout import ArchiveFacts, software, write_facts
    from specoracle.ingest.plan import Part
    from specoracle.recipes.built_in import recipe_named

    recipe = recipe_named("halpha")
    write_facts(Layout(tmp_path / "archive"), ArchiveFacts(recipe=recipe))
    order = Order(
        folder=tmp_path / "archive",
        recipe=recipe,
        roots={str(files): "root1"},
        software=software(),
        loader=chosen_loader(str(files / "mine.py")),
    )
    part = Part("0001-000000", tuple(discover([str(files)], order.loader)))
    (files / "mine.py").write_text(OWN + "# edited")
    _loaded.cache_clear()  # as in a process of its own
    with pytest.raises(
        ArchiveError, match=r"expected the loader mine\.py:load, got another"
    ):
        do_part(order, part)
    (files / "mine.py").unlink()
    with pytest.raises(
        ArchiveError, match=r"expected the loader mine\.py:load, got another"
    ):
        do_part(order, part)


def test_a_loader_that_is_none_stops_before_anything_is_made(tables, ingest, tmp_path):
    with pytest.raises(LoaderError, match="expected one of lamost-lrs"):
        ingest([tables], tmp_path / "archive", loader="nonsense")
    assert not (tmp_path / "archive").exists()
