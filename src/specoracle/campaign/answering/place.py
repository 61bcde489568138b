"""Where an annotator was looking: a reload resumes there.

A convenience and no fact: it is written by rename but without fsync, and whatever makes no
sense is forgotten.
"""

import contextlib
import threading
from pathlib import Path

from specoracle.durable import PARTIAL


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
            number, identifier = self._path.read_text("utf-8").split("\n", 1)
        except (OSError, ValueError):
            return None
        return identifier if number == self._round else None

    def write(self, identifier: str) -> None:
        """Remember an identifier; where there is no room for that, do without."""
        with contextlib.suppress(OSError):
            self._write(identifier)

    def _write(self, identifier: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_name(
            f"{PARTIAL}{threading.get_ident()}-{self._path.name}"
        )
        partial.write_text(f"{self._round}\n{identifier}", "utf-8")
        partial.replace(self._path)
