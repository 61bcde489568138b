"""Completeness by strength of the line and S/N, one map a kind of line."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.theme import INK, MUTED, TEMPLATE

Shares = npt.NDArray[np.floating]

SCALE = (
    (0.0, "#f2f5f9"),
    (0.25, "#c3d6e8"),
    (0.5, "#7fb0d3"),
    (0.75, "#2f7fb5"),
    (1.0, "#08406f"),
)
"""From nothing found to all; one hue, so that it is read in print and by everybody."""


_PANEL, _BESIDE = 46, 110
"""Height of a row, and of what is above and below the maps [pixel]."""


def completeness_map(
    equivalent_width: npt.NDArray[np.floating],
    snr: npt.NDArray[np.floating],
    titles: Sequence[str],
    share: Shares,
    low: Shares,
    high: Shares,
) -> go.Figure:
    """Draw maps side by side, each cell with its share and 95 % limits.

    Parameters
    ----------
    equivalent_width
        Of the columns, shape ``(n_widths,)`` [Angstrom].
    snr
        Of the rows, shape ``(n_snr,)``, dimensionless.
    titles
        What each map shows, length ``n_maps``.
    share, low, high
        Shape ``(n_maps, n_snr, n_widths)``, 0 to 1; NaN where nothing was injected.
    """
    n_maps = len(titles)
    columns, rows = range(len(equivalent_width)), range(len(snr))
    layout: dict[str, Any] = {
        "template": TEMPLATE,
        "height": _BESIDE + _PANEL * len(rows),
        "margin": {"l": 52, "r": 12, "t": 34, "b": 50},
        "annotations": [],
        "coloraxis": {"cmin": 0.0, "cmax": 1.0, "colorscale": SCALE, "showscale": False},
    }
    traces = []
    gap = 0.02
    width = (1.0 - gap * (n_maps - 1)) / max(n_maps, 1)
    for number, title in enumerate(titles):
        suffix = "" if number == 0 else str(number + 1)
        start = number * (width + gap)
        traces.append(_map(share[number], low[number], high[number], suffix))
        layout[f"xaxis{suffix}"] = {
            "domain": [start, start + width],
            "anchor": f"y{suffix}",
            "title": {"text": "Equivalent width (Å)"},
            "tickvals": list(columns),
            "ticktext": [f"{value:g}" for value in equivalent_width],
            "showgrid": False,
        }
        layout[f"yaxis{suffix}"] = {
            "anchor": f"x{suffix}",
            "tickvals": list(rows),
            "ticktext": [f"{value:g}" for value in snr],
            "showticklabels": number == 0,
            "title": {"text": "S/N a pixel" if number == 0 else ""},
            "showgrid": False,
        }
        layout["annotations"].append(_title(title, start + width / 2))
        layout["annotations"] += _numbers(share[number], suffix)
    return go.Figure(data=traces, layout=layout)


def _map(share: Shares, low: Shares, high: Shares, suffix: str) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": np.asarray(share, np.float64),
        "customdata": np.stack([low, high], axis=-1).astype(np.float64),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "coloraxis": "coloraxis",
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": (
            "%{z:.3f} (%{customdata[0]:.3f} – %{customdata[1]:.3f})<extra></extra>"
        ),
    }


def _numbers(share: Shares, suffix: str) -> list[dict[str, Any]]:
    return [
        {
            "x": column,
            "y": row,
            "xref": f"x{suffix}",
            "yref": f"y{suffix}",
            "text": f"{value:.2f}" if np.isfinite(value) else "–",
            "showarrow": False,
            "font": {"size": 11, "color": cell_ink(value)},
        }
        for row, values in enumerate(share)
        for column, value in enumerate(values)
    ]


def cell_ink(share: float) -> str:
    """Colour of text that can be read on a cell; no dark page changes either.

    Examples
    --------
    >>> cell_ink(0.9), cell_ink(0.1)
    ('#fefefe', '#10202f')
    """
    if not np.isfinite(share):
        return MUTED
    return "#fefefe" if share > 0.6 else "#10202f"


def _title(text: str, x: float) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": 1.0,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "yshift": 6,
        "showarrow": False,
        "font": {"size": 12, "color": INK},
    }
