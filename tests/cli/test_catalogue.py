"""Joins, objects and selections, as a user runs them."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from astropy.table import Table

from specoracle.archive.archive import Archive


def run(*words, status=0):
    code = "from specoracle.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == status, (words, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def archive(workspace):
    return workspace / "archive"


@pytest.fixture
def gaia(archive, tmp_path):
    """A catalogue of the positions of the first ten spectra."""
    table = Archive(archive).catalogue(["ra", "dec"])
    made = Table({n: np.array(table[n])[:10] for n in ("ra", "dec")})
    made["parallax"] = np.arange(10.0)
    made.write(tmp_path / "gaia.fits")
    return tmp_path / "gaia.fits"


def test_a_catalogue_is_joined_selected_by_and_taken_away(archive, gaia):
    said = run("archive", "join", archive, gaia, "--columns", "parallax").stdout
    assert "10 of 120 spectra matched by position, 110 did not; 10 of 10 objects" in said
    assert "Columns: gaia_parallax, gaia_separation" in said
    assert "joined     gaia" in run("archive", "info", archive).stdout
    said = run("archive", "select", archive, "gaia_parallax > 5.5", "--save", "far").stdout
    assert said.startswith("4 of 120 spectra fit.\n  lamost:")
    assert said.endswith("Saved as far.\n")
    record = json.loads(run("archive", "select", archive, "dec > -91", "--json").stdout)
    assert (record["selected"], len(record["sample"])) == (120, 10)
    assert "are gone" in run("archive", "unjoin", archive, "gaia").stdout
    message = run("archive", "select", archive, "gaia_parallax > 5", status=1).stderr
    assert "got gaia_parallax. Correct the expression." in " ".join(message.split())


def test_mistakes_end_with_one_sentence(archive, gaia):
    for words, message in (
        (["join", archive, gaia, "--columns", "teff"], "expected columns out of"),
        (["join", archive, gaia, "--radius", "-1"], "Radius: expected more than 0"),
        (["select", archive, "__import__('os')"], "expected columns, numbers"),
        (["objects", archive, "--on", "plan"], "expected position or target"),
        (["unjoin", archive, "gaia"], "got 'gaia'"),
    ):
        said = " ".join(run("archive", *words, status=1).stderr.split())
        assert said.startswith("Error: ")
        assert message in said


def test_objects_are_counted(archive):
    record = json.loads(run("archive", "objects", archive, "--json").stdout)
    assert record["n_spectra"] == 120
    assert record["n_objects"] == len(
        set(Archive(archive).catalogue(["object_id"])["object_id"].to_pylist())
    )
    assert "120 spectra are of" in run("archive", "objects", archive).stdout


def test_an_ingest_may_end_with_a_join(survey, gaia, tmp_path):
    words = ["ingest", survey, "--archive", tmp_path / "new", "--workers", "1"]
    missing = tmp_path / "none.fits"
    assert "got no such file" in run(*words, "--join", missing, status=1).stderr
    assert not (tmp_path / "new").exists()
    assert "10 of 120 spectra matched by position" in run(*words, "--join", gaia).stdout
    record = json.loads(run(*words, "--join", gaia, "--json").stdout)
    assert record["joined"][0]["n_matched"] == 10
