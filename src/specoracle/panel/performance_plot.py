"""Precision and completeness, round by round."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.curve import curve_figure
from specoracle.figures.theme import empty_figure
from specoracle.panel.plot import Plot

if TYPE_CHECKING:
    from specoracle.campaign.judging.performance import RoundPerformance
    from specoracle.estimation.estimate import Estimate

_COURTESY = 1.5
"""By which this comes after the first spectrum, which it would hold up [s]."""


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
        await asyncio.sleep(_COURTESY)
        figure = await asyncio.to_thread(_figure, *self._where)
        if self.comm is not None:  # the desk may have been closed meanwhile
            self.draw(figure)


def _figure(folder: Path, name: str) -> go.Figure:
    # Half of the page's loading time if it stood above, for nothing seen at first.
    from specoracle.campaign.judging.performance import performance

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
            "completeness above the floor": _points(
                [one.completeness_above_floor for one in rounds]
            ),
            "precision": _points([one.precision for one in rounds]),
        },
        x_title=_x_title(rounds[-1]),
    )


def _points(estimates: "Sequence[Estimate]") -> npt.NDArray[np.float64]:
    return np.array([estimate.point for estimate in estimates], dtype=np.float64)


def _x_title(last: "RoundPerformance") -> str:
    """Say what the floor leaves out, or what is not known yet."""
    if unknown := last.completeness_above_floor.unknown:
        return f"Labels. Not yet known: {unknown}"
    if last.floor is None:
        return "Labels"
    return (
        f"Labels. Below the floor: {last.share_below:.0%} of the pool, at most "
        f"{last.below_at_most:,.0f} targets"
    )
