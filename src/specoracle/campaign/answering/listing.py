"""Members in an order, and what one annotator has answered of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from specoracle.campaign.answering.own_answers import OwnAnswers
from specoracle.journal.event import Role, shown_role
from specoracle.journal.fold import NOTHING, Judgement
from specoracle.journal.journal import Member

BATCH = "batch"
"""Name of the listing of what the open round asks."""


class Listing:
    """What is gone through at the desk: the batch, earlier answers, candidates.

    Parameters
    ----------
    name
        What it is.
    members
        In the order in which they are shown; their positions are counted anew.
    own
        Answers of the annotator.
    """

    def __init__(self, name: str, members: Iterable[Member], own: OwnAnswers) -> None:
        self.name = name
        self.members = tuple(
            replace(member, position=position) for position, member in enumerate(members)
        )
        self._own = own
        self._positions = {m.identifier: m.position for m in self.members}
        self._answers: dict[str, Judgement] = {}
        self._n_members = Counter(shown_role(member.role) for member in self.members)
        self._n_answered: Counter[Role] = Counter()
        self.update(self._positions)

    @property
    def answers(self) -> Mapping[str, Judgement]:
        """Answers by identifier, of members about which anything is said."""
        return self._answers

    @property
    def n_answered(self) -> int:
        """How many members are labelled, skipped or called bad."""
        return self._n_answered.total()

    @property
    def progress(self) -> dict[str, tuple[int, int]]:
        """Answered and all members of each role, as the desk names it."""
        done, members = self._n_answered, self._n_members
        return {str(role): (done[role], n) for role, n in members.items()}

    def member(self, identifier: str) -> Member | None:
        """Return the member of that name, ``None`` when there is none."""
        position = self._positions.get(identifier)
        return None if position is None else self.members[position]

    def answered(self, identifier: str) -> bool:
        """Whether a member is dealt with."""
        return self._answers.get(identifier, NOTHING).answered

    def next_unanswered(self, position: int) -> int:
        """Position of the first unanswered member after ``position``, round about."""
        n = len(self.members)
        for step in range(1, n + 1):
            candidate = (position + step) % n
            if not self.answered(self.members[candidate].identifier):
                return candidate
        return max(0, min(position + 1, n - 1))

    def update(self, changed: Iterable[str]) -> None:
        """Take over what is said now of the identifiers that changed."""
        for identifier in changed:
            member = self.member(identifier)
            if member is None:
                continue
            self._n_answered[shown_role(member.role)] -= self.answered(identifier)
            self._answers.pop(identifier, None)
            judged = self._own.judgement(member)
            if judged != NOTHING:
                self._answers[identifier] = judged
            self._n_answered[shown_role(member.role)] += self.answered(identifier)
