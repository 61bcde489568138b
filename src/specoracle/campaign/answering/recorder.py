"""Write one annotator's answers to one round into the journal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from specoracle.errors import CampaignError
from specoracle.journal.event import Action, LabelEvent
from specoracle.journal.journal import Journal, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Makes events of answers, and refuses them when the round is over.

    Attributes
    ----------
    journal
        Where they are recorded.
    campaign, round_number, annotator
        What all events have in common.
    content_hash
        Hash of the prepared spectrum that was shown, by identifier.
    """

    journal: Journal
    campaign: str
    round_number: int
    annotator: str
    content_hash: Callable[[str], str]

    @property
    def is_open(self) -> bool:
        """Whether the campaign is still in this round."""
        return self.journal.last_round(self.campaign) == self.round_number

    def record(
        self,
        action: Action,
        member: Member,
        *,
        value: str | None = None,
        listing: str = "",
        uuid: str | None = None,
        **said: Any,
    ) -> None:
        """Append an event; on disk when this returns.

        Parameters
        ----------
        action, member, value
            What was done about which.
        listing
            Where it was found, when not in the batch.
        uuid
            Identity that the page gave to the event; a new one when left out.
        **said
            Other fields of the event.

        Raises
        ------
        CampaignError
            If the round is over.
        JournalError
            If it could not be saved.
        """
        if not self.is_open:
            raise CampaignError(
                f"{self.campaign}: expected an answer to the open round, got one to round "
                f"{self.round_number}, which is over. Go on with the new batch; answers "
                "already given count."
            )
        if uuid is not None:
            said["uuid"] = uuid
        batch = f"{self.campaign}/{self.round_number:04d}"
        self.journal.record(
            LabelEvent(
                campaign=self.campaign,
                round_number=self.round_number,
                batch=f"{batch}/{listing}" if listing else batch,
                annotator=self.annotator,
                identifier=member.identifier,
                content_hash=self.content_hash(member.identifier),
                role=member.role,
                action=action,
                value=value,
                **said,
            )
        )
