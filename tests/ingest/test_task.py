import csv
import gzip
import shutil
import zlib

import numpy as np
import pytest
from astropy.io import fits

from specoracle.archive.layout import Layout
from specoracle.archive.parts import read_part
from specoracle.ingest import task
from specoracle.ingest.discover import SurveyFile, discover
from specoracle.ingest.ingest import count_refused, ingest_survey
from specoracle.ingest.plan import Part
from specoracle.ingest.task import ingest_part, part_path
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import survey_star


@pytest.fixture
def folder(tmp_path):
    """Three good files, one of them packed, among five that cannot be taken."""
    root = tmp_path / "files"
    for index in range(3):
        star = survey_star(9, index, label="absorption")
        write_star(root, star, compress=index == 1, layout=("image", "table")[index % 2])
    good = sorted(root.rglob("*.fits"))[0].read_bytes()
    (root / "cut.fits").write_bytes(good[:20_000])
    (root / "empty.fits").write_bytes(b"")
    (root / "packed.fits.gz").write_bytes(gzip.compress(good)[:-9])
    (root / "gone.fits").symlink_to(root / "nowhere")
    (root / "table.xml").write_text("<VOTABLE/>")
    return root


def take(folder, files, recipe="halpha"):
    archive = folder.parent / "archive"
    part = Part("0001-000000", tuple(files))
    count = ingest_part(archive, part, recipe_named(recipe), {str(folder): "root1"})
    return count, read_part(part_path(Layout(archive), part.name))


def test_what_can_be_read_is_taken_and_the_rest_is_refused_with_reasons(folder):
    count, rows = take(folder, discover([str(folder)]))
    assert (count.n_files, count.n_spectra, count.n_refused) == (8, 3, 5)
    assert len(rows) == 3
    for path, identifier in zip(rows.path, rows.identifier, strict=True):
        key = identifier.removeprefix("lamost:")
        assert f"/spec-{key}.fits" in path
    refused = {entry.path: entry for entry in rows.refused}
    assert sorted(refused) == sorted(
        str(folder / name)
        for name in ("cut.fits", "empty.fits", "packed.fits.gz", "gone.fits", "table.xml")
    )
    assert all(" expected " in entry.reason for entry in rows.refused)
    assert refused[str(folder / "gone.fits")].exception == "FileNotFoundError"
    assert refused[str(folder / "packed.fits.gz")].exception == "EOFError"
    assert refused[str(folder / "table.xml")].exception == "LoaderError"


def test_each_row_says_where_it_came_from(folder):
    _, rows = take(folder, discover([str(folder)]))
    for number, path in enumerate(rows.path):
        content = (folder / path).read_bytes()
        plain = gzip.decompress(content) if path.endswith(".gz") else content
        assert rows.crc[number] == zlib.crc32(plain)
        assert rows.size[number] == len(content)
        assert rows.mtime[number] == (folder / path).stat().st_mtime_ns
        assert rows.root[number] == "root1"


