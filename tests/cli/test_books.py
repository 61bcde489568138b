"""``specoracle archive verify`` and ``migrate``, as a user runs them."""

import json
import os
import subprocess
import sys

import pytest


def run(*words, status=0):
    code = "from specoracle.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "archive", *map(str, words)],
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


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def test_damage_is_found_then_mended(archive, survey):
    assert "120 spectra in 7 files, all of them whole." in run("verify", archive).stdout
    flip(archive / "rejected.csv", 3)
    (shard,) = (archive / "shards").iterdir()
    flip(shard, shard.stat().st_size // 2)
    said = " ".join(run("verify", archive, status=1).stdout.split())
    assert "rejected.csv: CRC-32 " in said
    assert "which moves it aside" in said
    assert "2 of them damaged." in said
    record = json.loads(run("verify", archive, "--repair", "--json", status=1).stdout)
    assert record["well"] is False
    assert {d["file"] for d in record["damages"]} == {
        "rejected.csv",
        f"shards/{shard.name}",
    }
    again = json.loads(run("verify", archive, "--check", "--json", status=1).stdout)
    assert again["damages"][0]["found"] == "no such file"
    assert len(again["damages"][0]["identifiers"]) == 120


def test_books_alone_are_mended_with_status_zero(archive):
    (archive / "index" / "identifiers.npy").unlink()
    done = run("verify", archive, "--repair")
    assert "index/identifiers.npy: no such file. Made anew." in done.stdout
    assert json.loads(run("verify", archive, "--json").stdout) == {
        "well": True,
        "spectra": 120,
        "files": 7,
        "damages": [],
    }


def test_an_old_archive_is_migrated_once(archive):
    path = archive / "archive.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"version": 1}))
    for words in (["info"], ["verify"]):
        message = " ".join(run(*words, archive, status=1).stderr.split())
        assert "Run 'specoracle archive migrate " in message
    assert "was of version 1, and is now of 4" in run("migrate", archive).stdout
    assert "is of version 4 already" in run("migrate", archive).stdout
    assert json.loads(run("migrate", archive, "--json").stdout) == {"from": 4, "to": 4}


@pytest.mark.parametrize("command", ["verify", "migrate"])
def test_a_folder_that_is_no_archive_ends_with_one_sentence(tmp_path, command):
    done = run(command, tmp_path, status=1)
    assert done.stderr.strip().startswith("Error: ")
    assert "expected an archive" in " ".join(done.stderr.split())
