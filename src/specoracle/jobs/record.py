"""A job: what it does, how far it is, and whether its process still lives.

Phases are those of the IVOA Universal Worker Service.

References
----------
Harrison & Rixon (2016), IVOA Recommendation UWS 1.1, section 2.1.3.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """Where a job stands."""

    PENDING = "PENDING"
    QUEUED = "QUEUED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    ERROR = "ERROR"
    ABORTED = "ABORTED"
    UNKNOWN = "UNKNOWN"
    HELD = "HELD"
    SUSPENDED = "SUSPENDED"
    ARCHIVED = "ARCHIVED"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {Phase.COMPLETED, Phase.ERROR, Phase.ABORTED, Phase.ARCHIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """A job as it was when it was read.

    Attributes
    ----------
    id
        Identity.
    kind
        What is done, a key of `specoracle.jobs.work.KINDS`.
    phase
        Where it stands.
    owner
        Who started it.
    parameters
        What the kind needs; plain values.
    created, started, ended
        Times [UTC, ISO 8601], ``""`` while there is none.
    progress
        Share done, from 0 to 1.
    message
        What is being done.
    error
        Why it failed.
    pid, process_started
        The process and when it began [s since 1970]; both together tell it from a later
        process of the same number.
    heartbeat
        Last sign of life [s since 1970].
    log
        File that holds what it printed.
    """

    id: str
    kind: str
    phase: Phase
    owner: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    created: str = ""
    started: str = ""
    ended: str = ""
    progress: float = 0.0
    message: str = ""
    error: str = ""
    pid: int | None = None
    process_started: float | None = None
    heartbeat: float | None = None
    log: str = ""
