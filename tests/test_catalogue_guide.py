"""The commands of docs/catalogue.md, in order, as a reader would run them."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from astropy.table import Table

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "catalogue.md"


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_every_command_of_the_guide_runs(workspace, tmp_path):
    hunt = tmp_path / "hunt"
    workspace.rename(hunt)
    (file,) = (hunt / "archive" / "catalogue").glob("*.parquet")
    rows = pq.read_table(file, columns=["ra", "dec"])
    table = Table({name: np.array(rows[name]) for name in ("ra", "dec")})
    table["parallax"] = np.linspace(0.5, 3, len(table))
    table["n_obs"] = np.arange(len(table))
    table.write(tmp_path / "gaia.fits")
    said = {}
    assert len(commands()) == 8
    for command in commands():
        words = shlex.split(command)
        assert words[0] == "specoracle"
        code = "from specoracle.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code, *words[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=os.environ,
        )
        assert done.returncode == 0, (command, done.stderr)
        said[command] = done.stdout
    assert "120 of 120 spectra matched by position" in said[commands()[0]]
    assert "joined     gaia" in said[commands()[1]]
    counts = [int(said[commands()[n]].split()[0]) for n in (2, 3, 4)]
    assert all(0 < count <= 120 for count in counts)
    assert "120 spectra are of" in said[commands()[7]]


def test_the_guide_lists_every_column(archive_folder):
    (file,) = (archive_folder / "catalogue").glob("*.parquet")
    text = GUIDE.read_text("utf-8")
    for name in pq.read_schema(file).names:
        band = re.fullmatch(r"(snr|mag)_[ugriz]", name)
        shown = f"`{band[1]}_u` … `{band[1]}_z`" if band else f"`{name}`"
        assert name == "row" or shown in text, name
