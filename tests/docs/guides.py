"""The commands and the code of a guide in docs, run as its reader would run them."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def blocks(guide, language):
    """Texts of the fenced blocks of one language, in order."""
    text = (DOCS / guide).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(guide):
    """Lines of the guide's shell blocks."""
    return [line for block in blocks(guide, "sh") for line in block.splitlines() if line]


def run(command, folder):
    """Run one ``specoracle …``; return what it prints."""
    words = shlex.split(command)
    assert words[0] == "specoracle"
    code = "from specoracle.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *words[1:]],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ,
    )
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout
