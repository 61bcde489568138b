"""What stands now, folded from the events.

Each annotator's events about one spectrum form a chain by ``supersedes``; its head is
what that annotator says now, whatever any clock said. Two heads (merged copies of a
journal), or two annotators who differ, are a disagreement: the arbiter decides, else it
is not trained on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

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
        return self.value is not None or self.skipped or self.quality is not None

    @property
    def teaches(self) -> bool:
        """Whether it has a class that may be trained on: a sure one of a good spectrum."""
        return self.value is not None and self.sure is not False and self.quality is None


NOTHING = Judgement()

Chain = tuple[str, str]


class Chains:
    """What stands at the head of each annotator's events about each spectrum."""

    def __init__(self, events: Iterable[Recorded] = ()) -> None:
        self._states: dict[str, Judgement] = {}
        self._parents: dict[str, str | None] = {}
        self._heads: dict[Chain, dict[str, None]] = {}
        self._superseded: set[str] = set()
        for recorded in events:
            self.apply(recorded.event)

    def apply(self, event: LabelEvent) -> None:
        """Take in one more event; the same one twice changes nothing."""
        if event.uuid in self._states:
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

    def _after(self, event: LabelEvent) -> Judgement:
        if event.action is Action.UNDO:
            return self._states.get(self._parents.get(event.value or "") or "", NOTHING)
        if event.action is Action.REDO:
            return self._states.get(event.value or "", NOTHING)
        before = self._states.get(event.supersedes or "", NOTHING)
        return replace(before, **_changes(event))


def _changes(event: LabelEvent) -> dict[str, Any]:
    """Fields of a judgement that an event sets."""
    match event.action:
        case Action.LABEL:
            sure = {} if event.sure is None else {"sure": event.sure}
            return {"value": event.value, "skipped": False, **sure}
        case Action.UNLABEL | Action.SKIP:
            skipped = event.action is Action.SKIP
            return {"value": None, "skipped": skipped, "sure": None, "quality": None}
        case Action.FLAG:
            return {"flagged": event.value == "on"}
        case Action.COMMENT:
            return {"comment": event.comment or ""}
        case _:
            name = str(event.action)
            return {name: getattr(event, name)}


class Fold(Chains):
    """The state of a campaign's labels, kept up event by event.

    Events of role ``repeat`` never enter.
    """

    def apply(self, event: LabelEvent) -> None:
        """Take in one more event; the same one twice changes nothing."""
        if event.role is not Role.REPEAT:
            super().apply(event)

    def labels(self, *, arbiter: str | None = None) -> dict[str, str]:
        """Agreed labels by identifier; disagreements are left out.

        Who is unsure is heard only where nobody is sure.

        Parameters
        ----------
        arbiter
            Annotator whose word decides where others differ.
        """
        return {i: next(iter(v)) for i, v in self._opinions(arbiter).items() if len(v) == 1}

    def lessons(self, *, arbiter: str | None = None) -> dict[str, str]:
        """Agreed labels that may be trained on.

        Somebody is sure of them, and nobody calls the spectrum bad; where the arbiter has
        spoken, only the arbiter counts.
        """
        labels = self.labels(arbiter=arbiter)
        heard = self._heard(arbiter)
        return {
            identifier: value
            for identifier, value in labels.items()
            if any(said.teaches for said in heard[identifier])
            and all(said.quality is None for said in heard[identifier])
        }

    def bad(self, *, arbiter: str | None = None) -> set[str]:
        """Identifiers that somebody calls bad and nobody gives a class."""
        return {
            identifier
            for identifier, heard in self._heard(arbiter).items()
            if any(said.quality is not None for said in heard)
            and all(said.value is None for said in heard)
        }

    def disagreements(self, *, arbiter: str | None = None) -> list[str]:
        """Identifiers on which annotators, or copies of a journal, differ."""
        return [i for i, v in self._opinions(arbiter).items() if len(v) > 1]

    def dealt_with(self) -> set[str]:
        """Identifiers that some annotator has labelled, skipped or called bad."""
        return {
            identifier
            for (_, identifier), heads in self._heads.items()
            if any(self._states[head].answered for head in heads)
        }

    def _opinions(self, arbiter: str | None) -> dict[str, set[str]]:
        opinions: dict[str, set[str]] = {}
        for identifier, heard in self._heard(arbiter).items():
            sure = {said.value for said in heard if said.sure is not False} - {None}
            values = sure or {said.value for said in heard} - {None}
            if values:
                opinions[identifier] = {value for value in values if value is not None}
        return opinions

    def _heard(self, arbiter: str | None) -> dict[str, list[Judgement]]:
        """Judgements that count: of everybody, or of the arbiter who gave a class."""
        heard: dict[str, list[Judgement]] = {}
        decided: dict[str, list[Judgement]] = {}
        for (annotator, identifier), heads in self._heads.items():
            states = [self._states[head] for head in heads]
            heard.setdefault(identifier, []).extend(states)
            settles = any(s.value is not None or s.quality is not None for s in states)
            if annotator == arbiter and settles:
                decided[identifier] = states
        return heard | decided
