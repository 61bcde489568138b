"""The commands of docs/catalogue.md, in order, as a reader would run them."""

import re

import numpy as np
import pyarrow.parquet as pq
from astropy.table import Table
from guides import DOCS, commands, run

GUIDE = "catalogue.md"


def test_every_command_of_the_guide_runs(workspace, tmp_path):
    hunt = tmp_path / "hunt"
    workspace.rename(hunt)
    (file,) = (hunt / "archive" / "catalogue").glob("*.parquet")
    rows = pq.read_table(file, columns=["ra", "dec"])
    table = Table({name: np.array(rows[name]) for name in ("ra", "dec")})
    table["parallax"] = np.linspace(0.5, 3, len(table))
    table["n_obs"] = np.arange(len(table))
    table.write(tmp_path / "gaia.fits")
    assert len(commands(GUIDE)) == 8
    said = [run(command, tmp_path) for command in commands(GUIDE)]
    assert "120 of 120 spectra matched by position" in said[0]
    assert "joined     gaia" in said[1]
    counts = [int(said[n].split()[0]) for n in (2, 3, 4)]
    assert all(0 < count <= 120 for count in counts)
    assert "120 spectra are of" in said[7]


def test_the_guide_lists_every_column(archive_folder):
    (file,) = (archive_folder / "catalogue").glob("*.parquet")
    text = (DOCS / GUIDE).read_text("utf-8")
    for name in pq.read_schema(file).names:
        band = re.fullmatch(r"(snr|mag)_[ugriz]", name)
        shown = f"`{band[1]}_u` … `{band[1]}_z`" if band else f"`{name}`"
        assert name == "row" or shown in text, name
