"""The commands and the loader of docs/loaders.md, as a reader would use them."""

import re
from dataclasses import fields

import numpy as np
import pytest
from guides import DOCS, blocks, commands, run

import specoracle
from specoracle.archive.archive import Archive
from specoracle.loaders.survey_file import LOADERS
from specoracle.loaders.tables.options import TableOptions
from specoracle.spectra.air import air_to_vacuum

GUIDE = "loaders.md"
WAVELENGTH = 6300 + 0.5 * np.arange(1200)


@pytest.fixture
def folder(tmp_path):
    """Files such as the guide speaks of."""
    rng = np.random.default_rng(1)
    (tmp_path / "tables").mkdir()
    (tmp_path / "files").mkdir()
    for number in range(3):
        flux = rng.normal(50, 1, (3, 1200))
        table = np.stack([WAVELENGTH / 10, flux[0], np.ones(1200)], 1)
        path = tmp_path / "tables" / f"star{number}.csv"
        np.savetxt(path, table, delimiter=",", header="lam,f,e", comments="")
        np.savetxt(tmp_path / "files" / f"star{number}.txt", [WAVELENGTH, *flux])
    (example,) = blocks(GUIDE, "python")
    (tmp_path / "myloader.py").write_text(example)
    return tmp_path


def test_the_example_is_a_loader_of_ten_lines(folder):
    body = blocks(GUIDE, "python")[0].split("\n\n\n")[1].splitlines()
    assert len(body) <= 10
    found = specoracle.load(
        folder / "files" / "star1.txt", loader=str(folder / "myloader.py")
    )
    assert [each.spectrum.identifier for each in found] == [
        f"mysurvey:star1-{number}" for number in range(3)
    ]
    np.testing.assert_allclose(found[0].spectrum.wavelength, air_to_vacuum(WAVELENGTH))


def test_every_command_of_the_guide_runs(folder):
    assert len(commands(GUIDE)) == 2
    for command in commands(GUIDE):
        run(command, folder)
    for name, n_spectra in (("by-options", 3), ("workspace/archive", 9)):
        archive = Archive(folder / name)
        assert len(archive) == n_spectra
        archive.close()


def test_the_guide_names_every_option_of_a_table():
    text = (DOCS / GUIDE).read_text("utf-8")
    assert [
        each.name for each in fields(TableOptions) if f"`{each.name}`" not in text
    ] == []


def surveys():
    """Cells of the rows of the table of surveys."""
    text = (DOCS / GUIDE).read_text("utf-8").split("## Surveys")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_loader_stands_in_the_guide_in_the_order_they_are_asked():
    named = [name for first, *_ in surveys() for name in re.findall(r"`([^`]+)`", first)]
    assert named == list(LOADERS)
    assert all(reads and identifier for _, reads, identifier in surveys())


def test_loaders_that_recognise_nothing_are_said_to_be_chosen_by_name():
    by_name = {
        name
        for first, reads, _ in surveys()
        if "only by name" in reads
        for name in re.findall(r"`([^`]+)`", first)
    }
    assert by_name == {"lamost-mrs-blue", "lamost-mrs-red", "lamost-mrs-exposures"}


@pytest.mark.parametrize("guide", [GUIDE, "layouts.md"])
def test_links_lead_somewhere(guide):
    text = (DOCS / guide).read_text("utf-8")
    headings = {words.lower() for words in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings
        elif not link.startswith("http"):
            assert (DOCS / link).exists(), link
