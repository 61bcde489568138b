"""How good is it? All figures of the campaign's report, one topic at a time.

A topic is computed when it is opened, in a thread, and nothing else is sent to the page.
"""

import asyncio
import logging
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets as ipw
import traitlets

from specoracle.campaign.campaign import Campaign
from specoracle.panel.frontend import module, style
from specoracle.panel.judging import Judging

if TYPE_CHECKING:
    from specoracle.report.judged_round import JudgedRound
    from specoracle.report.section import Section

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    topics: list[str]
    topic: str
    rounds: list[int]
    where: str
    sections: "list[Section]"


class Topics(anywidget.AnyWidget):
    """Names of topics and rounds; the page says which is wanted, and when it closes."""

    _esm = module("topics")
    _css = style("topics")

    shown = traitlets.Dict().tag(sync=True)


class PerformancePanel(ipw.Box):
    """What the report says, on the desk or in a notebook.

    Parameters
    ----------
    campaign
        Which campaign.
    judging
        Who judges it; a thread of its own when left out.

    Examples
    --------
    In a cell of a notebook: ``PerformancePanel(Campaign.open("workspace", "hunt"))``.
    """

    children: tuple[ipw.Widget, ...]

    def __init__(self, campaign: Campaign, judging: Judging | None = None) -> None:
        self._judging = Judging(campaign) if judging is None else judging
        self._is_own = judging is None
        self._wanted: tuple[str, int | None] | None = None
        self.topics = Topics()
        self.sheet = ipw.VBox()
        super().__init__([self.topics, self.sheet])
        self.add_class("specoracle")
        self.add_class("so-performance")
        self.sheet.add_class("so-sheet")
        self.topics.on_msg(self._receive)

    def show(self, topic: str = "", number: int | None = None) -> None:
        """Show a topic as it is now; the first one, and the last round, when left out."""
        wanted = self._wanted = (topic, number)
        self.topics.shown = {**self.topics.shown, "open": topic, "busy": True}
        asked = self._judging.ask(partial(_seen, topic), number)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a script
            self._take(wanted, asked)
        else:
            take = partial(self._take, wanted)
            asked.add_done_callback(lambda done: loop.call_soon_threadsafe(take, done))

    def look(self) -> None:
        """Show the open topic anew, if one is open."""
        if self._wanted is not None:
            self.show(*self._wanted)

    def leave(self) -> None:
        """Forget what is shown."""
        self._wanted = None
        self._fill([])

    def close(self) -> None:
        """Close the panel with everything in it."""
        if self.comm is None:  # closed before
            return
        self.leave()
        if self._is_own:
            self._judging.close()
        for child in self.children:
            child.close()
        super().close()

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("action") == "open":
            number = content.get("round")
            self.show(
                str(content.get("topic") or ""), number if isinstance(number, int) else None
            )
        elif content.get("action") == "close":
            self.leave()

    def _take(self, wanted: tuple[str, int | None], asked: Future[_Seen]) -> None:
        if wanted != self._wanted:  # another one was opened meanwhile, or none is
            return
        topic, number = wanted
        from specoracle.report.section import Text

        try:
            seen = asked.result()
        except CancelledError:
            return
        except Exception as error:  # whatever it is, it must be seen on the page
            _log.exception("%s", topic)
            self._fill([Text(title=topic, text=f"This cannot be shown. {error}")])
            self.topics.shown = {**self.topics.shown, "busy": False}
            return
        self._wanted = (seen.topic, number)
        self._fill(seen.sections)
        self.topics.shown = {
            "topics": seen.topics,
            "open": seen.topic,
            "rounds": seen.rounds,
            "round": number,
            "where": seen.where,
            "busy": False,
        }

    def _fill(self, sections: "list[Section]") -> None:
        from specoracle.panel.section_words import section_widgets

        before = self.sheet.children
        self.sheet.children = [w for one in sections for w in section_widgets(one)]
        for child in before:
            child.close()


def _seen(topic: str, campaign: Campaign, judged: "JudgedRound | None") -> _Seen:
    from specoracle.report.section import Text
    from specoracle.report.topics import TOPICS, untrained_sections

    names = list(TOPICS)
    topic = topic if topic in TOPICS else names[0]
    state = "before the first training" if judged is None else f"round {judged.number}"
    sections = (
        untrained_sections(campaign, topic) if judged is None else TOPICS[topic](judged)
    )
    return _Seen(
        topics=names,
        topic=topic,
        rounds=campaign.trained_rounds,
        where=f"{campaign.name}  ·  {state}  ·  {len(campaign.labels()):,} labels",
        sections=sections or [Text(title=topic, text="Only the last round tells.")],
    )
