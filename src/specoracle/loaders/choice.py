"""The loader that somebody chooses, by what they write.

``NAME`` and ``table:OPTIONS`` are loaders of ours, ``FILE.py`` and ``FILE.py:FUNCTION`` a
function of one's own; any other name is an entry point of the group specoracle.loaders.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from specoracle.errors import LoaderError
from specoracle.loaders.own_loader import (
    FUNCTION,
    OwnLoader,
    of_entry_point,
    of_file,
    offered,
)
from specoracle.loaders.tables.options import TableOptions

TABLE = "table"
"""The loader that takes options."""

_FILE = re.compile(r"(.+\.py)(?::(\w+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OurLoader:
    """A loader of ours, which is not asked whether it recognises a file.

    Attributes
    ----------
    key
        Its name.
    options
        Of a table.
    """

    key: str
    options: TableOptions = field(default_factory=TableOptions)
    written: str = ""

    @property
    def name(self) -> str:
        """As it was written."""
        return self.written or self.key

    @property
    def words(self) -> str:
        """What to write to choose it from any folder."""
        return self.name

    def record(self) -> dict[str, str]:
        """Return what is recorded of it."""
        return {"name": self.name}

    def check(self) -> None:
        """Nothing can be wrong with it."""


Chosen = OurLoader | OwnLoader


def choose(words: str, known: Collection[str]) -> Chosen:
    """Find the loader that ``words`` name.

    Parameters
    ----------
    words
        As after ``--loader``.
    known
        Names of our loaders.

    Raises
    ------
    LoaderError
        If there is no such loader, or its options or its file are wrong.
    """
    words = words.strip()
    head, colon, options = words.partition(":")
    if head == TABLE:
        return OurLoader(key=TABLE, options=TableOptions.read(options), written=words)
    if head in known and not colon:
        return OurLoader(key=head)
    if (match := _FILE.fullmatch(words)) is not None:
        return of_file(match[1], match[2] or FUNCTION)
    if head not in known and (found := of_entry_point(words)) is not None:
        return found
    names = ", ".join((*known, *offered()))
    raise LoaderError(
        f"Loader: expected one of {names}, table:OPTIONS, FILE.py or FILE.py:FUNCTION, got "
        f"{words!r}. Only table takes options; docs/loaders.md says which."
    )
