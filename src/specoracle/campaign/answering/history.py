"""What can be undone and redone, read from the events; so it survives a reload."""

from specoracle.journal.event import Action, LabelEvent

UNDOABLE = frozenset(Action) - {Action.UNDO, Action.REDO}
"""Actions that an undo takes back."""


class History:
    """The actions of one annotator, as two stacks."""

    def __init__(self) -> None:
        self._done: list[LabelEvent] = []
        self._undone: list[LabelEvent] = []

    @property
    def to_undo(self) -> LabelEvent | None:
        """The last action that stands."""
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> LabelEvent | None:
        """The last action that was undone, when nothing was done since."""
        return self._undone[-1] if self._undone else None

    def apply(self, event: LabelEvent) -> None:
        """Take in the next event."""
        if event.action in UNDOABLE:
            self._done.append(event)
            self._undone.clear()
        elif event.action is Action.UNDO:
            _move(event.value, self._done, self._undone)
        elif event.action is Action.REDO:
            _move(event.value, self._undone, self._done)


def _move(uuid: str | None, source: list[LabelEvent], goal: list[LabelEvent]) -> None:
    for event in reversed(source):
        if event.uuid == uuid:
            source.remove(event)
            goal.append(event)
            return
