"""Where an annotator was looking: a reload resumes there.

A convenience and no fact: it is written over what was there, at once and without fsync, and
whatever makes no sense is forgotten.
"""

import contextlib
import os
from pathlib import Path


class Place:
    """The spectrum that one annotator looks at.

    Parameters
    ----------
    path
        File that remembers it.
    round_number
        The round it is about; the place of another round is none.
    """

    def __init__(self, path: Path, round_number: int) -> None:
        self._path = path
        self._round = str(round_number)

    def read(self) -> str | None:
        """Return the identifier looked at last, ``None`` when there is none."""
        try:
            number, identifier, *_ = self._path.read_text("utf-8").split("\n")
        except (OSError, ValueError):
            return None
        return identifier if number == self._round else None

    def write(self, identifier: str) -> None:
        """Remember an identifier; where there is no room for that, do without."""
        with contextlib.suppress(OSError):
            self._write(identifier)

    def _write(self, identifier: str) -> None:
        # A step waits for this: a rename would make it wait for the disk. One write of a
        # few bytes is seen whole or not at all; what is left of a longer one ends a line.
        flags = os.O_WRONLY | os.O_CREAT
        try:
            file = os.open(self._path, flags, 0o666)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, flags, 0o666)
        try:
            os.write(file, f"{self._round}\n{identifier}\n".encode())
        finally:
            os.close(file)
