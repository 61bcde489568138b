"""The demo as `make demo` runs it, with fewer rounds."""

import csv
import os
import subprocess
import sys

import pytest


def demo(*words):
    done = subprocess.run(
        [sys.executable, "-c", "from specoracle.cli import main; main()", "demo", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, demo("--workspace", str(folder), "--rounds", "2")


def test_the_demo_ends_with_candidates_a_report_and_the_way_to_the_desk(finished):
    folder, said = finished
    assert f"specoracle app {folder} --campaign yours" in said
    with (folder / "candidates-emission-double-peak.csv").open() as file:
        assert {row["label"] for row in csv.DictReader(file)} <= {
            "",
            "emission",
            "double-peak",
        }
    report = (folder / "report-emission-double-peak.html").read_text()
    assert "Looking for emission, double-peak" in report


def test_the_table_shows_both_arms_by_round(finished):
    _, said = finished
    lines = said.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split()[:1] == ["Round"])
    assert [line.split()[0] for line in lines[head + 1 : head + 3]] == ["1", "2"]
    assert "found per 100 labels" in lines[head + 3]


def test_active_learning_finds_more_than_random_choice(finished):
    _, said = finished
    assert "more in 1 of 1 seeds" in said


def test_a_second_demo_repeats_the_result_without_repeating_the_work(finished):
    folder, said = finished
    again = demo("--workspace", str(folder), "--rounds", "2")

    def table(text):
        return [line for line in text.splitlines() if line[:5].strip().isdigit()]

    assert table(again) == table(said)
    assert "Simulating" not in again


def test_real_stars_are_found_by_their_class_letter(real_lamost, tmp_path):
    said = demo(
        *("--workspace", str(tmp_path), "--spectra", str(real_lamost)),
        *("--rounds", "1", "--seeds", "1"),
    )
    assert "530 spectra in the archive, 1 files refused" in said
    assert "Looking for M" in said
    assert "Looking for K" in said
    assert "few plates" in said
