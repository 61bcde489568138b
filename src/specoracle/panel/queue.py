"""What is gone through, one line each: the batch, earlier answers, or candidates.

A step sends only what has changed, so that a list of thousands costs no more than a short
one. The page searches and filters by itself.
"""

from typing import Any

import anywidget
import traitlets

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.answering.listing import Listing
from specoracle.campaign.answering.streams import (
    CANDIDATES,
    OBJECT,
    CandidateFilter,
    candidate_members,
    object_members,
)
from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.theme import ROLE_COLOURS, class_colours
from specoracle.journal.event import BLIND_ROLES, shown_role
from specoracle.journal.fold import NOTHING, Judgement
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style
from specoracle.panel.later import Later

EARLIER = "earlier"
"""Name of the listing of answers to earlier rounds."""

MOST = 64
"""Changes that are sent again with each step, before all is sent anew."""

LONGEST = 300
"""Characters of a comment that the list knows."""


class Queue(anywidget.AnyWidget):
    """Number, role and answer of every member; a click goes there.

    Parameters
    ----------
    batch
        The batch that is shown. Its state is the only state.
    campaign
        Where candidates come from; none are offered when left out.
    """

    _esm = module("queue")
    _css = style("queue")

    listing = traitlets.Dict().tag(sync=True)
    given = traitlets.Dict().tag(sync=True)
    latest = traitlets.Dict().tag(sync=True)
    current = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    def __init__(self, batch: Batch, campaign: Campaign | None = None) -> None:
        self._batch = batch
        self._campaign = campaign
        self._listing: Listing | None = None
        self._told: dict[str, Judgement] = {}
        super().__init__()
        self.on_msg(self._receive)
        self._redraw_later = Later(self.redraw)
        batch.observe(self._redraw_later)
        self.redraw()

    def close(self) -> None:
        """Close the list with what it put off."""
        self._redraw_later.cancel()
        super().close()

    def redraw(self) -> None:
        """Show what is gone through as it is now."""
        batch = self._batch
        answers = dict(batch.answers)
        with self.hold_sync():
            if batch.listing is not self._listing:
                self._listing = batch.listing
                self.listing = self._described()
                self._tell_all(answers)
            self._tell(answers)
            self.current = "" if batch.current is None else batch.current.identifier

    def _tell(self, answers: dict[str, Judgement]) -> None:
        changed = {i: a for i, a in answers.items() if self._told.get(i) is not a}
        changed |= dict.fromkeys(self._told.keys() - answers.keys(), NOTHING)
        if not changed:
            return
        latest = {**self.latest, **{i: _answer(a) for i, a in changed.items()}}
        if len(latest) > MOST:
            self._tell_all(answers)
        else:
            self.latest, self._told = latest, answers

    def _tell_all(self, answers: dict[str, Judgement]) -> None:
        self.given = {i: _answer(answer) for i, answer in answers.items()}
        self.latest, self._told = {}, answers

    def _described(self) -> dict[str, Any]:
        batch = self._batch
        colours = class_colours(len(batch.classes))
        return {
            "name": batch.listing.name,
            "members": [_line(member) for member in batch.members],
            "roles": ROLE_COLOURS,
            "colours": dict(zip(batch.classes, colours, strict=True)),
            "classes": batch.classes,
        }

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        try:
            self.note = ""
            self._perform(content)
        except (SpecoracleError, OSError, TypeError, ValueError) as error:
            self.note = str(error)

    def _perform(self, content: dict[str, Any]) -> None:
        batch, action = self._batch, content.get("action")
        if action == "goto":
            batch.goto(str(content["identifier"]))
        elif action == "batch":
            batch.show_batch()
        elif action == EARLIER:
            batch.show(EARLIER, batch.own.earlier())
        elif self._campaign is not None and action == CANDIDATES:
            wanted = CandidateFilter(**content.get("wanted", {}))
            batch.show(CANDIDATES, candidate_members(self._campaign, wanted))
        elif self._campaign is not None and action == OBJECT and batch.current is not None:
            batch.show(OBJECT, object_members(self._campaign, batch.current))


def _line(member: Member) -> dict[str, Any]:
    return {
        "number": member.position + 1,
        "identifier": member.identifier,
        "role": str(shown_role(member.role)),
        # Where the annotator is to be blind, why it was chosen would be a hint.
        "reason": "" if member.role in BLIND_ROLES else member.reason,
    }


def _answer(answer: Judgement) -> dict[str, Any]:
    """What the list shows of an answer; what is not said is left out."""
    said: dict[str, Any] = {
        "answer": answer.value,
        "skipped": answer.skipped,
        "comment": answer.comment[:LONGEST],
        "unsure": answer.sure is False,
        "quality": answer.quality,
        "flagged": answer.flagged,
    }
    return {name: value for name, value in said.items() if value not in (None, "", False)}
