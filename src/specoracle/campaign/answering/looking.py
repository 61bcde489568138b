"""What one annotator looks at: a member of the batch, or of another listing.

A reload resumes where the batch was left. Whoever observes is told of every change.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from specoracle.campaign.answering.listing import BATCH, Listing
from specoracle.campaign.answering.own_answers import OwnAnswers
from specoracle.campaign.answering.place import Place
from specoracle.errors import CampaignError
from specoracle.journal.fold import Judgement
from specoracle.journal.journal import Member


class Looking:
    """A place in a listing of members, kept up with the annotator's answers.

    Parameters
    ----------
    members
        What the open round asks.
    own
        The annotator's answers.
    place
        Remembers which member of the batch is looked at.
    """

    def __init__(self, members: Iterable[Member], own: OwnAnswers, place: Place) -> None:
        self.own = own
        self.asked = self.listing = Listing(BATCH, members, own)
        self._place = place
        self._observers: list[Callable[[Any], None]] = []
        self._lock = threading.RLock()
        self._position = self._resume()

    @property
    def members(self) -> tuple[Member, ...]:
        """What is gone through: the batch, or another listing that is shown instead."""
        return self.listing.members

    @property
    def current(self) -> Member | None:
        """The spectrum that is looked at; ``None`` only when there is none."""
        return self.members[self._position] if self.members else None

    @property
    def following(self) -> Member | None:
        """The spectrum that an answer to the current one would lead to."""
        if not self.members:
            return None
        return self.members[self.listing.next_unanswered(self._position)]

    @property
    def answers(self) -> Mapping[str, Judgement]:
        """Answers of the annotator to what is gone through, by identifier."""
        return self.listing.answers

    def goto(self, identifier: str) -> None:
        """Look at a spectrum of what is gone through, or else of the batch."""
        with self._lock:
            if self.listing.member(identifier) is None and self.asked.member(identifier):
                self.listing = self.asked
            self._go(self._member(identifier).position)
        self._notify()

    def back(self) -> None:
        """Look at the member before."""
        self._step(-1)

    def forward(self) -> None:
        """Look at the member after."""
        self._step(1)

    def show(self, name: str, members: Iterable[Member]) -> None:
        """Go through other members than the batch's; `show_batch` returns to it."""
        with self._lock:
            self.listing = Listing(name, members, self.own)
            self._position = 0
        self._notify()

    def show_batch(self) -> None:
        """Go on with the batch, where it was left."""
        with self._lock:
            self.listing = self.asked
            self._position = self._resume()
        self._notify()

    def observe(self, callback: Callable[[Self], None]) -> Callable[[], None]:
        """Call ``callback(batch)`` after every change; returns how to stop that."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    def refresh(self) -> None:
        """Read what others, or another tab, have recorded since."""
        with self._lock:
            changed = self._catch_up()
        if changed:
            self._notify()

    def _go_to_any(self, member: Member) -> None:
        """Look at a spectrum wherever it is; alone when in no listing at hand."""
        at_hand = (self.listing, self.asked)
        found = [one for one in at_hand if one.member(member.identifier) is not None]
        self.listing = found[0] if found else Listing("undone", [member], self.own)
        self._go(self._member(member.identifier).position)

    def _catch_up(self) -> bool:
        changed = self.own.catch_up()
        self.asked.update(changed)
        if self.listing is not self.asked:
            self.listing.update(changed)
        return bool(changed)

    def _member(self, identifier: str | None) -> Member:
        if identifier is None and self.current is not None:
            return self.current
        member = self.listing.member(identifier or "") or self.asked.member(
            identifier or ""
        )
        if member is None:
            raise CampaignError(
                f"Batch: expected a spectrum of the {self.listing.name} that is shown, "
                f"got {identifier!r}. Reload the batch."
            )
        return member

    def _step(self, by: int) -> None:
        with self._lock:
            self._go(self._position + by)
        self._notify()

    def _go(self, position: int) -> None:
        self._position = max(0, min(position, len(self.members) - 1))
        if self.listing is self.asked and self.current is not None:
            self._place.write(self.current.identifier)

    def _resume(self) -> int:
        """Where this annotator was looking, or the first unanswered member."""
        member = self.asked.member(self._place.read() or "")
        return self.asked.next_unanswered(-1) if member is None else member.position

    def _notify(self) -> None:
        for callback in tuple(self._observers):
            callback(self)
