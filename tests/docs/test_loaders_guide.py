"""The commands and the loader of docs/loaders.md, as a reader would use them."""

from dataclasses import fields

import numpy as np
import pytest
from guides import DOCS, blocks, commands, run

import specoracle
from specoracle.archive.archive import Archive
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
