import csv
import json
import shutil

import h5py
import numpy as np
import pytest
from astropy.io import fits

from specoracle.archive.archive import Archive
from specoracle.archive.known import KnownIdentifiers
from specoracle.archive.layout import ArchiveFacts, Layout, write_facts
from specoracle.errors import ArchiveError
from specoracle.ingest.discover import discover
from specoracle.ingest.pack import close_books, pack
from specoracle.ingest.plan import Group, Part
from specoracle.ingest.task import ingest_part
from specoracle.recipes.built_in import recipe_named

COLUMNS = ["flux", "ivar", "quality", "identifier", "path", "crc", "catalogue/ra"]


@pytest.fixture
def opened():
    """Open archives that are closed after the test."""
    archives = []

    def make(folder):
        archives.append(Archive(folder))
        return archives[-1]

    yield make
    for archive in archives:
        archive.close()


@pytest.fixture(scope="module")
def sharded(archive_folder, survey, tmp_path_factory):
    """The same spectra in shards of 50, 50 and 20 rows."""
    layout = Layout(tmp_path_factory.mktemp("sharded") / "archive")
    layout.folder.mkdir()
    shutil.copy(archive_folder / "archive.json", layout.facts)
    files, seen, groups = discover([str(survey)]), KnownIdentifiers(layout), []
    for number, start in enumerate(range(0, len(files), 50)):
        part = Part(f"0001-{number}", tuple(files[start : start + 50]))
        roots = {str(survey): "root1"}
        ingest_part(layout.folder, part, recipe_named("halpha"), roots)
        groups.append(Group(f"0001-{number}", (part,)))
        pack(layout, groups[-1], seen)
    close_books(layout, groups)
    return layout.folder


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("rows_per_block", [7, 50, 16384])
def test_blocks_join_to_the_column(sharded, opened, column, rows_per_block):
    archive = opened(sharded)
    blocks = list(archive.blocks(column, rows_per_block=rows_per_block))
    sizes = [len(block.values) for block in blocks]
    assert [block.start for block in blocks] == [0, *np.cumsum(sizes)[:-1]]
    assert max(sizes) == min(rows_per_block, 50)
    np.testing.assert_array_equal(
        np.concatenate([block.values for block in blocks]), archive.column(column)
    )
    assert len(archive) == sum(sizes) == 120


@pytest.mark.parametrize("column", COLUMNS)
def test_rows_come_in_any_order_and_as_often_as_asked(sharded, opened, column):
    archive = opened(sharded)
    whole = archive.column(column)
    rng = np.random.default_rng(2)
    for rows in (
        rng.integers(0, 120, 300),
        np.array([119, 0, 119, 50, 49]),
        np.arange(120)[::-1],
        np.array([7]),
        np.array([], int),
    ):
        np.testing.assert_array_equal(archive.column(column, rows), whole[rows])


def test_how_rows_are_sharded_does_not_matter(sharded, archive_folder, opened):
    one, many = opened(archive_folder), opened(sharded)
    assert [shard.n_spectra for shard in many.shards] == [50, 50, 20]
    for column in COLUMNS:
        np.testing.assert_array_equal(one.column(column), many.column(column))
    assert one.catalogue().equals(many.catalogue())


def test_every_spectrum_is_found_by_its_identifier(sharded, opened, survey):
    archive = opened(sharded)
    with (survey / "truth.csv").open() as file:
        truth = list(csv.DictReader(file))
    names = [row["identifier"] for row in truth]
    rows = archive.rows(names)
    assert sorted(rows) == list(range(120))
    assert archive.identifiers(rows) == names
    for row in truth[::17]:
        source = archive.source(row["identifier"])
        assert source.path == survey / row["file"]
        assert (source.hdu, source.row) == (int(header(source.path)["NAXIS"] == 0), 0)
        spectrum = archive.spectrum(row["identifier"])
        np.testing.assert_array_equal(spectrum.wavelength, np.linspace(6519, 6732, 140))
        place = archive.rows([row["identifier"]])
        np.testing.assert_array_equal(spectrum.flux, archive.column("flux", place)[0])


def header(path):
    return fits.getheader(path, 0)


