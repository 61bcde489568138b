"""Append one event: once, and to the end of its chain."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from specoracle.errors import JournalError
from specoracle.journal.event import Action, LabelEvent, Recorded, Role
from specoracle.journal.tables import LABEL_EVENT


def append(connection: sa.Connection, event: LabelEvent) -> Recorded:
    """Append an event whose identity is new, or return what is recorded under it.

    Parameters
    ----------
    connection
        In a transaction that holds the write lock.
    event
        Its ``supersedes`` is filled in from the annotator's chain.

    Raises
    ------
    JournalError
        If something else is recorded under its identity.
    """
    found = _recorded_as(connection, event)
    if found is not None:
        return found
    event = replace(event, supersedes=connection.execute(_head(event)).scalar())
    result = connection.execute(LABEL_EVENT.insert().values(**_event_row(event)))
    key = result.inserted_primary_key
    assert key is not None
    return Recorded(int(key[0]), event)


def recorded(row: sa.Row[Any]) -> Recorded:
    """Turn a row of the table into an event."""
    values = dict(row._mapping)
    sequence = values.pop("sequence")
    values["round_number"] = values.pop("round")
    values["role"], values["action"] = Role(values["role"]), Action(values["action"])
    return Recorded(sequence, LabelEvent(**values))


def _recorded_as(connection: sa.Connection, event: LabelEvent) -> Recorded | None:
    query = sa.select(LABEL_EVENT).where(LABEL_EVENT.c.uuid == event.uuid)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    found = recorded(row)
    if _said(found.event) != _said(event):
        raise JournalError(
            f"{event.identifier}: expected a new event, got one with the identity of an "
            f"event about {found.event.identifier}. Reload the page."
        )
    return found


def _said(event: LabelEvent) -> tuple[object, ...]:
    return event.campaign, event.annotator, event.identifier, event.action, event.value


def _head(event: LabelEvent) -> sa.Select[tuple[Any]]:
    """Find the last event of the chain; each round's repeats are a chain of their own."""
    table = LABEL_EVENT
    is_repeat = table.c.role == Role.REPEAT
    if event.role is Role.REPEAT:
        same = sa.and_(is_repeat, table.c.round == event.round_number)
    else:
        same = sa.not_(is_repeat)
    chain = sa.select(table.c.uuid).where(
        table.c.campaign == event.campaign,
        table.c.annotator == event.annotator,
        table.c.identifier == event.identifier,
        same,
    )
    return chain.order_by(table.c.sequence.desc()).limit(1)


def _event_row(event: LabelEvent) -> dict[str, Any]:
    names = [c.name for c in LABEL_EVENT.columns if c.name not in {"sequence", "round"}]
    return {name: getattr(event, name) for name in names} | {"round": event.round_number}
