"""How good the lists of the rounds are, and whether to go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw
import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.curve import curve_figure
from specoracle.figures.theme import empty_figure
from specoracle.panel.advice import Advice, AdviceWords
from specoracle.panel.plot import Plot

if TYPE_CHECKING:
    from specoracle.campaign.judging.performance import RoundPerformance
    from specoracle.estimation.estimate import Estimate

_COURTESY = 1.5
"""By which this comes after the first spectrum, which it would hold up [s]."""


@dataclass(frozen=True, slots=True)
class _Seen:
    figure: go.Figure
    words: AdviceWords


class PerformanceBox(ipw.VBox):
    """What the estimation sample says of each round's model, and what is advised.

    Every round's scores of the whole pool are read for this. On a page that happens in
    a thread, after the desk has appeared. The advice is a look at the estimates, and is
    recorded as one: the same round seen again is no new look.

    Parameters
    ----------
    campaign
        Whose performance it is.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._where = (campaign.workspace.folder, campaign.name)
        self.plot = Plot(empty_figure("Estimating…"), testid="performance")
        self.advice = Advice()
        self._is_open = True
        super().__init__([self.plot, self.advice])
        self.add_class("specoracle")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script
            self._show(_seen(*self._where))
        else:
            self._task = loop.create_task(self._show_later())

    def close(self) -> None:
        """Close the plot and the advice with the box."""
        self._is_open = False
        self.plot.close()
        self.advice.close()
        super().close()

    async def _show_later(self) -> None:
        await asyncio.sleep(_COURTESY)
        seen = await asyncio.to_thread(_seen, *self._where)
        if self._is_open:  # the desk may have been closed meanwhile
            self._show(seen)

    def _show(self, seen: _Seen) -> None:
        self.plot.draw(seen.figure)
        self.advice.show(seen.words)


def _seen(folder: Path, name: str) -> _Seen:
    # Half of the page's loading time if they stood above, for nothing seen at first.
    from specoracle.campaign.judging.performance import performance
    from specoracle.campaign.judging.stopping import stopping_advice

    # A campaign of its own, because another thread uses that of the panel.
    campaign = Campaign.open(folder, name)
    try:
        rounds = performance(campaign)
        advice = stopping_advice(campaign, rounds=rounds)
    except (SpecoracleError, OSError) as error:
        figure = empty_figure(f"No estimate: {type(error).__name__}")
        return _Seen(figure, AdviceWords(sentence=f"No advice. {error}"))
    finally:
        campaign.close()
    reasons = [(one.met, one.sentence) for one in (*advice.criteria, *advice.limits)]
    words = AdviceWords(
        figure=_primary(rounds[-1]) if rounds else "",
        floor=_floor(rounds[-1]) if rounds else "",
        sentence=advice.sentence,
        stop=advice.stop,
        reasons=reasons,
    )
    return _Seen(_figure(rounds), words)


def _figure(rounds: "Sequence[RoundPerformance]") -> go.Figure:
    if not rounds:
        return empty_figure("Performance is estimated from the first round on")
    return curve_figure(
        np.array([one.n_labels for one in rounds]),
        {
            "completeness": _points([one.completeness_above_floor for one in rounds]),
            "precision": _points([one.precision for one in rounds]),
        },
        x_title="Labels",
        y_title="",
    )


def _points(estimates: "Sequence[Estimate]") -> npt.NDArray[np.float64]:
    return np.array([estimate.point for estimate in estimates], dtype=np.float64)


def _primary(last: "RoundPerformance") -> str:
    return f"Completeness above the floor: {last.completeness_above_floor}"


def _floor(last: "RoundPerformance") -> str:
    if last.floor is None:
        return "There is no floor yet."
    return (
        f"Below the floor, a score of {last.floor:.3g}, lie {last.share_below:.0%} of the "
        f"pool and at most {last.below_at_most:,.0f} targets (95 %)."
    )
