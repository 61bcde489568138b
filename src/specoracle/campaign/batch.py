"""The open batch of a campaign as one annotator sees it.

Knows nothing of widgets: the panel, a script and a simulated oracle drive it alike.
Every verb is on disk before it returns; answers are always read from the journal.
"""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from specoracle.campaign.history import History
from specoracle.campaign.place import Place
from specoracle.campaign.recorder import Recorder
from specoracle.errors import CampaignError
from specoracle.journal.event import BLIND, Action, Recorded
from specoracle.journal.fold import Fold, Judgement
from specoracle.journal.journal import Journal, Member

Observer = Callable[["Batch"], None]


class Batch:
    """The candidates of one round, and one annotator's answers.

    Parameters
    ----------
    journal
        Where answers are recorded.
    campaign
        Name of the campaign.
    round_number
        The round that this batch belongs to.
    classes
        Allowed answers.
    annotator
        Who answers.
    place
        File that remembers which spectrum is looked at; a reload resumes there.
    content_hash
        Hash of the prepared spectrum, by identifier.
    """

    def __init__(
        self,
        journal: Journal,
        campaign: str,
        round_number: int,
        *,
        classes: tuple[str, ...],
        annotator: str,
        place: Path,
        content_hash: Callable[[str], str],
    ) -> None:
        self.campaign = campaign
        self.round_number = round_number
        self.classes = classes
        self.annotator = annotator
        self.members = journal.members(campaign, round_number)
        self._journal = journal
        self._place = Place(place, round_number)
        self._recorder = Recorder(
            journal=journal,
            campaign=campaign,
            round_number=round_number,
            annotator=annotator,
            content_hash=content_hash,
        )
        self._positions = {m.identifier: m.position for m in self.members}
        self._fold = Fold()
        self._sequence = 0
        self._history = History()
        self._observers: list[Observer] = []
        self._lock = threading.RLock()
        self._catch_up()
        self._position = self._resume()

    @property
    def current(self) -> Member | None:
        """The spectrum that is looked at; ``None`` only when the batch is empty."""
        return self.members[self._position] if self.members else None

    @property
    def answers(self) -> Mapping[str, Judgement]:
        """Answers of the annotator to members of the batch, by identifier."""
        judged = {i: self._fold.judgement(self.annotator, i) for i in self._positions}
        return {i: answer for i, answer in judged.items() if answer != Judgement()}

    @property
    def n_answered(self) -> int:
        """How many members are labelled or skipped."""
        return sum(answer.answered for answer in self.answers.values())

    @property
    def is_done(self) -> bool:
        """Whether every member is answered."""
        return self.n_answered == len(self.members)

    @property
    def is_open(self) -> bool:
        """Whether the campaign is still in this round."""
        return self._recorder.is_open

    @property
    def can_undo(self) -> bool:
        """Whether this annotator did anything in this round that stands."""
        return self._history.to_undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether something was undone, and nothing done since."""
        return self._history.to_redo is not None

    def label(
        self,
        value: str,
        *,
        identifier: str | None = None,
        milliseconds: int | None = None,
        model_hash: str = BLIND,
    ) -> None:
        """Label a spectrum and go to the next unanswered one.

        Parameters
        ----------
        value
            One of the classes.
        identifier
            Which; the current one when left out.
        milliseconds
            Time it took to decide.
        model_hash
            Model whose prediction was shown, if one was.

        Raises
        ------
        CampaignError
            If the class is unknown, the spectrum not in the batch, or the round over.
        JournalError
            If it could not be saved; nothing has changed then.
        """
        if value not in self.classes:
            raise CampaignError(
                f"Label: expected one of {', '.join(self.classes)}, got {value!r}. "
                "Choose one of the campaign's classes."
            )
        self._answer(
            Action.LABEL,
            identifier,
            value=value,
            milliseconds=milliseconds,
            model_hash=model_hash,
        )

    def skip(self, *, identifier: str | None = None) -> None:
        """Pass over a spectrum: asked, no answer."""
        self._answer(Action.SKIP, identifier)

    def unlabel(self, *, identifier: str | None = None) -> None:
        """Take an answer away and stay."""
        with self._lock:
            self._recorder.record(Action.UNLABEL, self._member(identifier))
            self._catch_up()
        self._notify()

    def comment(self, text: str, *, identifier: str | None = None) -> None:
        """Save a comment, or clear it with ``""``, and stay."""
        with self._lock:
            self._recorder.record(Action.COMMENT, self._member(identifier), comment=text)
            self._catch_up()
        self._notify()

    def undo(self) -> None:
        """Take back the last thing done in this round, and go there."""
        self._turn_back(Action.UNDO)

    def redo(self) -> None:
        """Do again what was undone last, and go there."""
        self._turn_back(Action.REDO)

    def goto(self, identifier: str) -> None:
        """Look at a member of the batch."""
        self._go(self._member(identifier).position)

    def back(self) -> None:
        """Look at the member before."""
        self._go(max(0, self._position - 1))

    def forward(self) -> None:
        """Look at the member after."""
        self._go(min(len(self.members) - 1, self._position + 1))

    def observe(self, callback: Observer) -> Callable[[], None]:
        """Call ``callback(batch)`` after every change; returns how to stop that."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    def refresh(self) -> None:
        """Read what others, or another tab, have recorded since."""
        with self._lock:
            before = self._sequence
            self._catch_up()
            changed = self._sequence != before
        if changed:
            self._notify()

    def _answer(
        self,
        action: Action,
        identifier: str | None,
        *,
        value: str | None = None,
        milliseconds: int | None = None,
        model_hash: str = BLIND,
    ) -> None:
        with self._lock:
            member = self._member(identifier)
            self._recorder.record(
                action,
                member,
                value=value,
                milliseconds=milliseconds,
                model_hash=model_hash,
            )
            self._catch_up()
            self._position = self._next_unanswered(member.position)
            self._remember()
        self._notify()

    def _turn_back(self, action: Action) -> None:
        with self._lock:
            self._catch_up()
            history = self._history
            target = history.to_undo if action is Action.UNDO else history.to_redo
            if target is None:
                return
            member = self._member(target.identifier)
            self._recorder.record(action, member, value=target.uuid)
            self._catch_up()
            self._position = member.position
            self._remember()
        self._notify()

    def _catch_up(self) -> None:
        for recorded in self._journal.events(self.campaign, after=self._sequence):
            self._apply(recorded)

    def _apply(self, recorded: Recorded) -> None:
        event = recorded.event
        self._sequence = recorded.sequence
        self._fold.apply(event)
        mine = (event.annotator, event.round_number) == (self.annotator, self.round_number)
        if mine and event.identifier in self._positions:
            self._history.apply(event)

    def _member(self, identifier: str | None) -> Member:
        if identifier is None and self.current is not None:
            return self.current
        position = self._positions.get(identifier or "")
        if position is None:
            raise CampaignError(
                f"{self.campaign}: expected a spectrum of the batch of round "
                f"{self.round_number}, got {identifier!r}. Reload the batch."
            )
        return self.members[position]

    def _next_unanswered(self, position: int) -> int:
        """Find the first unanswered member after ``position``."""
        answered = {i for i, answer in self.answers.items() if answer.answered}
        n = len(self.members)
        for step in range(1, n + 1):
            candidate = (position + step) % n
            if self.members[candidate].identifier not in answered:
                return candidate
        return min(position + 1, n - 1)

    def _go(self, position: int) -> None:
        with self._lock:
            if not self.members:
                return
            self._position = position
            self._remember()
        self._notify()

    def _resume(self) -> int:
        """Where this annotator was looking, or the first unanswered member."""
        position = self._positions.get(self._place.read() or "")
        if position is None:
            return self._next_unanswered(-1) if self.members else 0
        return position

    def _remember(self) -> None:
        if self.current is not None:
            self._place.write(self.current.identifier)

    def _notify(self) -> None:
        for callback in tuple(self._observers):
            callback(self)
