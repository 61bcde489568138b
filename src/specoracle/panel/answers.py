"""Buttons and keys for the answers, and the word "Saved".

A message from the page carries the identifier that stood on the screen, and an identity
of its own. Where the identifier is not the current member, nothing is recorded: a key
pressed a moment too late, or twice, cannot answer for the next spectrum. Whatever became
of a message is told under its identity; the page keeps it, and sends it again, until it
hears that.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.answering.key_bindings import KeyBindings
from specoracle.campaign.answering.pace import pace
from specoracle.errors import CampaignError
from specoracle.figures.theme import class_colours
from specoracle.journal.event import BLIND, QUALITIES
from specoracle.journal.fold import NOTHING
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style

_TURNS = ("undo", "redo")
_MOVES = ("back", "forward")
_NOT_THERE = "Nothing recorded: another spectrum was on the screen"


class Answers(anywidget.AnyWidget):
    """What is said of a spectrum, by keys and buttons; undo and redo; the progress.

    Parameters
    ----------
    batch
        The batch that receives the answers. Its state is the only state.
    model_shown
        Hash of the model whose opinion a member is shown with; it is recorded with the
        answer. Nobody's when left out.
    keys
        File that remembers the annotator's keys; they are forgotten when left out.
    desk
        What tells this desk from others that the same browser may show.
    """

    _esm = module("answers")
    _css = style("answers")

    shown = traitlets.Dict().tag(sync=True)
    bindings = traitlets.Dict().tag(sync=True)
    qualities = traitlets.List(list(QUALITIES)).tag(sync=True)
    desk = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        batch: Batch,
        *,
        model_shown: Callable[[Member], str] = lambda _: BLIND,
        keys: Path | None = None,
        desk: str = "",
    ) -> None:
        self._batch = batch
        self._model_shown = model_shown
        self._keys = keys
        self._bound = KeyBindings() if keys is None else KeyBindings.read(keys)
        self._times_shown = 0
        self._is_performing = False
        self._became = {"about": "", "state": "", "message": ""}
        whose = f"{desk}\n{batch.campaign}\n{batch.annotator}"
        super().__init__(
            bindings=self._bound.keys, desk=hashlib.sha256(whose.encode()).hexdigest()[:24]
        )
        self.on_msg(self._receive)
        batch.observe(self._follow)
        self.redraw()

    def redraw(self) -> None:
        """Show the batch as it is now, and what became of the last message."""
        batch, current = self._batch, self._batch.current
        identifier = "" if current is None else current.identifier
        answer = batch.answers.get(identifier, NOTHING)
        self._times_shown += 1
        self.shown = {
            # Counts up, so that the page hears of an answer that changed nothing too.
            "times_shown": self._times_shown,
            "identifier": identifier,
            "listing": batch.listing.name,
            "classes": batch.classes,
            "colours": class_colours(len(batch.classes)),
            "answer": answer.value,
            "skipped": answer.skipped,
            "comment": answer.comment,
            "unsure": answer.sure is False,
            "quality": answer.quality,
            "flagged": answer.flagged,
            "can_undo": batch.can_undo,
            "can_redo": batch.can_redo,
            "answered": batch.n_answered,
            "total": len(batch.asked.members),
            "roles": batch.asked.progress,
            **_figures(batch),
            **self._became,
        }

    def say(self, state: str, message: str) -> None:
        """Tell the annotator something that is about no message of the page."""
        self._became = {"about": "", "state": state, "message": message}
        self.redraw()

    def _follow(self, _: object) -> None:
        """Redraw, unless what becomes of a message is about to be told as well."""
        if not self._is_performing:
            self.redraw()

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("action") == "ping":
            self.send({"kind": "pong"})
            return
        self._is_performing = True
        # Whatever fails here, the annotator must see it, and the batch stays as it was.
        try:
            state, message = self._perform_if_open(content)
        except CampaignError as error:
            state, message = "refused", f"{_answer_of(content)}{error}"
        except Exception as error:
            state, message = "unsaved", f"Not saved. {error}"
        finally:
            self._is_performing = False
        about = str(content.get("uuid") or "")
        self._became = {"about": about, "state": state, "message": message}
        self.redraw()

    def _perform_if_open(self, content: dict[str, Any]) -> tuple[str, str]:
        try:
            return self._perform(content)
        except CampaignError:
            if self._batch.is_open:
                raise
            # The page keeps it; the desk of the new round takes it over.
            return "unsaved", "Not saved yet: a new round is open."

    def _perform(self, content: dict[str, Any]) -> tuple[str, str]:
        batch, action = self._batch, content.get("action")
        if action in _MOVES:
            getattr(batch, action)()
            return "", ""
        if action in _TURNS:
            getattr(batch, action)(uuid=content.get("uuid"))
            return "saved", "Saved"
        if action == "bind":
            return self._bind(str(content["what"]), str(content["key"]))
        about = {"identifier": content.get("identifier"), "uuid": content.get("uuid")}
        if action == "comment":
            batch.comment(str(content["text"]), **about)
            return "saved", "Comment saved"
        seen = batch.current is not None and about["identifier"] == batch.current.identifier
        if not seen and not content.get("again"):
            return "note", _NOT_THERE
        self._say(content, about)
        return "saved", "Saved"

    def _say(self, content: dict[str, Any], about: dict[str, Any]) -> None:
        batch, value = self._batch, content.get("value")
        match content.get("action"):
            case "label":
                sure = content.get("sure")
                batch.label(
                    str(value),
                    sure=None if sure is None else bool(sure),
                    milliseconds=int(content["milliseconds"]),
                    model_hash=self._model_of(str(about["identifier"])),
                    **about,
                )
            case "skip":
                batch.skip(**about)
            case "unlabel":
                batch.unlabel(**about)
            case "bad":
                batch.bad(str(value), **about)
            case "good":
                batch.good(**about)
            case "unsure":
                batch.be_sure(sure=not value, **about)
            case "flag":
                batch.flag(on=bool(value), **about)
            case other:
                raise CampaignError(
                    f"Page: expected something to do, got {other!r}. Reload the page."
                )

    def _model_of(self, identifier: str) -> str:
        listing = self._batch.listing
        member = listing.member(identifier) or self._batch.asked.member(identifier)
        return BLIND if member is None else self._model_shown(member)

    def _bind(self, action: str, key: str) -> tuple[str, str]:
        bound = self._bound.bound(action, key)
        if self._keys is not None:
            bound.write(self._keys)
        self._bound, self.bindings = bound, dict(bound.keys)
        return "saved", f"Key of {action}: {key}"


def _answer_of(content: Mapping[str, Any]) -> str:
    """Words for an answer that is refused, so that nobody has to remember it."""
    said = [content[name] for name in ("action", "value", "text") if content.get(name)]
    words = " ".join(str(one) for one in said)
    return f"Not recorded: {words}, of {content.get('identifier')}. "


def _figures(batch: Batch) -> dict[str, Any]:
    found = pace(batch.own.events, batch.own.repeats())
    return {"an_hour": found.an_hour, "agreement": (found.n_agreeing, found.n_repeats)}
