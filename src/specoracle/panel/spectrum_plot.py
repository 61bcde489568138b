"""The spectrum on the desk: as the survey observed it, else as the archive holds it."""

import asyncio
from functools import lru_cache

import plotly.graph_objects as go

from specoracle.campaign.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.spectrum import spectrum_figure
from specoracle.figures.theme import empty_figure
from specoracle.panel.plot import Plot

_SOON = 0.15
"""When the next figure is made: after the answer has been shown [s]."""


class SpectrumPlot(Plot):
    """The batch's current spectrum, whole and around Hα.

    Parameters
    ----------
    campaign
        Where spectra come from.
    batch
        Its current member is drawn.
    """

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        self._batch = batch
        self._drawn: str | None = None
        self._figure = lru_cache(maxsize=8)(self._make_figure)
        super().__init__(empty_figure("The batch is empty"), testid="spectrum")
        batch.observe(self.redraw)
        self.redraw()

    def redraw(self, _: object = None) -> None:
        """Draw the current spectrum if another one is drawn."""
        current = self._batch.current
        if current is None or current.identifier == self._drawn:
            return
        self._drawn = current.identifier
        self.draw(self._figure(current.identifier))
        following = self._batch.members[current.position + 1 : current.position + 2]
        for member in following:
            self._prepare(member.identifier)

    def _prepare(self, identifier: str) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script
            return
        loop.call_later(_SOON, self._figure, identifier)

    def _make_figure(self, identifier: str) -> go.Figure:
        try:
            spectrum, note = self._campaign.observed(identifier), ""
            unit = "unit of the survey"
        except (SpecoracleError, OSError):
            spectrum, unit = self._campaign.prepared(identifier), "scaled to −1 … 1"
            note = "The survey file cannot be read: this is the row of the archive"
        return spectrum_figure(
            spectrum.wavelength,
            spectrum.flux,
            spectrum.ivar,
            identifier=identifier,
            unit=unit,
            note=note,
        )
