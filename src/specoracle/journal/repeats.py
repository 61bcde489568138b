"""Blind repeats: how well annotators agree with themselves.

A repeat is an earlier answer asked for again, with nothing of the first shown. It is
compared with what the annotator said when the repeat was first answered; what is changed
afterwards, in the light of anything, changes no agreement.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from specoracle.journal.event import Recorded, Role
from specoracle.journal.fold import Chains, Fold, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """One spectrum that one annotator answered twice.

    Attributes
    ----------
    identifier, annotator, round_number
        Which, who, and the round that asked again.
    first, again
        The two answers.
    """

    identifier: str
    annotator: str
    round_number: int
    first: Judgement
    again: Judgement

    @property
    def compares(self) -> bool:
        """Whether both are answers: a class, or that the spectrum is bad."""
        return all(_said(answer) is not None for answer in (self.first, self.again))

    @property
    def agrees(self) -> bool:
        """Whether they are the same answer."""
        return self.compares and _said(self.first) == _said(self.again)


def repeats(events: Iterable[Recorded]) -> list[Repeat]:
    """List answered repeats of spectra that the same annotator had answered before.

    Parameters
    ----------
    events
        Of one campaign, in order.
    """
    fold = Fold()
    asked_again: dict[int, Chains] = {}
    first: dict[tuple[int, str, str], Judgement] = {}
    for recorded in events:
        event = recorded.event
        fold.apply(event)
        if event.role is Role.REPEAT:
            asked_again.setdefault(event.round_number, Chains()).apply(event)
            key = event.round_number, event.annotator, event.identifier
            before = fold.judgement(event.annotator, event.identifier)
            first.setdefault(key, before)
    found = [
        Repeat(
            identifier=identifier,
            annotator=annotator,
            round_number=number,
            first=before,
            again=asked_again[number].judgement(annotator, identifier),
        )
        for (number, annotator, identifier), before in first.items()
    ]
    return [one for one in found if one.first.answered and one.again.answered]


def _said(answer: Judgement) -> str | None:
    """Return the class, ``""`` for a bad spectrum without one, ``None`` for no answer."""
    if answer.value is not None:
        return answer.value
    return None if answer.quality is None else ""
