"""Files, archives and workspaces that many tests share."""

import shutil
from pathlib import Path

import pytest

from specoracle.ingest.ingest import ingest_survey
from specoracle.simulate.lamost_files import write_star
from specoracle.simulate.survey import draw_labels, simulate_survey, survey_star
from specoracle.spectra.recipe import recipe_named

REAL = Path(__file__).resolve().parents[2] / "shared" / "spectra"


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
