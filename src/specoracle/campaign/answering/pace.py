"""How an annotator is getting on, in figures that help and do not nag."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median

from specoracle.journal.event import Action, Recorded
from specoracle.journal.repeats import Repeat

ANSWERS = frozenset({Action.LABEL, Action.SKIP, Action.QUALITY})
"""Actions that deal with a question."""

TOGETHER, PAUSE = 0.5, 120.0
"""Answers a shorter time apart are one stroke, as for the rest of a page of the gallery;
a longer time between two is a pause [s]."""

RECENT, ENOUGH = 40, 5
"""Intervals that are looked at, and those needed to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Figures of one annotator.

    Attributes
    ----------
    an_hour
        Answers an hour by the median of recent intervals without pauses, and without
        answers that were given together; ``None`` before there are a few.
    n_agreeing, n_repeats
        Blind repeats answered as the first time, and all that can be compared.
    """

    an_hour: int | None
    n_agreeing: int
    n_repeats: int


def pace(events: Sequence[Recorded], repeated: Iterable[Repeat]) -> Pace:
    """Tell the pace from one annotator's events.

    Parameters
    ----------
    events
        In order.
    repeated
        Repeats that this annotator answered.
    """
    recent = [r.event for r in events[-4 * RECENT :] if r.event.action in ANSWERS]
    times = [datetime.fromisoformat(event.utc) for event in recent]
    between = [(b - a).total_seconds() for a, b in pairwise(times)]
    worked = [seconds for seconds in between if TOGETHER <= seconds < PAUSE][-RECENT:]
    compared = [one for one in repeated if one.compares]
    return Pace(
        an_hour=round(3600 / median(worked)) if len(worked) >= ENOUGH else None,
        n_agreeing=sum(one.agrees for one in compared),
        n_repeats=len(compared),
    )
