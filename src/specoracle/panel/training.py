"""The button that trains the next round, and how the job is getting on.

The job is a process of its own that outlives the page; this widget shows its record.
"""

from typing import Any

import anywidget
import traitlets

from specoracle import jobs
from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.panel.frontend import module, style
from specoracle.panel.later import Later


class Training(anywidget.AnyWidget):
    """Start a round and watch it.

    Parameters
    ----------
    campaign
        The campaign to train for.
    batch
        Its unanswered members are counted before a round is started.
    """

    _esm = module("training")
    _css = style("training")

    shown = traitlets.Dict().tag(sync=True)

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        self._batch = batch
        self._job: jobs.JobRecord | None = None
        super().__init__()
        self.on_msg(self._receive)
        self._redraw_later = Later(self.redraw)
        batch.observe(self._redraw_later)
        self.look()

    def close(self) -> None:
        """Close the button with what it put off."""
        self._redraw_later.cancel()
        super().close()

    @property
    def running(self) -> bool:
        """Whether a round is being trained, as far as the last look told."""
        return self._job is not None and not self._job.phase.over

    def look(self) -> None:
        """Read the record of the campaign's last job, and show it."""
        folder = self._campaign.workspace.folder
        self._job = jobs.latest(folder, "round", self._campaign.name)
        self.redraw()

    def redraw(self, *, error: str = "") -> None:
        """Show the batch as it is now, and the record as it was last read."""
        batch, job = self._batch, self._job
        where = (batch.campaign, f"round {batch.round_number}", batch.annotator)
        failed = job is not None and job.phase is jobs.Phase.ERROR
        self.shown = {
            "where": "  ·  ".join(where),
            "unanswered": batch.n_unanswered,
            "running": self.running,
            "phase": "" if job is None else str(job.phase),
            "progress": 0.0 if job is None else job.progress,
            "message": error or _words(job),
            "failed": bool(error) or failed,
        }

    def train(self) -> None:
        """Start the next round in the background."""
        campaign = self._campaign
        try:
            jobs.start(
                campaign.workspace.folder,
                "round",
                {"campaign": campaign.name},
                owner=self._batch.annotator,
            )
        except (SpecoracleError, OSError) as error:
            self.redraw(error=str(error))
        else:
            self.look()

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("action") == "train":
            self.train()


def _words(job: jobs.JobRecord | None) -> str:
    if job is None:
        return ""
    if job.phase is jobs.Phase.ERROR:
        return f"The round failed: {job.error}"
    return job.message or job.phase.capitalize()
