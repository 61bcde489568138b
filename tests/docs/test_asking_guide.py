"""The commands of docs/asking.md, in order, as a reader would run them."""

import csv
import re
import shutil

import pyarrow.parquet as pq
from guides import DOCS, commands, run

from specoracle.campaign.facts import PRESETS
from specoracle.query.names import StrategyName
from specoracle.simulate.survey import read_truth

GUIDE = "asking.md"


def write_labels(path, labels):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["identifier", "label"])
        writer.writerows(labels)


def test_every_command_of_the_guide_runs(workspace, survey, tmp_path):
    workspace.rename(tmp_path / "hunt")
    shutil.copytree(tmp_path / "hunt" / "archive", tmp_path / "other" / "archive")
    truth = sorted(read_truth(survey).items())
    write_labels(tmp_path / "truth.csv", truth)
    write_labels(tmp_path / "other.csv", truth[:60])
    targets = [(name, label) for name, label in truth if label != "absorption"]
    write_labels(tmp_path / "known.csv", targets[:4])
    said = [run(command, tmp_path) for command in commands(GUIDE)]
    assert "spectra wait to be labelled" in said[0]
    assert "Round 1 is open" in said[2]
    assert "probably targets" in said[-2]
    assert len(said[-2].splitlines()) == 6
    assert pq.read_table(tmp_path / "classes.parquet").num_rows == 120


def test_the_guide_names_every_preset_and_strategy():
    text = (DOCS / GUIDE).read_text("utf-8")
    assert all(f"`{name}`" in text for name in [*PRESETS, *StrategyName])


def test_the_guide_tells_the_shares_that_are_asked():
    rows = re.findall(
        r"^\| (\d+) % \| ([a-z ]+) \|", (DOCS / GUIDE).read_text("utf-8"), re.M
    )
    shares = PRESETS["default"].shares
    told = {name.replace(" ", "_"): float(share) for share, name in rows}
    assert told == {name: getattr(shares, name) for name in told}
    assert sum(told.values()) == 100
