"""The commands as a user runs them: real processes, real exit statuses."""

import csv
import json
import os
import re
import subprocess
import sys

import pytest

COMMANDS = [
    [],
    ["simulate"],
    ["ingest"],
    ["archive"],
    ["archive", "info"],
    ["archive", "verify"],
    ["archive", "migrate"],
    ["campaign"],
    ["campaign", "create"],
    ["campaign", "answer"],
    ["campaign", "import"],
    ["campaign", "train"],
    ["campaign", "preview"],
    ["campaign", "status"],
    ["campaign", "candidates"],
    ["campaign", "report"],
    ["campaign", "methods"],
    ["completeness"],
    ["jobs"],
    ["app"],
    ["demo"],
    ["replay"],
]


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


def test_every_command_explains_itself():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from specoracle.cli.main import app\n"
        f"for words in {COMMANDS!r}:\n"
        "    done = CliRunner().invoke(app, [*words, '--help'])\n"
        "    assert done.exit_code == 0 and 'Usage' in done.output, (words, done.output)\n"
        "    print(len(done.output))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert all(int(length) > 100 for length in done.stdout.split())


def test_the_loop_by_hand(workspace, survey, tmp_path):
    run(
        *(
            "campaign",
            "create",
            workspace,
            "hunt",
            "--classes",
            "absorption,emission,double-peak",
        ),
        *("--targets", "emission,double-peak", "--batch", 10, "--estimation", 5),
        *("--arbiter", "vera"),
    )
    facts = json.loads((workspace / "campaigns" / "hunt" / "campaign.json").read_text())
    assert facts["arbiter"] == "vera"
    with (survey / "truth.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "absorption"]
    with (tmp_path / "known.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    run("campaign", "import", workspace, "hunt", "--labels", tmp_path / "known.csv")
    partly = run(
        "campaign", "answer", workspace, "hunt", "--labels", tmp_path / "known.csv"
    )
    n_known, n, waiting = map(int, re.findall(r"\d+", partly.stdout))
    assert n_known + waiting == n
    assert min(n_known, waiting) > 0
    answered = run(
        "campaign", "answer", workspace, "hunt", "--labels", survey / "truth.csv"
    )
    assert f"{waiting} of {n} spectra labelled; 0 of the batch" in answered.stdout
    assert "Round 1 is open" in run("campaign", "train", workspace, "hunt").stdout
    status = run("campaign", "status", workspace).stdout
    assert "hunt: round 1" in status
    assert "precision" in status
    table, report = tmp_path / "candidates.csv", tmp_path / "report.html"
    run("campaign", "candidates", workspace, "hunt", "-o", table)
    with table.open() as file:
        assert all(row["identifier"].startswith("lamost:") for row in csv.DictReader(file))
    run("campaign", "report", workspace, "hunt", "-o", report)
    assert "Campaign hunt" in report.read_text()


def test_ingest_ends_with_counts_as_json(survey, tmp_path):
    done = run(
        "ingest", survey, "--archive", tmp_path / "archive", "--workers", 1, "--json"
    )
    counts = json.loads(done.stdout)
    assert counts["n_files"] == counts["n_spectra"] > 0
    about = json.loads(run("archive", "info", tmp_path / "archive", "--json").stdout)
    assert (about["spectra"], about["recipe"]) == (counts["n_spectra"], "halpha")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["ingest", "{tmp}/none", "--archive", "{tmp}/a"], "Check the path"),
        (["ingest", "{tmp}/empty", "--archive", "{tmp}/a"], "expected at least one file"),
        (
            ["ingest", "{tmp}/junk", "--archive", "{tmp}/a"],
            "expected at least one readable",
        ),
        (
            ["ingest", "{tmp}/junk", "--archive", "{tmp}/a", "--recipe", "soup"],
            "coarse, halpha, native",
        ),
        (
            ["ingest", "{tmp}/junk", "--archive", "{tmp}/a", "--loader", "soup"],
            "expected one of lamost-lrs, sdss-v-spec",
        ),
        (
            ["ingest", "{tmp}/junk", "--archive", "{tmp}/a", "--loader", "table:soup=1"],
            "wavelength, flux, error, ivar, unit, medium, hdu",
        ),
        (
            ["ingest", "{tmp}/junk", "--archive", "{tmp}/a", "--loader", "{tmp}/my.py"],
            "expected a Python file with a loader",
        ),
        (["app", "{workspace}", "--loader", "soup"], "got 'soup'"),
        (["archive", "info", "{tmp}/none"], "expected an archive"),
        (["app", "{tmp}/none"], "expected a workspace"),
        (["campaign", "status", "{tmp}/none"], "expected a workspace"),
        (["campaign", "train", "{workspace}", "hant"], "none yet"),
        (
            [
                "campaign",
                "create",
                "{workspace}",
                "h",
                "--classes",
                "a,b",
                "--targets",
                "nova",
            ],
            "got ['nova']",
        ),
        (
            [
                "campaign",
                "create",
                "{workspace}",
                "h",
                "--classes",
                "a,b",
                "--targets",
                "a",
                "--preset",
                "best",
            ],
            "expected one of skoda2020",
        ),
        (["simulate", "{tmp}/junk", "--n", "2"], "expected"),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, list) else None,
)
def test_bad_input_ends_with_one_clear_sentence(words, complaint, tmp_path, workspace):
    (tmp_path / "empty").mkdir()
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "star.fits").write_text("no star")
    words = [word.format(tmp=tmp_path, workspace=workspace) for word in words]
    done = run(*words, status=1)
    message = " ".join(done.stderr.split())
    assert message.startswith("Error: ")
    assert complaint in message
    assert len(message) < 600
