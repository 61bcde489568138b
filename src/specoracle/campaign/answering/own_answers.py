"""What one annotator says, kept up with the journal."""

from collections.abc import Iterable

from specoracle.campaign.answering.history import History
from specoracle.journal.event import LabelEvent, Recorded, Role
from specoracle.journal.fold import Chains, Fold, Judgement
from specoracle.journal.journal import Journal, Member
from specoracle.journal.repeats import Repeat, repeats


class OwnAnswers:
    """One annotator's answers of all rounds, and what can be undone of them.

    Parameters
    ----------
    journal
        Where they are read from.
    campaign, annotator, round_number
        Whose, and which round is open.
    repeated
        Members that the round asks again. What was said of them before is not offered to
        be undone: it would be seen.
    """

    def __init__(
        self,
        journal: Journal,
        campaign: str,
        annotator: str,
        round_number: int,
        repeated: Iterable[str],
    ) -> None:
        self.history = History()
        self.events: list[Recorded] = []
        self._journal = journal
        self._campaign = campaign
        self._annotator = annotator
        self._round_number = round_number
        self._repeated = frozenset(repeated)
        self._fold = Fold()
        self._again = Chains()
        self._known: set[str] = set()
        self._repeats: list[Repeat] | None = None
        self._sequence = 0
        self.catch_up()

    def catch_up(self) -> set[str]:
        """Read what has been recorded since; returns identifiers of what changed."""
        changed: set[str] = set()
        for recorded in self._journal.events(self._campaign, after=self._sequence):
            self._sequence = recorded.sequence
            if recorded.event.annotator == self._annotator:
                self._apply(recorded)
                changed.add(recorded.event.identifier)
        return changed

    def knows(self, uuid: str | None) -> bool:
        """Whether an event of that identity is recorded."""
        return uuid in self._known

    def judgement(self, member: Member) -> Judgement:
        """What the annotator says of a member; of a repeat, what is said this time."""
        chains = self._again if member.role is Role.REPEAT else self._fold
        return chains.judgement(self._annotator, member.identifier)

    def repeats(self) -> list[Repeat]:
        """List the repeats that are answered."""
        if self._repeats is None:
            self._repeats = repeats(self.events)
        return self._repeats

    def earlier(self) -> list[Member]:
        """List what was answered in earlier rounds, the newest first."""
        last: dict[str, LabelEvent] = {}
        for recorded in self.events:
            event = recorded.event
            asked = event.role not in {Role.REPEAT, Role.IMPORT}
            if asked and event.round_number < self._round_number:
                last.pop(event.identifier, None)
                last[event.identifier] = event
        return [
            Member(
                identifier=event.identifier,
                role=event.role,
                position=0,
                reason=f"round {event.round_number}",
            )
            for event in reversed(list(last.values()))
            if event.identifier not in self._repeated
        ]

    def past(self, identifier: str) -> Member | None:
        """Return what an earlier round asked, the newest first; no repeats."""
        if identifier in self._repeated:
            return None
        for number in range(self._round_number - 1, -1, -1):
            for member in self._journal.members(self._campaign, number):
                if member.identifier == identifier and member.role is not Role.REPEAT:
                    return member
        return None

    def _apply(self, recorded: Recorded) -> None:
        event = recorded.event
        self.events.append(recorded)
        self._known.add(event.uuid)
        self._fold.apply(event)
        again = event.role is Role.REPEAT
        if again:
            self._repeats = None  # the first answers were taken down with the repeats
        if again and event.round_number == self._round_number:
            self._again.apply(event)
        if event.role is Role.IMPORT or again != (event.identifier in self._repeated):
            return
        if not again or event.round_number == self._round_number:
            self.history.apply(event)
