"""Files, archives and workspaces that many tests share."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from specoracle.archive.archive import Archive
from specoracle.campaign import pool
from specoracle.ingest.ingest import ingest_survey
from specoracle.recipes.built_in import recipe_named
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import draw_labels, simulate_survey, survey_star

REAL = Path(__file__).resolve().parents[2] / "shared" / "spectra"


WIDE = {"flux", "ivar", "identifier", "path"}
"""Columns that nobody can hold of 10⁸ spectra."""

ROWS_AT_ONCE = 32
"""Rows of a block in tests: small enough that every pool here has several."""


class WholePoolError(AssertionError):
    """A column of the whole pool was read at once."""


def is_whole(archive, rows):
    return rows is None or (len(archive) > 20 and len(np.unique(rows)) == len(archive))


@pytest.fixture(autouse=True)
def huge_archives(request, monkeypatch):
    """Every archive counts as huge: wide columns come in blocks or as small samples.

    Not in the tests of what makes and reads archives, which compare them whole.
    """
    compares = {"archive", "ingest", "fuzz", "bench"} & set(request.path.parts)
    if compares or request.node.get_closest_marker("whole_pool"):
        return
    for sample in ("FITTED_ON", "SHORT_LIST"):
        monkeypatch.setattr(pool, sample, ROWS_AT_ONCE)
    column, blocks, catalogue = Archive.column, Archive.blocks, Archive.catalogue

    def guarded_column(self, name, rows=None):
        if name in WIDE and is_whole(self, rows):
            raise WholePoolError(name)
        return column(self, name, rows)

    def guarded_catalogue(self, columns=None, rows=None):
        if (columns is None or WIDE & set(columns)) and is_whole(self, rows):
            raise WholePoolError(columns)
        return catalogue(self, columns, rows)

    def small_blocks(self, name, *, rows_per_block=ROWS_AT_ONCE):
        return blocks(self, name, rows_per_block=min(rows_per_block, ROWS_AT_ONCE))

    monkeypatch.setattr(Archive, "column", guarded_column)
    monkeypatch.setattr(Archive, "catalogue", guarded_catalogue)
    monkeypatch.setattr(Archive, "blocks", small_blocks)


@pytest.fixture(scope="session")
def survey(tmp_path_factory):
    """A folder of simulated survey files with its truth table; read only.

    Every other file is of the table layout, the rest are images.
    """
    folder = tmp_path_factory.mktemp("survey") / "files"
    simulate_survey(folder, n_spectra=120, prevalence=0.15, seed=1)
    for index, label in enumerate(draw_labels(120, 0.15, seed=1)):
        if index % 2:
            write_star(folder, survey_star(1, index, label=label), layout="table")
    return folder


@pytest.fixture(scope="session")
def archive_folder(survey, tmp_path_factory):
    """The survey's archive by the recipe halpha; read only."""
    folder = tmp_path_factory.mktemp("archive") / "archive"
    ingest_survey([str(survey)], folder, recipe=recipe_named("halpha"), n_workers=1)
    return folder


@pytest.fixture
def workspace(archive_folder, tmp_path):
    """A workspace of its own with a copy of the archive."""
    folder = tmp_path / "workspace"
    shutil.copytree(archive_folder, folder / "archive")
    return folder


@pytest.fixture(scope="session")
def real_lamost():
    """Real LAMOST low-resolution files, where this machine has them."""
    folder = REAL / "lamost_lrs"
    if not folder.is_dir():
        pytest.skip(f"no real spectra on this machine: {REAL.name} is not there")
    return folder
