"""How good the lists of the rounds are, and whether to go on."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as ipw
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.errors import SpecoracleError
from specoracle.figures.theme import empty_figure
from specoracle.panel.advice import Advice, AdviceWords
from specoracle.panel.judging import Judging
from specoracle.panel.plot import Plot

if TYPE_CHECKING:
    from specoracle.campaign.judging.performance import RoundPerformance
    from specoracle.report.judged_round import JudgedRound

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
    judging
        Who judges the campaign.
    """

    def __init__(self, judging: Judging) -> None:
        self._judging = judging
        self.plot = Plot(empty_figure("Estimating…"), testid="performance")
        self.advice = Advice()
        self._is_open = True
        super().__init__([self.plot, self.advice])
        self.add_class("specoracle")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script
            self._show(judging.ask(_seen).result())
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
        if not self._is_open:  # the desk has been closed meanwhile
            return
        seen = await asyncio.wrap_future(self._judging.ask(_seen))
        if self._is_open:
            self._show(seen)

    def _show(self, seen: _Seen) -> None:
        self.plot.draw(seen.figure)
        self.advice.show(seen.words)


def _seen(_: Campaign, judged: "JudgedRound | None") -> _Seen:
    from specoracle.estimation.stopping import advise
    from specoracle.report.learning_sections import performance_figure

    if judged is None:
        figure = empty_figure("Performance is estimated from the first round on")
        return _Seen(figure, AdviceWords(sentence=advise([]).sentence))
    try:
        last, advice = judged.rounds[-1], judged.advice
    except (SpecoracleError, OSError) as error:
        figure = empty_figure(f"No estimate: {type(error).__name__}")
        return _Seen(figure, AdviceWords(sentence=f"No advice. {error}"))
    words = AdviceWords(
        figure=_primary(last),
        floor=_floor(last),
        sentence=advice.sentence,
        stop=advice.stop,
        reasons=[(one.met, one.sentence) for one in (*advice.criteria, *advice.limits)],
    )
    return _Seen(performance_figure(judged.rounds), words)


def _primary(last: "RoundPerformance") -> str:
    return f"Completeness above the floor: {last.completeness_above_floor}"


def _floor(last: "RoundPerformance") -> str:
    if last.floor is None:
        return "There is no floor yet."
    return (
        f"Below the floor, a score of {last.floor:.3g}, lie {last.share_below:.0%} of the "
        f"pool and at most {last.below_at_most:,.0f} targets (95 %)."
    )
