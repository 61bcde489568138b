"""Job records in a database of their own, apart from the labels, since they change."""

import json
import uuid
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from specoracle.errors import JobError
from specoracle.jobs.record import JobRecord, Phase
from specoracle.journal.database import write_ahead

_METADATA = sa.MetaData()

_TYPES = {
    "id": sa.Column("id", sa.String, primary_key=True),
    "parameters": sa.Column("parameters", sa.JSON, nullable=False),
    "progress": sa.Column("progress", sa.Float, nullable=False),
    "pid": sa.Column("pid", sa.Integer),
    "process_started": sa.Column("process_started", sa.Float),
    "heartbeat": sa.Column("heartbeat", sa.Float),
}

JOB = sa.Table(
    "job",
    _METADATA,
    *(
        _TYPES.get(column.name, sa.Column(column.name, sa.String, nullable=False))
        for column in fields(JobRecord)
    ),
)

BUSY_SECONDS = 30

STARTING_SECONDS = 60
"""How long a new job may take to have a process."""


class JobStore:
    """The jobs of a workspace.

    Parameters
    ----------
    path
        A SQLite file on a local disk; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
        sa.event.listen(self._engine, "connect", _prepare)
        sa.event.listen(self._engine, "begin", _lock_at_once)
        with self._engine.begin() as connection:
            _METADATA.create_all(connection)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def add(self, kind: str, parameters: dict[str, Any], *, owner: str) -> JobRecord:
        """Add a job in phase PENDING."""
        record = JobRecord(
            id=uuid.uuid4().hex[:12],
            kind=kind,
            phase=Phase.PENDING,
            owner=owner,
            parameters=parameters,
            created=now(),
        )
        with self._engine.begin() as connection:
            connection.execute(JOB.insert().values(**asdict(record)))
        return record

    def update(self, job_id: str, **changes: Any) -> None:
        """Change a job that is not over; one that is stays as it ended."""
        over = [phase for phase in Phase if phase.over]
        with self._engine.begin() as connection:
            connection.execute(
                JOB.update()
                .where(JOB.c.id == job_id, JOB.c.phase.not_in(over))
                .values(**changes)
            )

    def get(self, job_id: str) -> JobRecord:
        """Read a job, its process checked.

        Raises
        ------
        JobError
            If there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(JOB.select().where(JOB.c.id == job_id)).first()
        if row is None:
            raise JobError(
                f"Job {job_id}: expected one of the workspace's jobs, got none of that "
                "id. List them with 'specoracle jobs WORKSPACE'."
            )
        return self._checked(_record(row))

    def jobs(self) -> list[JobRecord]:
        """Read all jobs, newest first, their processes checked."""
        with self._engine.connect() as connection:
            rows = connection.execute(JOB.select().order_by(JOB.c.created.desc())).all()
        return [self._checked(_record(row)) for row in rows]

    def _checked(self, record: JobRecord) -> JobRecord:
        """Say that a job failed whose process is gone without having ended it."""
        if record.phase.over or is_alive(record) or _is_starting(record):
            return record
        self.update(
            record.id,
            phase=Phase.ERROR,
            ended=now(),
            error="The process ended without a word; it was killed or the machine was "
            "restarted. Start the job again: it goes on from what stands.",
        )
        with self._engine.connect() as connection:
            row = connection.execute(JOB.select().where(JOB.c.id == record.id)).one()
        return _record(row)


def latest(workspace: Path, kind: str, campaign: str | None = None) -> JobRecord | None:
    """Return the newest job of a kind, of one campaign if that is given."""
    path = Path(workspace) / "jobs.sqlite"
    if not path.exists():
        return None
    store = JobStore(path)
    try:
        for record in store.jobs():
            wanted = campaign is None or record.parameters.get("campaign") == campaign
            if record.kind == kind and wanted:
                return record
        return None
    finally:
        store.close()


def is_alive(record: JobRecord) -> bool:
    """Whether the very process that runs the job still exists."""
    if record.pid is None:
        return False
    try:
        process = psutil.Process(record.pid)
        gone = process.status() == psutil.STATUS_ZOMBIE
        return not gone and process.create_time() == record.process_started
    except (psutil.Error, ValueError):
        return False


def _is_starting(record: JobRecord) -> bool:
    age = datetime.now(UTC) - datetime.fromisoformat(record.created)
    return record.pid is None and age.total_seconds() < STARTING_SECONDS


def now() -> str:
    """The time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat()


def _record(row: sa.Row[Any]) -> JobRecord:
    values = dict(row._mapping)
    values["phase"] = Phase(values["phase"])
    if isinstance(values["parameters"], str):
        values["parameters"] = json.loads(values["parameters"])
    return JobRecord(**values)


def _prepare(connection: Any, _record: Any) -> None:
    # The driver's own implicit transactions would begin without the write lock.
    connection.isolation_level = None
    write_ahead(connection)
    connection.execute("PRAGMA synchronous=NORMAL")


def _lock_at_once(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
