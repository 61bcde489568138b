"""The labelling desk: everything an annotator needs, on one screen."""

import asyncio
import logging

import ipywidgets as ipw

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.panel.answers import Answers
from specoracle.panel.gallery import Gallery
from specoracle.panel.heading import Heading
from specoracle.panel.judging import Judging
from specoracle.panel.known import Known
from specoracle.panel.map_plot import MapPlot
from specoracle.panel.performance_box import PerformanceBox
from specoracle.panel.performance_panel import PerformancePanel
from specoracle.panel.queue import Queue
from specoracle.panel.spectrum_view import SpectrumView
from specoracle.panel.training import Training

_log = logging.getLogger(__name__)

_SECONDS = 1.0
"""Between two looks at what other processes do."""


class LabellingPanel(ipw.Box):
    """The open batch of a campaign, as one annotator sees it.

    It composes widgets and keeps nothing: whatever happens goes to the batch, whatever
    is shown comes from it.

    Parameters
    ----------
    campaign
        The campaign to label for.
    annotator
        Who labels; part of every event in the journal.
    """

    children: tuple[ipw.Widget, ...]

    def __init__(self, campaign: Campaign, *, annotator: str) -> None:
        self.campaign = campaign
        self.annotator = annotator
        super().__init__()
        self.add_class("specoracle-panel")
        self._judging = Judging(campaign)
        # It says how good all is, not the batch alone: it stays when a round opens.
        self.figures = PerformancePanel(campaign, self._judging)
        self.figures.add_class("so-area-figures")
        self.reload()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script: it calls `look` itself
            self._watcher = None
        else:
            self._watcher = loop.create_task(self._watch())

    def reload(self) -> None:
        """Take the batch that is open now, with widgets of its own."""
        batch = self.batch = self.campaign.batch(self.annotator)
        # The batch tells its observers in this order. The spectrum comes before the
        # answers, so that no answer is offered for what is not yet drawn.
        known = Known(self.campaign, batch)
        self.spectrum = SpectrumView(self.campaign, batch, known)
        self.heading = Heading(self.campaign, batch, known)
        workspace = self.campaign.workspace
        self.answers = Answers(
            batch,
            model_shown=self.heading.model_shown,
            keys=workspace.keys(self.annotator),
            desk=str(workspace.folder.resolve()),
        )
        self.queue = Queue(batch, self.campaign)
        self.training = Training(self.campaign, batch)
        self.map = MapPlot(self.campaign, batch)
        self.performance = PerformanceBox(self._judging)
        areas: dict[str, ipw.Widget] = {
            "heading": self.heading,
            "training": self.training,
            "spectrum": self.spectrum,
            "gallery": Gallery(self.campaign, batch),
            "answers": self.answers,
            "queue": self.queue,
            "map": self.map,
            "curve": self.performance,
        }
        for area, widget in areas.items():
            widget.add_class(f"so-area-{area}")
        self._replace((self.figures, *areas.values()))
        self.figures.look()

    def look(self) -> None:
        """See what other pages and processes did: answers, a job, a new round."""
        self.training.look()
        self.batch.refresh()
        if not self.batch.is_open:
            self.reload()

    def close(self) -> None:
        """Close the panel with everything in it."""
        if self._watcher is not None:
            self._watcher.cancel()
        self._replace(())
        self.figures.close()
        self._judging.close()
        super().close()

    async def _watch(self) -> None:
        trouble = False
        while True:
            await asyncio.sleep(_SECONDS)
            try:
                self.look()
            except (SpecoracleError, OSError) as error:
                if not trouble:
                    _log.warning("%s", error)
                    self.answers.say("error", str(error))
                trouble = True
            else:
                if trouble:
                    self.answers.say("saved", "All is well again")
                trouble = False

    def _replace(self, children: tuple[ipw.Widget, ...]) -> None:
        before, self.children = self.children, children
        for child in before:
            if child is not self.figures:
                child.close()
