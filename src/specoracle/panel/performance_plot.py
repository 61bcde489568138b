"""Precision and completeness, round by round."""

import asyncio
from pathlib import Path

import numpy as np
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.curve import curve_figure
from specoracle.figures.theme import empty_figure
from specoracle.panel.plot import Plot


class PerformancePlot(Plot):
    """What the estimation sample says of each round's model, with intervals.

    Every round's scores of the whole pool are read for this. On a page that happens in
    a thread, after the desk has appeared.

    Parameters
    ----------
    campaign
        Whose performance it is.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._where = (campaign.workspace.folder, campaign.name)
        super().__init__(empty_figure("Estimating…"), testid="performance")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script
            self.draw(_figure(*self._where))
        else:
            self._task = loop.create_task(self._draw_later())

    async def _draw_later(self) -> None:
        figure = await asyncio.to_thread(_figure, *self._where)
        if self.comm is not None:  # the desk may have been closed meanwhile
            self.draw(figure)


def _figure(folder: Path, name: str) -> go.Figure:
    # Half of the page's loading time if it stood above, for nothing seen at first.
    from specoracle.campaign.performance import performance

    # A campaign of its own, because another thread uses that of the panel.
    campaign = Campaign.open(folder, name)
    try:
        rounds = performance(campaign)
    except (SpecoracleError, OSError) as error:
        return empty_figure(f"No estimate: {type(error).__name__}")
    finally:
        campaign.close()
    if not rounds:
        return empty_figure("Performance is estimated from the first round on")
    return curve_figure(
        np.array([one.n_labels for one in rounds]),
        {
            name: np.array([[e.value, e.low, e.high] for e in estimates])
            for name, estimates in {
                "precision": [one.precision for one in rounds],
                "completeness": [one.completeness for one in rounds],
            }.items()
        },
    )