@pytest.mark.parametrize("name", ["lamost:none", "", "Hα"])
def test_an_unknown_identifier_is_refused_by_name(sharded, opened, name):
    archive = opened(sharded)
    known = archive.identifiers(np.array([0]))
    with pytest.raises(ArchiveError, match=rf"^{name}: expected an identifier of"):
        archive.rows([*known, name])


def test_no_identifiers_are_no_rows(sharded, opened):
    assert opened(sharded).rows([]).shape == (0,)


def test_the_catalogue_says_what_the_headers_say(sharded, opened, survey):
    archive = opened(sharded)
    table = archive.catalogue()
    assert table.num_rows == 120
    assert table["identifier"].to_pylist() == archive.identifiers(np.arange(120))
    row = 33
    name = table["identifier"][row].as_py()
    cards = header(archive.source(name).path)
    said = archive.catalogue_row(name)
    for column, key in {
        "ra": "RA",
        "dec": "DEC",
        "z": "Z",
        "snr_r": "SNRR",
        "object_class": "CLASS",
        "subclass": "SUBCLASS",
        "plan": "PLANID",
    }.items():
        assert said[column] == table[column][row].as_py() == cards[key], column
    assert archive.catalogue(["subclass"]).column_names == ["subclass"]


def test_what_the_survey_does_not_say_is_none(tmp_path, opened, survey):
    source = sorted(survey.rglob("*.fits"))[0]
    with fits.open(source) as hdus:
        for key in ("RA", "CLASS", "SNRG"):
            del hdus[0].header[key]
        hdus[0].header["Z"] = -9999.0
        hdus.writeto(tmp_path / "files.fits")
    layout, roots = Layout(tmp_path / "archive"), {"root1": str(tmp_path)}
    write_facts(layout, ArchiveFacts(recipe=recipe_named("halpha"), roots=roots))
    part = Part("0001-0", tuple(discover([str(tmp_path / "files.fits")])))
    ingest_part(layout.folder, part, recipe_named("halpha"), {str(tmp_path): "root1"})
    pack(layout, Group("0001-0", (part,)), KnownIdentifiers(layout))
    close_books(layout, [Group("0001-0", (part,))])
    archive = opened(layout.folder)
    (name,) = archive.identifiers(np.array([0]))
    said, listed = archive.catalogue_row(name), archive.catalogue().to_pylist()[0]
    for column in ("ra", "object_class", "snr_g", "z"):
        assert said[column] is listed[column] is None, column
    assert said["dec"] == listed["dec"] == fits.getheader(source)["DEC"]


def test_a_folder_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="expected an archive, got a folder without"):
        Archive(tmp_path / "none")


def test_an_archive_of_a_newer_version_is_refused(workspace):
    path = workspace / "archive" / "archive.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 5}))
    with pytest.raises(ArchiveError, match=r"got version 5\. Upgrade specoracle"):
        Archive(workspace / "archive")


def cut(path):
    path.write_bytes(path.read_bytes()[:-5000])


def overwrite(path):
    path.write_bytes(b"no longer HDF5")


def modernise(path):
    with h5py.File(path, "a") as file:
        file.attrs["version"] += 1


@pytest.mark.parametrize("damage", [cut, overwrite, modernise, lambda path: path.unlink()])
def test_a_damaged_shard_is_refused_by_its_path(workspace, opened, damage):
    (shard,) = (workspace / "archive" / "shards").glob("*.h5")
    damage(shard)
    archive = opened(workspace / "archive")
    with pytest.raises(ArchiveError, match=rf"{shard.name}: expected .* got "):
        archive.column("flux", np.array([0]))


@pytest.mark.parametrize("name", ["shards.json", "identifiers.npy"])
def test_a_damaged_index_is_refused_by_its_path(workspace, name):
    path = workspace / "archive" / "index" / name
    path.write_bytes(b"{")
    with pytest.raises(ArchiveError, match=rf"{name}: expected .* got "):
        Archive(workspace / "archive")


def test_an_archive_that_was_never_finished_is_empty(workspace, opened):
    folder = workspace / "archive"
    for name in ("index", "shards", "catalogue"):
        shutil.rmtree(folder / name)
    archive = opened(folder)
    assert len(archive) == 0
    assert archive.column("quality").size == 0
    with pytest.raises(ArchiveError, match=r"catalogue: expected .* got "):
        archive.catalogue()
    with pytest.raises(ArchiveError, match="x: expected an identifier"):
        archive.rows(["x"])