def test_a_spectrum_outside_the_window_is_refused(folder, monkeypatch, tmp_path):
    star = survey_star(9, 5, label="absorption")
    (wide,) = (write_star(tmp_path / "files", star) for _ in range(1))
    content = bytearray(wide.read_bytes())
    # Wavelengths are the third row of big-endian floats after the header.
    start = len(content) - (-(-5 * 4 * star.wavelength.size // 2880) * 2880)
    row = slice(start + 8 * star.wavelength.size, start + 12 * star.wavelength.size)
    content[row] = (star.wavelength / 2).astype(">f4").tobytes()
    wide.write_bytes(content)
    count, rows = take(folder, discover([str(wide)]))
    assert (count.n_spectra, count.n_refused) == (0, 1)
    assert "expected a spectrum that covers 6519–6732 Å" in rows.refused[0].reason
    assert rows.refused[0].exception == "RecipeError"


@pytest.mark.parametrize("recipe", ["halpha", "optical"])
def test_a_part_without_any_spectrum_can_be_written(folder, recipe):
    gone = SurveyFile(str(folder), "gone.fits", 0, 0)
    count, rows = take(folder, [gone], recipe)
    assert (count.n_spectra, len(rows), len(rows.refused)) == (0, 0, 1)
    assert rows.flux.shape == (0, recipe_named(recipe).grid.n_pixels)


@pytest.mark.parametrize(("n_files", "n_bytes"), [(1, 1 << 20), (3, 1 << 20), (64, 100)])
def test_however_many_files_are_unpacked_together_the_part_is_the_same(
    folder, monkeypatch, n_files, n_bytes
):
    for index in range(3, 20):
        write_star(
            folder, survey_star(9, index, label="absorption"), compress=index % 3 > 0
        )
    files = discover([str(folder)])
    assert len(files) > 3 * task.FILES_TOGETHER
    count, rows = take(folder, files)
    monkeypatch.setattr(task, "FILES_TOGETHER", n_files)
    monkeypatch.setattr(task, "BYTES_TOGETHER", n_bytes)
    other_count, others = take(folder, files)
    assert other_count == count
    assert (count.n_files, count.n_spectra, count.n_refused) == (25, 20, 5)
    assert others.refused == rows.refused
    assert others.identifier == rows.identifier
    assert others.path == rows.path == [f.path for f in files if f.path in rows.path]
    np.testing.assert_array_equal(others.flux, rows.flux)
    np.testing.assert_array_equal(others.crc, rows.crc)


def test_counts_stand_beside_their_files(folder):
    files = discover([str(folder)])
    _, rows = take(folder, files)
    counts = task.count_spectra(files, recipe_named("halpha"))
    assert [f.path for f, n in zip(files, counts, strict=True) if n] == rows.path
    assert sorted(counts) == [0] * 5 + [1] * 3


def test_a_part_done_twice_is_the_same_part(folder):
    files = discover([str(folder)])
    _, once = take(folder, files)
    shutil.rmtree(folder.parent / "archive")
    _, twice = take(folder, files)
    np.testing.assert_array_equal(once.checksum, twice.checksum)
    assert once.identifier == twice.identifier
    assert once.refused == twice.refused


REACH = {"wide": (6000.0, 7000.0), "blue": (6000.0, 6600.0), "red": (6600.0, 7000.0)}
"""Ends of spectra of which the first covers the window of `halpha` [Angstrom]."""


def rows_of_a_table(kinds):
    """A table of one row a spectrum, each on wavelengths of its own."""
    wavelength = np.array([np.linspace(*REACH[kind], 400) for kind in kinds])
    flux = 100.0 + np.sin(wavelength / 30.0)
    formats = {"format": "400D"}
    columns = [
        fits.Column("wavelength", unit="Angstrom", array=wavelength, **formats),
        fits.Column("flux", array=flux, **formats),
        fits.Column("ivar", array=np.ones_like(flux), **formats),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header["VACUUM"] = True
    return fits.HDUList([fits.PrimaryHDU(), table])


MIXED = ["blue", "wide", "red", "wide", "wide", "blue"]


def test_one_spectrum_beside_the_window_spoils_no_other_of_its_file(folder):
    path = folder / "several.fits"
    rows_of_a_table(MIXED).writeto(path)
    count, rows = take(folder, discover([str(path)]))
    assert (count.n_files, count.n_spectra, count.n_refused) == (1, 3, 3)
    assert rows.source_row.tolist() == [1, 3, 4]
    assert rows.path == ["several.fits"] * 3
    assert [entry.path for entry in rows.refused] == [str(path)] * 3
    assert [entry.exception for entry in rows.refused] == ["RecipeError"] * 3
    ends = [entry.reason.split(", got ")[1].split(" Å")[0] for entry in rows.refused]
    assert ends == ["6000.0–6600.0", "6600.0–7000.0", "6000.0–6600.0"]
    names = [entry.reason.split(":")[1] for entry in rows.refused]
    assert len({*names, *(name.split(":")[1] for name in rows.identifier)}) == 6
    grid = recipe_named("halpha").grid.wavelength
    observed = rows.offset[:, None] + rows.gain[:, None] * rows.flux
    # Straight lines over 2.5 Å of a sine of 30 Å: 2.5² / (8 · 30²) = 9e-4.
    np.testing.assert_allclose(observed, 100 + np.sin([grid / 30] * 3), atol=1e-3)


def test_the_list_of_what_was_refused_names_each_spectrum(folder, tmp_path):
    path = folder / "several.fits"
    rows_of_a_table(MIXED).writeto(path)
    archive = tmp_path / "hunt"
    count = ingest_survey([str(path)], archive, n_workers=1)
    assert (count.n_files, count.n_spectra, count.n_refused) == (1, 3, 3)
    layout = Layout(archive)
    assert count_refused(layout) == 3
    with layout.rejected.open(newline="", encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert [entry["path"] for entry in listed] == [str(path)] * 3
    reasons = [entry["reason"] for entry in listed]
    assert len(set(reasons)) == 3
    assert all("expected a spectrum that covers 6519–6732 Å" in each for each in reasons)
