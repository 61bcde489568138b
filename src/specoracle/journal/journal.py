"""The journal: append label events, and read them back.

`Journal.record` returns only when the event is on disk. The chain of one annotator's
events about one spectrum is kept linear inside the database's write lock, so two tabs
never fork it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from specoracle.errors import JournalError
from specoracle.journal.appending import append, recorded
from specoracle.journal.database import connect, identity
from specoracle.journal.event import LabelEvent, Recorded, Role
from specoracle.journal.tables import (
    BATCH_MEMBER,
    ESTIMATION_MEMBER,
    LABEL_EVENT,
    ROUND,
    WOULD_BE_ASKED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One spectrum of a batch.

    Attributes
    ----------
    identifier, role
        Which, and why it is shown.
    position
        Place in the batch, from 0.
    reason
        Why it was chosen, in words.
    probability
        Chance with which it was chosen, ``None`` where chance had no part.
    """

    identifier: str
    role: Role
    position: int
    reason: str = ""
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimationMember:
    """One draw of one spectrum into the estimation sample."""

    identifier: str
    draw: int
    stratum: int
    probability: float
    model_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """What opens a round; written in one transaction, or not at all."""

    number: int
    model_hash: str
    members: Sequence[Member]
    estimation: Sequence[EstimationMember] = ()
    would_be_asked: Sequence[str] = ()


class Journal:
    """Label events of all campaigns of a workspace.

    Parameters
    ----------
    place
        A SQLite file on a local disk (made when missing), or a PostgreSQL URL.
    """

    def __init__(self, place: Path | str) -> None:
        self._engine = connect(place)
        self._place = place
        self._file = identity(place)

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def record(self, event: LabelEvent) -> Recorded:
        """Append an event; on disk when this returns.

        ``supersedes`` is filled in here from the annotator's chain. An event that is
        recorded already is returned as it stands, so it may safely be sent again.
        """
        return self.record_all([event])[0]

    def record_all(self, events: Iterable[LabelEvent]) -> list[Recorded]:
        """Append several events in one transaction."""
        self._check_still_there()
        try:
            with self._writing() as connection, connection.begin():
                return [append(connection, event) for event in events]
        except sa.exc.SQLAlchemyError as reason:
            raise JournalError(
                f"Journal: expected to save the answer, got {_cause(reason)}. It is not "
                "saved; free the disk or mend the database and answer again."
            ) from reason

    def events(self, campaign: str, *, after: int = 0) -> list[Recorded]:
        """Read a campaign's events in order, those behind sequence ``after`` only."""
        table = LABEL_EVENT
        query = (
            sa.select(table)
            .where(table.c.campaign == campaign, table.c.sequence > after)
            .order_by(table.c.sequence)
        )
        return [recorded(row) for row in self._read(query)]

    def open_round(self, campaign: str, new: NewRound) -> None:
        """Open a round with its batch; this closes the one before.

        Raises
        ------
        JournalError
            If the round is open already.
        """
        utc = datetime.now(UTC).isoformat()
        key = {"campaign": campaign}
        rows: list[tuple[sa.Table, list[dict[str, Any]]]] = [
            (ROUND, [{"number": new.number, "utc": utc, "model_hash": new.model_hash}]),
            (
                BATCH_MEMBER,
                [{"round": new.number, **_member_row(m)} for m in new.members],
            ),
            (ESTIMATION_MEMBER, [_estimation_row(m) for m in new.estimation]),
            (
                WOULD_BE_ASKED,
                [{"round": new.number, "identifier": i} for i in new.would_be_asked],
            ),
        ]
        try:
            with self._writing() as connection, connection.begin():
                for table, values in rows:
                    if values:
                        connection.execute(table.insert(), [key | v for v in values])
        except sa.exc.IntegrityError as reason:
            raise JournalError(
                f"{campaign}: expected round {new.number} to be new, got one that is "
                "open already. Reload the campaign."
            ) from reason

    def last_round(self, campaign: str) -> int | None:
        """Return the number of the open round; ``None`` before the first."""
        query = sa.select(sa.func.max(ROUND.c.number)).where(ROUND.c.campaign == campaign)
        number = self._read(query)[0][0]
        return None if number is None else int(number)

    def model_hash(self, campaign: str, round_number: int) -> str:
        """Return the hash of the model that chose a round's batch."""
        query = sa.select(ROUND.c.model_hash).where(
            ROUND.c.campaign == campaign, ROUND.c.number == round_number
        )
        return str(self._read(query)[0][0])

    def members(self, campaign: str, round_number: int) -> tuple[Member, ...]:
        """Read the batch of a round in the order it is asked."""
        table = BATCH_MEMBER
        query = (
            sa.select(table)
            .where(table.c.campaign == campaign, table.c.round == round_number)
            .order_by(table.c.position)
        )
        return tuple(
            Member(
                identifier=row.identifier,
                role=Role(row.role),
                position=row.position,
                reason=row.reason,
                probability=row.probability,
            )
            for row in self._read(query)
        )

    def estimation_sample(self, campaign: str) -> tuple[EstimationMember, ...]:
        """Read all draws of the estimation sample."""
        table = ESTIMATION_MEMBER
        query = (
            sa.select(table)
            .where(table.c.campaign == campaign)
            .order_by(table.c.draw, table.c.identifier)
        )
        return tuple(
            EstimationMember(
                identifier=row.identifier,
                draw=row.draw,
                stratum=row.stratum,
                probability=row.probability,
                model_hash=row.model_hash,
            )
            for row in self._read(query)
        )

    def would_be_asked(self, campaign: str, *, up_to: int | None = None) -> set[str]:
        """Members of the estimation sample that a query would have asked about.

        ``up_to`` leaves out queries of later rounds.
        """
        table = WOULD_BE_ASKED
        query = sa.select(table.c.identifier).where(table.c.campaign == campaign)
        if up_to is not None:
            query = query.where(table.c.round <= up_to)
        return {row.identifier for row in self._read(query)}

    def _check_still_there(self) -> None:
        # SQLite would go on writing to a file that was deleted, and nobody find it again.
        if identity(self._place) != self._file:
            raise JournalError(
                f"{self._place}: expected the journal that was opened, got "
                "another file or none at this place. It is not saved; put the journal "
                "back, or reload the page to go on with the one that is there."
            )

    def _writing(self) -> sa.Connection:
        return self._engine.connect().execution_options(write=True)

    def _read(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).all()
        except sa.exc.SQLAlchemyError as reason:
            raise JournalError(
                f"Journal: expected to read it, got {_cause(reason)}. Check the disk and "
                "the database."
            ) from reason


def _member_row(member: Member) -> dict[str, Any]:
    return {
        "position": member.position,
        "identifier": member.identifier,
        "role": member.role,
        "reason": member.reason,
        "probability": member.probability,
    }


def _estimation_row(member: EstimationMember) -> dict[str, Any]:
    return {
        "draw": member.draw,
        "identifier": member.identifier,
        "stratum": member.stratum,
        "probability": member.probability,
        "model_hash": member.model_hash,
    }


def _cause(reason: sa.exc.SQLAlchemyError) -> object:
    return getattr(reason, "orig", None) or reason
