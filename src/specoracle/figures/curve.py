"""Learning curves: a figure of merit against labels, with its intervals."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.theme import PALETTE, TEMPLATE, faded

Estimates = npt.NDArray[np.float64]

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
_DASHES = ("solid", "dash", "dot", "dashdot")


def curve_figure(
    n_labels: npt.NDArray[np.integer],
    curves: Mapping[str, npt.NDArray[np.floating]],
    *,
    x_title: str = "Labels",
    y_title: str = "Estimate (95 %)",
    title: str = "",
) -> go.Figure:
    """Draw estimates, each with its interval, against the number of labels.

    Parameters
    ----------
    n_labels
        Labels in the training set of each round, shape ``(n_rounds,)``.
    curves
        Value, lower and upper limit of each round by the curve's name, each of shape
        ``(n_rounds, 3)``, dimensionless, 0 to 1; NaN in rounds without an estimate.
    x_title, y_title
        What the axes show.
    title
        Title of the figure; none when empty.
    """
    bands: list[dict[str, Any]] = []  # below all curves
    lines: list[dict[str, Any]] = []
    for number, (name, estimates) in enumerate(curves.items()):
        value, low, high = np.asarray(estimates, dtype=np.float64).reshape(-1, 3).T
        bands.append(estimate_band(n_labels, low, high, PALETTE[number % len(PALETTE)]))
        lines.append(estimate_curve(n_labels, value, low, high, name=name, number=number))
    return go.Figure(
        data=[*bands, *lines],
        layout={
            "template": TEMPLATE,
            "margin": {"l": 48, "r": 12, "t": 40 if title else 26, "b": 42},
            "title": {"text": title, "font": {"size": 13}, "x": 0.02},
            "legend": {
                "orientation": "h",
                "x": 0.5,
                "xanchor": "center",
                "y": 1.0,
                "yanchor": "bottom",
            },
            "uirevision": title or "curve",
            "xaxis": {"title": {"text": x_title}, "rangemode": "tozero", "nticks": 6},
            "yaxis": {
                "title": {"text": y_title},
                "range": [-0.02, 1.04],
                "nticks": 6,
            },
        },
    )


def estimate_curve(
    n_labels: npt.NDArray[np.number],
    value: Estimates,
    low: Estimates,
    high: Estimates,
    *,
    name: str,
    number: int,
) -> dict[str, Any]:
    """Draw estimates with their error bars; parameters as of `curve_figure`."""
    return {
        "type": "scatter",
        "x": n_labels,
        "y": value,
        "mode": "lines+markers",
        "name": name,
        "line": {
            "color": PALETTE[number % len(PALETTE)],
            "width": 2,
            "dash": _DASHES[number % len(_DASHES)],
        },
        "marker": {"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 7},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high - value,
            "arrayminus": value - low,
            "width": 3,
            "thickness": 1,
        },
        "customdata": np.stack([low, high], axis=1),
        "hovertemplate": (
            "%{y:.3f} (%{customdata[0]:.3f} – %{customdata[1]:.3f})<br>"
            "%{x} labels<extra>%{fullData.name}</extra>"
        ),
    }


def estimate_band(
    n_labels: npt.NDArray[np.number], low: Estimates, high: Estimates, colour: str
) -> dict[str, Any]:
    """Draw the intervals of estimates as one polygon."""
    known = np.isfinite(low) & np.isfinite(high)
    x = np.asarray(n_labels)[known]
    return {
        "type": "scatter",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high[known], low[known][::-1]]),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(colour, 0.12),
        "hoverinfo": "skip",
        "showlegend": False,
    }
