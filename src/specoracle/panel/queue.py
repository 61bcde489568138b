"""The members of a batch, one line each."""

from typing import Any

import anywidget
import traitlets

from specoracle.campaign.batch import Batch
from specoracle.figures.theme import ROLE_COLOURS, class_colours
from specoracle.journal.event import BLIND_ROLES
from specoracle.journal.fold import NOTHING, Judgement
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style


class Queue(anywidget.AnyWidget):
    """Number, role and answer of every member; a click goes there.

    Parameters
    ----------
    batch
        The batch that is shown. Its state is the only state.
    """

    _esm = module("queue")
    _css = style("queue")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        super().__init__()
        self.on_msg(self._receive)
        batch.observe(self.redraw)
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Show the batch as it is now."""
        batch, current, answers = self._batch, self._batch.current, self._batch.answers
        self.shown = {
            "members": [
                _line(member, answers.get(member.identifier, NOTHING))
                for member in batch.members
            ],
            "current": None if current is None else current.identifier,
            "roles": ROLE_COLOURS,
            "colours": dict(
                zip(batch.classes, class_colours(len(batch.classes)), strict=True)
            ),
        }

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("action") == "goto":
            self._batch.goto(str(content["identifier"]))


def _line(member: Member, answer: Judgement) -> dict[str, Any]:
    return {
        "number": member.position + 1,
        "identifier": member.identifier,
        "role": str(member.role),
        # Where the annotator is to be blind, why it was chosen would be a hint.
        "reason": "" if member.role in BLIND_ROLES else member.reason,
        "answer": answer.value,
        "skipped": answer.skipped,
        "comment": answer.comment,
    }
