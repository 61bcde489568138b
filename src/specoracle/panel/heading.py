"""Which spectrum is on the desk, and what is known of it."""

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import BLIND, BLIND_ROLES, shown_role
from specoracle.journal.journal import Member
from specoracle.panel.frontend import module, style
from specoracle.panel.known import Known

_FACTS = {
    "object_class": ("Class", "{}"),
    "subclass": ("Subclass", "{}"),
    "ra": ("RA", "{:.5f}°"),
    "dec": ("Dec", "{:+.5f}°"),
    "z": ("z", "{:z.5f}"),
    "snr_g": ("S/N g", "{:.0f}"),
    "snr_r": ("S/N r", "{:.0f}"),
    "observed": ("Observed", "{:.10}"),  # the day
    "release": ("Release", "{}"),
}
"""What is shown of a catalogue row, in this order, and how."""

_LONGEST = 200
"""Characters of a value that are sent: a header may hold a book."""


class Heading(anywidget.AnyWidget):
    """Identifier and catalogue facts of the batch's current spectrum.

    The last model's opinion is shown only where it cannot prejudice a measurement:
    never for members of the estimation sample, nor for repeats; and, if the annotator
    wants to answer blind, only after the answer.

    Parameters
    ----------
    campaign
        Whose model it is.
    batch
        Its current member is described.
    known
        What catalogue and model say.
    """

    _esm = module("heading")
    _css = style("heading")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, campaign: Campaign, batch: Batch, known: Known) -> None:
        self._model = campaign.model_hash
        self._batch = batch
        self._known = known
        super().__init__()
        self.on_msg(self._receive)
        batch.observe(self.redraw)
        known.observe(self.redraw)
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Describe the current spectrum."""
        batch, current = self._batch, self._batch.current
        if current is None:
            self.shown = {"title": "Nothing to label", "where": "", "facts": []}
            return
        place = f"{current.position + 1} of {len(batch.members)}"
        self.shown = {
            "title": current.identifier,
            "where": f"{place}  ·  {shown_role(current.role)}",
            "facts": facts(self._known.row(current.identifier)),
            "opinion": self._known.opinion(current),
            # Where the annotator is to be blind, why it was chosen would be a hint.
            "reason": current.reason if self._known.may_be_seen(current) else "",
            "blind": self._known.is_blind,
            "never": current.role in BLIND_ROLES,
        }

    def model_shown(self, member: Member) -> str:
        """Model whose opinion of ``member`` is shown, as the journal names it."""
        return BLIND if self._known.opinion(member) is None else self._model

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("action") == "blind":
            self._known.set_blind(wanted=bool(content["wanted"]))


def facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values of a catalogue row that are worth a look; missing ones left out.

    Examples
    --------
    >>> facts({"ra": 10.5, "object_class": "STAR", "z": None})
    [('Class', 'STAR'), ('RA', '10.50000°')]
    """
    return [
        (name, form.format(row[key])[:_LONGEST])
        for key, (name, form) in _FACTS.items()
        if row.get(key) not in (None, "") and row[key] == row[key]  # NaN differs
    ]
