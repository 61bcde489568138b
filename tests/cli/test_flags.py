"""``specoracle archive flag``, as a user runs it."""

import json
import os
import subprocess
import sys

from specoracle.archive.archive import Archive
from specoracle.archive.line_flags import read_flags


def run(*words, status=0):
    code = "from specoracle.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "archive", "flag", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == status, (words, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def test_counts_are_said_and_files_are_written(workspace):
    folder = workspace / "archive"
    said = run(folder).stdout
    assert f"120 spectra of the archive {folder} were looked at:" in said
    counts = json.loads(run(folder, "--json").stdout)
    assert counts["n_spectra"] == 120
    assert set(counts["n_flagged"]) == {
        "SKY_RESIDUAL",
        "NEBULAR",
        "COSMIC_AT_LINE",
        "NEBULAR_SHARED",
    }
    # No nebula was simulated, and emission of stars is none.
    assert counts["n_flagged"]["NEBULAR"] == 0
    for words in ("with nebular lines", "with a cosmic hit on Hα"):
        assert words in said
    assert sum(len(table) for table in read_flags(Archive(folder))) == 120


def test_a_folder_that_is_no_archive_is_one_sentence(tmp_path):
    assert "expected an archive" in run(tmp_path, status=1).stderr
