"""The open batch of a campaign as one annotator sees it.

Knows nothing of widgets: the panel, a script and a simulated oracle drive it alike.
Every verb is on disk before it returns; answers are always read from the journal. A verb
that is given the identity of an event which is recorded already does nothing, so whoever
has heard no answer may ask again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from specoracle.campaign.answering.looking import Looking
from specoracle.campaign.answering.own_answers import OwnAnswers
from specoracle.campaign.answering.place import Place
from specoracle.campaign.answering.recorder import Recorder
from specoracle.errors import CampaignError
from specoracle.journal.event import BLIND, Action, Role
from specoracle.journal.journal import Journal, Member


class Batch(Looking):
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
        self._recorder = Recorder(
            journal=journal,
            campaign=campaign,
            round_number=round_number,
            annotator=annotator,
            content_hash=content_hash,
        )
        members = journal.members(campaign, round_number)
        repeated = [m.identifier for m in members if m.role is Role.REPEAT]
        own = OwnAnswers(journal, campaign, annotator, round_number, repeated)
        super().__init__(members, own, Place(place, round_number))

    @property
    def n_answered(self) -> int:
        """How many members of the batch are labelled, skipped or called bad."""
        return self.asked.n_answered

    @property
    def n_unanswered(self) -> int:
        """How many members of the batch are not."""
        return len(self.asked.members) - self.n_answered

    @property
    def is_done(self) -> bool:
        """Whether every member of the batch is answered."""
        return self.n_unanswered == 0

    @property
    def is_open(self) -> bool:
        """Whether the campaign is still in this round."""
        return self._recorder.is_open

    @property
    def can_undo(self) -> bool:
        """Whether anything that this annotator did stands."""
        return self.own.history.to_undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether something was undone, and nothing done since."""
        return self.own.history.to_redo is not None

    def label(
        self,
        value: str,
        *,
        identifier: str | None = None,
        sure: bool | None = None,
        milliseconds: int | None = None,
        model_hash: str = BLIND,
        uuid: str | None = None,
    ) -> None:
        """Label a spectrum and go to the next unanswered one.

        Parameters
        ----------
        value
            One of the classes.
        identifier
            Which; the current one when left out.
        sure
            Whether the annotator is sure; left as it was when left out.
        milliseconds
            Time it took to decide.
        model_hash
            Model whose prediction was shown, if one was.
        uuid
            Identity of the event, as of every verb; a new one when left out.

        Raises
        ------
        CampaignError
            If the class is unknown, the spectrum was never asked, or the round is over.
        JournalError
            If it could not be saved; nothing has changed then.
        """
        if value not in self.classes:
            raise CampaignError(
                f"Label: expected one of {', '.join(self.classes)}, got {value!r}. "
                "Choose one of the campaign's classes."
            )
        said = {"sure": sure, "milliseconds": milliseconds, "model_hash": model_hash}
        self._answer(Action.LABEL, identifier, value=value, uuid=uuid, **said)

    def skip(self, *, identifier: str | None = None, uuid: str | None = None) -> None:
        """Pass over a spectrum: asked, no answer."""
        self._answer(Action.SKIP, identifier, uuid=uuid)

    def bad(
        self, reason: str, *, identifier: str | None = None, uuid: str | None = None
    ) -> None:
        """Call a spectrum bad and go on; it is asked about and trained on no more."""
        self._answer(Action.QUALITY, identifier, quality=reason or "bad", uuid=uuid)

    def good(self, *, identifier: str | None = None, uuid: str | None = None) -> None:
        """Call a spectrum bad no longer, and stay."""
        self._stay(Action.QUALITY, identifier, quality=None, uuid=uuid)

    def be_sure(
        self, *, sure: bool, identifier: str | None = None, uuid: str | None = None
    ) -> None:
        """Say whether one is sure of the class, given already or not, and stay."""
        self._stay(Action.SURE, identifier, sure=sure, uuid=uuid)

    def flag(
        self, *, on: bool, identifier: str | None = None, uuid: str | None = None
    ) -> None:
        """Mark a spectrum as interesting, or no longer, and stay."""
        value = "on" if on else "off"
        self._stay(Action.FLAG, identifier, value=value, uuid=uuid)

    def unlabel(self, *, identifier: str | None = None, uuid: str | None = None) -> None:
        """Take an answer away and stay."""
        self._stay(Action.UNLABEL, identifier, uuid=uuid)

    def comment(
        self, text: str, *, identifier: str | None = None, uuid: str | None = None
    ) -> None:
        """Save a comment, or clear it with ``""``, and stay."""
        self._stay(Action.COMMENT, identifier, comment=text, uuid=uuid)

    def undo(self, *, uuid: str | None = None) -> None:
        """Take back the last thing done, in whichever round, and go there."""
        self._turn_back(Action.UNDO, uuid)

    def redo(self, *, uuid: str | None = None) -> None:
        """Do again what was undone last, and go there."""
        self._turn_back(Action.REDO, uuid)

    def _answer(self, action: Action, identifier: str | None, **said: Any) -> None:
        with self._lock:
            member = self._record(action, identifier, said)
            if member is not None and member is self.listing.member(member.identifier):
                self._go(self.listing.next_unanswered(member.position))
        self._notify()

    def _stay(self, action: Action, identifier: str | None, **said: Any) -> None:
        with self._lock:
            self._record(action, identifier, said)
        self._notify()

    def _record(
        self, action: Action, identifier: str | None, said: dict[str, Any]
    ) -> Member | None:
        """Record an event; ``None`` when it had been recorded before."""
        if self.own.knows(said["uuid"]):
            return None
        member = self._member_or_past(identifier)
        name = "" if self.listing is self.asked else self.listing.name
        self._recorder.record(action, member, listing=name, **said)
        self._catch_up()
        return member

    def _member_or_past(self, identifier: str | None) -> Member:
        """Find what is meant; a page may be late with what an earlier round asked."""
        try:
            return self._member(identifier)
        except CampaignError:
            past = self.own.past(identifier or "")
            if past is None:
                raise
            return past

    def _turn_back(self, action: Action, uuid: str | None) -> None:
        with self._lock:
            self._catch_up()
            history = self.own.history
            target = history.to_undo if action is Action.UNDO else history.to_redo
            if target is None or self.own.knows(uuid):
                return
            member = Member(identifier=target.identifier, role=target.role, position=0)
            self._recorder.record(action, member, value=target.uuid, uuid=uuid)
            self._catch_up()
            self._go_to_any(member)
        self._notify()
