"""Many spectra of the batch at a glance, labelled one by one or all the rest at once.

Members of the estimation sample and repeats are never among "the rest": they measure, and
a measurement is looked at. They can be labelled here singly.
"""

from collections.abc import Iterator
from typing import Any

import anywidget
import numpy as np
import numpy.typing as npt
import traitlets

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.theme import class_colours
from specoracle.journal.event import BLIND_ROLES
from specoracle.journal.fold import NOTHING
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style
from specoracle.panel.wire import plain_curve
from specoracle.spectra.lines import HALPHA

N_PER_PAGE = 48

_AROUND = 170.0
"""Half of the window that a thumbnail shows of a wide archive [Angstrom]."""

_FEW = 30
"""Pixels around Hα that are worth a window; else all of the spectrum is shown."""

_POINTS = 240
"""Points of a thumbnail, at most: more than it has pixels on the screen."""

Wave = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.floating]


class Gallery(anywidget.AnyWidget):
    """A page of thumbnails; the page of the browser says which, and when it is open.

    Parameters
    ----------
    campaign
        Where prepared spectra come from.
    batch
        Its members are shown; its verbs record every answer.
    """

    _esm = module("gallery")
    _css = style("gallery")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        self._batch = batch
        self._first: int | None = None
        super().__init__()
        self.on_msg(self._receive)
        batch.observe(self.redraw)

    def redraw(self, _: object = None, *, message: str = "", failed: bool = False) -> None:
        """Show the answers of the page that is open, if one is."""
        if self._first is None:
            return
        batch = self._batch
        answers = batch.answers
        self.shown = {
            "first": self._first,
            "total": len(batch.members),
            "classes": batch.classes,
            "colours": class_colours(len(batch.classes)),
            "message": message,
            "failed": failed,
            "members": [
                {
                    "identifier": member.identifier,
                    "number": member.position + 1,
                    "blind": member.role in BLIND_ROLES,
                    "answer": answers.get(member.identifier, NOTHING).value,
                    "skipped": answers.get(member.identifier, NOTHING).skipped,
                }
                for member in self._page()
            ],
        }

    def _page(self) -> tuple[Member, ...]:
        first = self._first or 0
        return self._batch.members[first : first + N_PER_PAGE]

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        # Whatever fails here, the annotator must see it, and the batch stays as it was.
        try:
            message = self._perform(content)
        except (SpecoracleError, OSError) as error:
            self.redraw(message=f"Not saved. {error}", failed=True)
        else:
            self.redraw(message=message)

    def _perform(self, content: dict[str, Any]) -> str:
        names = [str(name) for name in content.get("identifiers", ())]
        match content.get("action"):
            case "open":
                self._open(int(content["first"]))
            case "close":
                self._first = None
            case "look":
                self._first = None
                self._batch.goto(names[0])
            case "skip":
                self._batch.skip(identifier=names[0])
                return "Saved"
            case "label":
                self._batch.label(str(content["value"]), identifier=names[0])
                return "Saved"
            case "rest":
                return self._rest(str(content["value"]), names)
        return ""

    def _rest(self, value: str, names: list[str]) -> str:
        """Label what was seen on the page and is not answered; one event each."""
        answers = self._batch.answers
        rest = [
            member.identifier
            for member in self._page()
            if member.identifier in names
            and member.role not in BLIND_ROLES
            and not answers.get(member.identifier, NOTHING).answered
        ]
        for name in rest:
            self._batch.label(value, identifier=name)
        return f"Saved: {len(rest)} more are {value}"

    def _open(self, first: int) -> None:
        last = max(0, len(self._batch.members) - 1) // N_PER_PAGE * N_PER_PAGE
        self._first = min(max(0, first // N_PER_PAGE * N_PER_PAGE), last)
        names = [member.identifier for member in self._page()]
        curves = [plain_curve(*one) for one in thumbnails(self._campaign, names)]
        self.send(
            {
                "kind": "thumbnails",
                "identifiers": names,
                "curves": [curve.words for curve in curves],
            },
            buffers=[buffer for curve in curves for buffer in curve.buffers],
        )


def thumbnails(campaign: Campaign, names: list[str]) -> Iterator[tuple[Wave, Pixels]]:
    """Wavelengths and prepared flux of each, NaN where unusable, in few points.

    Parameters
    ----------
    campaign
        Where the spectra are.
    names
        Their identifiers.
    """
    archive = campaign.archive
    rows = archive.rows(names)
    flux = np.where(archive.column("ivar", rows) > 0, archive.column("flux", rows), np.nan)
    wavelength = archive.wavelength
    near = np.abs(wavelength - HALPHA) <= _AROUND
    if near.sum() >= _FEW:
        wavelength, flux = wavelength[near], flux[:, near]
    width = -(-wavelength.size // _POINTS)
    n = wavelength.size // width
    binned = flux[:, : n * width].reshape(len(names), n, width)
    count = np.isfinite(binned).sum(axis=2)
    means = np.full(count.shape, np.nan)
    np.divide(np.nansum(binned, axis=2), count, out=means, where=count > 0)
    middle = wavelength[: n * width].reshape(n, width).mean(axis=1)
    return ((middle, row) for row in means)
