"""Start an ingest as a process group of its own, and say how it ended."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FILES_PER_PART = 256
DEADLINE = 300
"""Seconds that an ingest may take before it counts as hanging."""

ADDRESS_SPACE = 4 << 30
"""Bytes that a process of the ingest may address; a fault must not take the machine."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How an ingest ended.

    Attributes
    ----------
    wrong
        What went wrong, ``""`` where nothing did.
    peak
        Most bytes that one of its processes held, 0 where that is not known.
    """

    wrong: str
    peak: int = 0


def start(source, archive, **settings):
    """Start an ingest of a folder; settings as in ``run_ingest.py``."""
    settings = {"files_per_part": FILES_PER_PART, "address_space": ADDRESS_SPACE} | settings
    settings |= {"sources": [str(source)], "folder": str(archive)}
    script = Path(__file__).with_name("run_ingest.py")
    return subprocess.Popen(
        [sys.executable, str(script), json.dumps(settings)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill(process):
    """Kill an ingest with all its workers, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def ingest(source, archive, *, deadline=DEADLINE, **settings):
    """Ingest a folder in processes of their own, and wait."""
    with start(source, archive, **settings) as process:
        try:
            peak, said = process.communicate(timeout=deadline)
        except subprocess.TimeoutExpired:
            kill(process)
            return Ended(f"hung for {deadline} s")
    if process.returncode == 0:
        return Ended("", int(peak))
    lines = said.decode(errors="replace").strip().splitlines() or ["no word"]
    return Ended(f"exit status {process.returncode}: {lines[-1]}")
