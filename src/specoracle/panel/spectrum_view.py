"""The spectrum on the desk: whole, about one line, and as the network sees it.

The page keeps spectra that were sent before they were needed, and draws the next one as
soon as it hears its name. It draws on a canvas of its own: one step with Plotly takes as
long as a step may take altogether.
"""

import asyncio
from collections import OrderedDict
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.answering.streams import OBJECT
from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.journal.fold import NOTHING
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style
from specoracle.panel.known import Known
from specoracle.panel.later import Later
from specoracle.panel.overlays import Overlays
from specoracle.panel.read_ahead import ReadAhead
from specoracle.panel.spectrum_message import SpectrumMessage, spectrum_message
from specoracle.spectra.line_groups import LINE_GROUPS, ZOOMS

_AHEAD = 12
"""How many of the following spectra are sent before they are needed."""

_KEPT = 40
"""How many the page is trusted to still have; it keeps a few more."""

_STACKED = 12
"""Most spectra of one object that are shown together."""

_LINES = {
    "groups": [(group, list(lines.items())) for group, lines in LINE_GROUPS.items()],
    "zooms": [asdict(zoom) for zoom in ZOOMS],
}


class SpectrumView(anywidget.AnyWidget):
    """The batch's current spectrum.

    Parameters
    ----------
    campaign
        Where spectra come from.
    batch
        Its current member is shown.
    known
        What the catalogue says of its members.
    """

    _esm = module("viewer")
    _css = style("viewer")

    lines = traitlets.Dict(_LINES).tag(sync=True)
    current = traitlets.Dict().tag(sync=True)

    def __init__(self, campaign: Campaign, batch: Batch, known: Known) -> None:
        self._batch = batch
        self._known = known
        self._overlays = Overlays(campaign, batch)
        # A handle of its own, because another thread reads by it.
        self._campaign = campaign.reopened()
        self._spectra = ReadAhead(self._read)
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._look_ahead_later = Later(self._look_ahead)
        self._is_watched = False
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # a script
            self._loop = None
        super().__init__()
        self.on_msg(self._receive)
        batch.observe(self.redraw)
        known.observe(self.redraw)
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Name the current spectrum to the page, and get ready for what follows."""
        # One trait, so that what the model looked at never lies on another spectrum.
        self.current = {
            **self._named(self._batch.current),
            "next": self._named(self._batch.following),
            "companions": self._companions(),
        }
        if self._loop is not None:
            self._look_ahead_later()

    def _named(self, member: Member | None) -> dict[str, Any]:
        if member is None:
            return {"identifier": "", "strip": None}
        return {"identifier": member.identifier, "strip": self._known.strip(member)}

    def _companions(self) -> list[tuple[str, str]]:
        """Spectra of the object that is looked at, with the day and the answer of each."""
        batch = self._batch
        if batch.listing.name != OBJECT:
            return []
        return [
            (member.identifier, self._words(member.identifier))
            for member in batch.members[:_STACKED]
        ]

    def _words(self, identifier: str) -> str:
        when = self._known.row(identifier).get("observed")
        day = str(when)[:10] if when else f"…{identifier[-12:]}"
        answer = self._batch.answers.get(identifier, NOTHING).value
        return f"{day}  {answer}" if answer else day

    def close(self) -> None:
        """End reading with the view."""
        self._look_ahead_later.cancel()
        self._spectra.close()
        self._campaign.close()
        super().close()

    def _read(self, identifier: str) -> SpectrumMessage:
        return spectrum_message(self._campaign, identifier)

    def _look_ahead(self) -> None:
        current = self._batch.current
        if current is None:
            return
        start = current.position
        around = [
            *self._batch.members[start : start + _AHEAD + 1],
            *self._batch.members[max(0, start - 1) : start],
        ]
        if self._batch.listing.name == OBJECT:
            around = [*self._batch.members[:_STACKED]]
        names = [member.identifier for member in around]
        self._spectra.expect((n for n in names if n not in self._sent), self._read_one)

    def _read_one(self, identifier: str) -> None:
        """Send a spectrum from the thread of the page; called in that of the reader."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._push, identifier)

    def _push(self, identifier: str) -> None:
        # What is sent before a page listens is lost.
        if self.comm is None or not self._is_watched or identifier in self._sent:
            return
        words: dict[str, Any] = {"kind": "spectrum", "identifier": identifier}
        buffers: list[bytes] = []
        try:
            message = self._spectra.get(identifier)
            z = {"z": self._known.redshift(identifier)}
            words["about"], buffers = message.about | z, message.buffers
        except (SpecoracleError, OSError) as error:
            words["about"] = {"error": f"This spectrum cannot be read. {error}"}
        self.send(words, buffers=buffers)
        self._sent[identifier] = None
        while len(self._sent) > _KEPT:
            self._sent.popitem(last=False)

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        match content.get("kind"):
            case "ready":
                self._is_watched = True
                self._sent.clear()
                if self._batch.current is not None:
                    self._push(self._batch.current.identifier)
                self._look_ahead()
            case "want":
                identifier = str(content["identifier"])
                self._sent.pop(identifier, None)
                self._push(identifier)
            case "overlay":
                self._lay(str(content["name"]), str(content["identifier"]))

    def _lay(self, name: str, identifier: str) -> None:
        curves = self._overlays.curves(name, identifier)
        self.send(
            {
                "kind": "overlay",
                "name": name,
                "identifier": identifier,
                "curves": [curve.words for curve in curves],
            },
            buffers=[buffer for curve in curves for buffer in curve.buffers],
        )
