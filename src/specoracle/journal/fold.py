"""What stands now, folded from the events.

Each annotator's events about one spectrum form a chain by ``supersedes``; its head is
what that annotator says now, whatever any clock said. Two heads (merged copies of a
journal), or two annotators who differ, are a disagreement: the arbiter decides, else it
is not trained on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from specoracle.journal.event import Action, LabelEvent, Recorded, Role


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one annotator says of one spectrum at the moment.

    Attributes
    ----------
    value
        The class, ``None`` when there is none.
    skipped
        Asked, and passed over.
    comment, sure, quality
        As in `LabelEvent`.
    flagged
        Marked as interesting.
    """

    value: str | None = None
    skipped: bool = False
    comment: str = ""
    sure: bool | None = None
    quality: str | None = None
    flagged: bool = False

    @property
    def answered(self) -> bool:
        """Whether the question was dealt with."""
        return self.value is not None or self.skipped


NOTHING = Judgement()

Chain = tuple[str, str]


class Fold:
    """The state of a campaign's labels, kept up event by event.

    Events of role ``repeat`` never enter.
    """

    def __init__(self, events: Iterable[Recorded] = ()) -> None:
        self._states: dict[str, Judgement] = {}
        self._parents: dict[str, str | None] = {}
        self._heads: dict[Chain, dict[str, None]] = {}
        self._superseded: set[str] = set()
        for recorded in events:
            self.apply(recorded.event)

    def apply(self, event: LabelEvent) -> None:
        """Take in one more event; the same one twice changes nothing."""
        if event.role is Role.REPEAT or event.uuid in self._states:
            return
        self._parents[event.uuid] = event.supersedes
        self._states[event.uuid] = self._after(event)
        heads = self._heads.setdefault((event.annotator, event.identifier), {})
        if event.supersedes is not None:
            self._superseded.add(event.supersedes)
            heads.pop(event.supersedes, None)
        if event.uuid not in self._superseded:
            heads[event.uuid] = None

    def head(self, annotator: str, identifier: str) -> str | None:
        """Return the uuid of the event that the annotator's next one supersedes."""
        heads = self._heads.get((annotator, identifier), {})
        return next(reversed(heads), None)

    def judgement(self, annotator: str, identifier: str) -> Judgement:
        """What the annotator says of the spectrum now; conflicting heads say nothing."""
        heads = self._heads.get((annotator, identifier), {})
        states = {self._states[head] for head in heads}
        return states.pop() if len(states) == 1 else NOTHING

    def labels(self, *, arbiter: str | None = None) -> dict[str, str]:
        """Agreed labels by identifier; disagreements are left out.

        Parameters
        ----------
        arbiter
            Annotator whose word decides where others differ.
        """
        return {i: next(iter(v)) for i, v in self._opinions(arbiter).items() if len(v) == 1}

    def disagreements(self, *, arbiter: str | None = None) -> list[str]:
        """Identifiers on which annotators, or copies of a journal, differ."""
        return [i for i, v in self._opinions(arbiter).items() if len(v) > 1]

    def dealt_with(self) -> set[str]:
        """Identifiers that some annotator has labelled or skipped."""
        return {
            identifier
            for (_, identifier), heads in self._heads.items()
            if any(self._states[head].answered for head in heads)
        }

    def _opinions(self, arbiter: str | None) -> dict[str, set[str]]:
        said: dict[str, set[str]] = {}
        decided: dict[str, set[str]] = {}
        for (annotator, identifier), heads in self._heads.items():
            values = {self._states[head].value for head in heads} - {None}
            opinions = {value for value in values if value is not None}
            if opinions:
                said.setdefault(identifier, set()).update(opinions)
                if annotator == arbiter:
                    decided[identifier] = opinions
        return said | decided

    def _after(self, event: LabelEvent) -> Judgement:
        before = self._states.get(event.supersedes or "", NOTHING)
        match event.action:
            case Action.LABEL:
                answered = replace(before, value=event.value, skipped=False)
                return replace(answered, sure=event.sure, quality=event.quality)
            case Action.UNLABEL | Action.SKIP:
                return replace(before, value=None, skipped=event.action is Action.SKIP)
            case Action.COMMENT:
                return replace(before, comment=event.comment or "")
            case Action.FLAG:
                return replace(before, flagged=event.value == "on")
            case Action.UNDO:
                undone = self._parents.get(event.value or "")
                return self._states.get(undone or "", NOTHING)
            case Action.REDO:
                return self._states.get(event.value or "", NOTHING)
