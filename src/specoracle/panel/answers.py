"""Buttons and keys for the answers, and the word "Saved".

A message from the page carries the identifier that stood on the screen. Where that is
not the current member, nothing is recorded: a key pressed a moment too late, or twice,
cannot answer for the next spectrum.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import anywidget
import traitlets

from specoracle.campaign.batch import Batch
from specoracle.figures.theme import class_colours
from specoracle.journal.event import BLIND
from specoracle.journal.fold import NOTHING, Judgement
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style

_MOVES = ("undo", "redo", "back", "forward")


class Answers(anywidget.AnyWidget):
    """One button a class; skip, undo, redo, back, forward; a comment; the progress.

    Parameters
    ----------
    batch
        The batch that receives the answers. Its state is the only state.
    model_shown
        Hash of the model whose opinion a member is shown with; it is recorded with the
        answer. Nobody's when left out.
    """

    _esm = module("answers")
    _css = style("answers")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(
        self, batch: Batch, *, model_shown: Callable[[Member], str] = lambda _: BLIND
    ) -> None:
        self._batch = batch
        self._model_shown = model_shown
        self._times_shown = 0
        super().__init__()
        self.on_msg(self._receive)
        batch.observe(self.redraw)
        self.redraw()

    def redraw(self, _: object = None, *, state: str = "", message: str = "") -> None:
        """Show the batch as it is now, and what became of the last message.

        Parameters
        ----------
        state
            ``"saved"``, ``"note"``, ``"error"`` or nothing.
        message
            The words for it.
        """
        batch, current, answers = self._batch, self._batch.current, self._batch.answers
        identifier = "" if current is None else current.identifier
        answer = answers.get(identifier, NOTHING)
        self._times_shown += 1
        self.shown = {
            # Counts up, so that the page hears of an answer that changed nothing too.
            "times_shown": self._times_shown,
            "identifier": identifier,
            "classes": batch.classes,
            "colours": class_colours(len(batch.classes)),
            "answer": answer.value,
            "skipped": answer.skipped,
            "comment": answer.comment,
            "can_undo": batch.can_undo,
            "can_redo": batch.can_redo,
            "answered": sum(one.answered for one in answers.values()),
            "total": len(batch.members),
            "roles": _progress(batch.members, answers),
            "state": state,
            "message": message,
        }

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        # Whatever fails here, the annotator must see it, and the batch stays as it was.
        try:
            state, message = self._perform(content)
        except Exception as error:
            state, message = "error", f"Not saved. {error}"
        self.redraw(state=state, message=message)

    def _perform(self, content: dict[str, Any]) -> tuple[str, str]:
        batch, action = self._batch, content.get("action")
        identifier = content.get("identifier")
        if action in _MOVES:
            getattr(batch, action)()
            return ("saved", "Saved") if action in ("undo", "redo") else ("", "")
        if action == "comment":
            batch.comment(str(content["text"]), identifier=identifier)
            return "saved", "Comment saved"
        if batch.current is None or identifier != batch.current.identifier:
            return "note", "Nothing recorded: another spectrum was on the screen"
        if action == "label":
            batch.label(
                str(content["value"]),
                identifier=identifier,
                milliseconds=int(content["milliseconds"]),
                model_hash=self._model_shown(batch.current),
            )
        elif action == "skip":
            batch.skip(identifier=identifier)
        return "saved", "Saved"


def _progress(
    members: Iterable[Member], answers: Mapping[str, Judgement]
) -> dict[str, tuple[int, int]]:
    """Answered and all members of each role."""
    members = tuple(members)
    total = Counter(str(member.role) for member in members)
    done = Counter(
        str(member.role)
        for member in members
        if answers.get(member.identifier, NOTHING).answered
    )
    return {role: (done[role], number) for role, number in total.items()}
