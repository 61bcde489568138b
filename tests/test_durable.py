import os
import signal
import subprocess
import sys

import pytest

from specoracle.durable import PARTIAL, appearing, sweep, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_whole_under_its_name(tmp_path):
    target = tmp_path / "new" / "note.txt"
    with appearing(target) as partial:
        partial.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert names(target.parent) == ["note.txt"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "note.txt"
    write_text(target, "old")

    def fail():
        with appearing(target) as partial:
            partial.write_text("half")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert target.read_text() == "old"
    assert names(tmp_path) == ["note.txt"]


def test_text_is_utf8_whatever_the_locale(tmp_path):
    code = (
        "import pathlib, sys; from specoracle.durable import write_text; "
        "write_text(pathlib.Path(sys.argv[1]), 'H\\u03b1 \\u0160koda')"
    )
    subprocess.run(
        [sys.executable, "-c", code, tmp_path / "note.txt"],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=True,
    )
    assert (tmp_path / "note.txt").read_bytes() == "Hα Škoda".encode()


def test_a_killed_writer_leaves_only_what_can_be_swept(tmp_path):
    write_text(tmp_path / "note.txt", "old")
    code = (
        "import os, pathlib, signal, sys; from specoracle.durable import appearing\n"
        "with appearing(pathlib.Path(sys.argv[1])) as partial:\n"
        "    partial.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "note.txt"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "note.txt").read_text() == "old"
    assert [n.startswith(PARTIAL) for n in names(tmp_path)] == [True, False]
    sweep(tmp_path)
    assert names(tmp_path) == ["note.txt"]


def test_sweeping_a_folder_that_is_not_there_is_nothing(tmp_path):
    sweep(tmp_path / "none")
