"""Bring a journal of an older version up to the present one, in place.

A migration only adds: no event of a person is ever rewritten.
"""

from collections.abc import Callable

import sqlalchemy as sa

from specoracle.journal.tables import ABOUT, VERSION


def migrate(connection: sa.Connection, found: int) -> None:
    """Take a journal of version ``found`` through all later versions.

    Parameters
    ----------
    connection
        In a transaction that holds the write lock.
    found
        Version that wrote the journal.
    """
    for version in range(found, VERSION):
        _STEPS[version](connection)
    written = ABOUT.update().where(ABOUT.c.key == "version")
    connection.execute(written.values(value=str(VERSION)))


def _name_the_software(connection: sa.Connection) -> None:
    """From 1 to 2: events say what made them, and may be about sureness and quality."""
    connection.execute(sa.text("ALTER TABLE label_event ADD COLUMN software VARCHAR"))


_STEPS: dict[int, Callable[[sa.Connection], None]] = {1: _name_the_software}
"""What leads from a version to the next."""
