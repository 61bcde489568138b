"""How probable the model thinks all spectra of the pool are, by stratum of the sample."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.theme import MUTED, TEMPLATE, VERMILLION

TICKS = (1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999)
"""Probabilities that the axis names."""

SHADES = (
    "#2a6299",
    "#3a7fbb",
    "#5a9ccd",
    "#7fb4da",
    "#a3c8e2",
    "#b9c3cd",
    "#a3adb7",
    "#8b959f",
    "#757f89",
)
"""Colours of strata from the most probable down; what is in none comes last."""

NARROWEST = 5.0
"""Log-odds to either side of even ones that are shown at least [nat]."""


def log_odds(probability: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Natural log of the odds, in which both ends of the scale can be seen.

    Examples
    --------
    >>> log_odds([0.5, 0.9]).round(3)
    array([0.   , 2.197])
    """
    value = np.asarray(probability, np.float64)
    with np.errstate(divide="ignore"):
        return np.log(value) - np.log1p(-value)


def score_histogram(
    edges: npt.NDArray[np.floating],
    counts: npt.NDArray[np.integer],
    names: Sequence[str],
    *,
    confirmed: npt.NDArray[np.floating] | None = None,
) -> go.Figure:
    """Draw bars over the log-odds of the target classes.

    Parameters
    ----------
    edges
        Of the bins, shape ``(n_bins + 1,)`` [nat], evenly spaced.
    counts
        Spectra in each, shape ``(n_strata, n_bins)``, the most probable stratum first.
    names
        Of the strata, length ``n_strata``.
    confirmed
        Probabilities of sampled spectra that are targets by their label, marked below.
    """
    middle = (edges[:-1] + edges[1:]) / 2
    width = float(edges[1] - edges[0])
    # Stacked bars mislead on a logarithmic axis; strata of one score hardly overlap.
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": middle,
            "y": np.where(row > 0, row, np.nan).astype(np.float64),
            "width": width,
            "name": name,
            "marker": {"color": SHADES[min(number, len(SHADES) - 1)], "line": {"width": 0}},
            "hovertemplate": "%{y:,} spectra<extra>%{fullData.name}</extra>",
        }
        for number, (row, name) in enumerate(zip(counts, names, strict=True))
    ]
    if confirmed is not None and len(confirmed):
        x = np.clip(log_odds(confirmed), middle[0], middle[-1])
        traces.append(
            {
                "type": "scatter",
                "x": x,
                "y": np.full(len(x), 0.7),
                "mode": "markers",
                "name": "targets in the sample",
                "marker": {
                    "symbol": "line-ns",
                    "size": 10,
                    "line": {"width": 1.5, "color": VERMILLION},
                },
                "hoverinfo": "skip",
            }
        )
    used = np.flatnonzero(np.any(np.asarray(counts) > 0, axis=0))
    first, last = (used[0], used[-1]) if len(used) else (0, len(middle) - 1)
    low = min(float(edges[max(first - 1, 0)]), -NARROWEST)
    high = max(float(edges[min(last + 2, len(edges) - 1)]), NARROWEST)
    ticks = [t for t in TICKS if low <= log_odds(t) <= high]
    return go.Figure(
        data=traces,
        layout={
            "template": TEMPLATE,
            "barmode": "overlay",
            "bargap": 0,
            "margin": {"l": 60, "r": 12, "t": 26, "b": 46},
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {
                "title": {"text": "Probability of the target classes"},
                "tickvals": log_odds(ticks),
                "ticktext": [f"{t:g}" for t in ticks],
                "range": [low, high],
            },
            "yaxis": {
                "title": {"text": "Spectra in a bin"},
                "type": "log",
                "range": [-0.35, None],
                "dtick": 1,
                "tickformat": ",.0f",
                "color": MUTED,
            },
        },
    )
