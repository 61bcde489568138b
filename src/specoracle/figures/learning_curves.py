"""Learning curves of several arms: completeness against answers, on a logarithmic axis."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.curve import estimate_band, estimate_curve
from specoracle.figures.theme import PALETTE, TEMPLATE

Numbers = npt.NDArray[np.float64]


def learning_curves_figure(
    curves: Mapping[str, tuple[Numbers, Numbers]],
    *,
    y_title: str = "Completeness at 90 % precision",
    levels: tuple[float, ...] = (0.8, 0.9),
) -> go.Figure:
    """Draw the learning curve of each arm with its interval.

    Parameters
    ----------
    curves
        By the arm's name: answers, shape ``(n_looks,)``; and mean, lower and upper limit,
        shape ``(n_looks, 3)``, dimensionless, 0 to 1.
    y_title
        What is learnt.
    levels
        Where to draw lines across.
    """
    traces: list[dict[str, Any]] = []
    for number, (name, (answers, estimates)) in enumerate(curves.items()):
        value, low, high = estimates.T
        traces.append(estimate_band(answers, low, high, PALETTE[number % len(PALETTE)]))
        traces.append(estimate_curve(answers, value, low, high, name=name, number=number))
    return go.Figure(
        data=traces,
        layout={
            "template": TEMPLATE,
            "margin": {"l": 48, "r": 12, "t": 40, "b": 42},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom"},
            "xaxis": {"title": {"text": "Answers"}, "type": "log", **_ticks(curves)},
            "yaxis": {"title": {"text": y_title}, "range": [-0.02, 1.04], "nticks": 6},
            "shapes": [_level(level) for level in levels],
        },
    )


def _ticks(curves: Mapping[str, tuple[Numbers, Numbers]]) -> dict[str, Any]:
    """Put ticks where it was judged: every other look."""
    looks = sorted({float(n) for answers, _ in curves.values() for n in answers})
    return {"tickvals": looks[::2]}


def _level(level: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": level,
        "y1": level,
        "line": {"width": 1, "dash": "dot", "color": PALETTE[-1]},
    }
