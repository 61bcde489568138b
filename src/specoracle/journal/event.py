"""What is recorded when somebody answers: one event, never changed afterwards.

Undo is an event too. What stands at the moment is folded from the events; see `fold`.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from specoracle.errors import JournalError


class Role(StrEnum):
    """Why a spectrum was shown."""

    ORACLE = "oracle"
    """The query strategy asked."""
    ESTIMATION = "estimation"
    """Drawn by chance to estimate performance; never trained on."""
    REPEAT = "repeat"
    """Asked again, blind, to measure self-consistency; never enters the fold."""
    CANDIDATE = "candidate"
    """A predicted member of the target classes, shown for confirmation."""
    BULK = "bulk"
    """Labelled together with others."""
    IMPORT = "import"
    """Labelled elsewhere."""


BLIND_ROLES = frozenset({Role.ESTIMATION, Role.REPEAT})
"""Roles for which no prediction may ever be shown."""


def shown_role(role: Role) -> Role:
    """Role as the desk names it: a repeat as a member of the sample, which looks alike.

    Whoever knows that a spectrum is asked again tries to remember.
    """
    return Role.ESTIMATION if role is Role.REPEAT else role


class Action(StrEnum):
    """What the annotator did."""

    LABEL = "label"
    UNLABEL = "unlabel"
    SKIP = "skip"
    SURE = "sure"
    QUALITY = "quality"
    FLAG = "flag"
    COMMENT = "comment"
    UNDO = "undo"
    REDO = "redo"


def _software() -> str | None:
    try:
        return f"specoracle {version('specoracle')}"
    except PackageNotFoundError:  # run from a checkout that was not installed
        return None


SOFTWARE = _software()
"""Name and version of what makes events here."""

QUALITIES = ("too noisy", "artefact", "sky residual", "nebular", "no spectrum")
"""Reasons for which a spectrum is called bad; any other text will do as well."""

BLIND = "blind"
"""Stands for the model's hash where no prediction was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvent:
    """One thing an annotator did about one spectrum.

    Attributes
    ----------
    campaign, round_number, annotator, identifier
        Where, when, who and which.
    role, action
        Why it was shown, and what was done.
    value
        The class of a label; ``"on"`` or ``"off"`` of a flag; the uuid of the event that
        an undo or a redo is about.
    comment
        Text of a comment; ``""`` clears it. Untrusted, never markup.
    sure
        Whether the annotator is sure of the class; ``None`` leaves that as it was.
    quality
        Why the spectrum is bad; ``None`` of a quality event: it is not.
    batch
        Which batch it was asked in.
    content_hash
        Hash of the prepared spectrum that was shown.
    model_hash
        Model whose prediction was shown, or ``"blind"``.
    milliseconds
        Time from showing to answering.
    supersedes
        The annotator's previous event on this spectrum.
    uuid, utc
        Identity and time of the event. The page makes the identity, so that what is sent
        twice is recorded once.
    software
        What made the event; ``None`` in journals of version 1.
    """

    campaign: str
    round_number: int
    annotator: str
    identifier: str
    role: Role
    action: Action
    value: str | None = None
    comment: str | None = None
    sure: bool | None = None
    quality: str | None = None
    batch: str = ""
    content_hash: str = ""
    model_hash: str = BLIND
    milliseconds: int | None = None
    supersedes: str | None = None
    uuid: str = field(default_factory=lambda: uuid.uuid4().hex)
    utc: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    software: str | None = SOFTWARE

    def __post_init__(self) -> None:
        valued = self.action in {Action.LABEL, Action.UNDO, Action.REDO}
        if valued and not self.value:
            raise JournalError(
                f"{self.identifier}: expected a value for the action {self.action}, got "
                f"{self.value!r}. Give the class, or the uuid of the event meant."
            )
        if not self.annotator or not self.identifier:
            raise JournalError(
                "Label event: expected an annotator and an identifier, got "
                f"{self.annotator!r} and {self.identifier!r}. Say who labels what."
            )


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its place in the journal."""

    sequence: int
    event: LabelEvent
