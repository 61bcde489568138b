"""Open the database of a journal, durable and safe for several processes.

SQLite in write-ahead mode needs a local disk; on a network file system it loses data, so
that is refused. Where several machines write, give the URL of a PostgreSQL database.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from specoracle.errors import JournalError, MissingExtraError
from specoracle.journal.migration import migrate
from specoracle.journal.tables import ABOUT, METADATA, VERSION

NETWORK_FILE_SYSTEMS = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs"}
    | {"nfs", "nfs4", "smb3", "smbfs"}
)
"""File systems on which SQLite's shared memory between machines does not work."""

BUSY_SECONDS = 30
"""How long a writer waits for another one."""

WRITE_LOCK = 0x5BEC0AC1
"""Key of the advisory lock that writers of a PostgreSQL database hold."""


def connect(place: Path | str) -> sa.Engine:
    """Open a journal's database, making its tables when it is new.

    Parameters
    ----------
    place
        A file on a local disk, or the URL of a PostgreSQL database.

    Raises
    ------
    JournalError
        If it cannot be opened, lies on a network file system, or a newer version of
        this package wrote it.
    """
    engine = _postgres(place) if isinstance(place, str) else _sqlite(place)
    try:
        # One transaction that holds the write lock: two processes may open a new journal
        # at the same moment.
        with (
            engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            METADATA.create_all(connection)
            _check_version(connection, place)
    except sa.exc.SQLAlchemyError as reason:
        engine.dispose()
        raise JournalError(
            f"{place}: expected a label journal, got {getattr(reason, 'orig', reason)}. "
            "Check the path and its permissions, or restore a backup."
        ) from reason
    except JournalError:
        engine.dispose()
        raise
    return engine


def identity(place: Path | str) -> tuple[int, int] | None:
    """Device and number of a journal's file; ``None`` of a server or where none is."""
    if isinstance(place, str):
        return None
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _postgres(url: str) -> sa.Engine:
    address = sa.make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    try:
        engine = sa.create_engine(address, pool_pre_ping=True)
    except ModuleNotFoundError as reason:
        raise MissingExtraError(
            f"A journal in PostgreSQL: expected its driver, got no module {reason.name!r}. "
            "Install it with: pip install 'specoracle[postgres]'"
        ) from reason
    sa.event.listen(engine, "begin", _lock)
    return engine


def _lock(connection: sa.Connection) -> None:
    # One writer at a time, as with SQLite: chains stay linear, and numbers of events
    # become visible in their order, so that reading "those after" misses none.
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def _sqlite(path: Path) -> sa.Engine:
    _refuse_network(path.resolve())
    engine = sa.create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own implicit transactions would begin without the write lock.
    connection.isolation_level = None
    write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def write_ahead(connection: sqlite3.Connection) -> None:
    """Put a database into write-ahead mode, in which it then stays.

    SQLite does not wait for others to let it change the mode, whatever its timeout: where
    several processes open a new database at the same moment, only one succeeds at once.

    Raises
    ------
    sqlite3.OperationalError
        If others have held it for `BUSY_SECONDS`.
    """
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as reason:
            busy = reason.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > last:
                raise
            time.sleep(0.01)


def _begin(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if mode else "BEGIN")


def _refuse_network(path: Path) -> None:
    mounts = [
        m for m in psutil.disk_partitions(all=True) if path.is_relative_to(m.mountpoint)
    ]
    mount = max(mounts, key=lambda m: len(m.mountpoint), default=None)
    if mount is not None and mount.fstype.lower() in NETWORK_FILE_SYSTEMS:
        raise JournalError(
            f"{path}: expected a local disk, got the network file system {mount.fstype}, "
            "on which SQLite can lose labels. Put the workspace on a local disk."
        )


def _check_version(connection: sa.Connection, place: Path | str) -> None:
    query = sa.select(ABOUT.c.value).where(ABOUT.c.key == "version")
    found = connection.execute(query).scalar()
    if found is None:
        connection.execute(ABOUT.insert().values(key="version", value=str(VERSION)))
    elif int(found) > VERSION:
        raise JournalError(
            f"{place}: expected a journal of version {VERSION} or older, got version "
            f"{found}. Upgrade specoracle to open it."
        )
    elif int(found) < VERSION:
        migrate(connection, int(found))
