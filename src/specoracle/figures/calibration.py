"""Reliability: whether a probability of 0.8 means that 80 % are targets."""

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.theme import BLUE, MUTED, TEMPLATE

Shares = npt.NDArray[np.floating]


def calibration_figure(
    probability: Shares,
    share: Shares,
    low: Shares,
    high: Shares,
    n: npt.NDArray[np.integer],
) -> go.Figure:
    """Draw the share of targets against what was predicted, bin by bin.

    Parameters
    ----------
    probability
        Mean probability of each bin, shape ``(n_bins,)``; NaN in an empty one.
    share, low, high
        Share of targets with its 95 % limits, same shape.
    n
        Labelled spectra of each bin, same shape.
    """
    known = np.isfinite(probability) & np.isfinite(share)
    x, y, bottom, top, counts = (
        np.asarray(v)[known] for v in (probability, share, low, high, n)
    )
    ideal = {
        "type": "scatter",
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "line": {"color": MUTED, "width": 1, "dash": "dash"},
        "name": "as predicted",
        "hoverinfo": "skip",
    }
    found = {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "markers",
        "name": "labelled sample (95 %)",
        "marker": {"color": BLUE, "size": 8},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": top - y,
            "arrayminus": y - bottom,
            "width": 4,
            "thickness": 1.2,
        },
        "customdata": np.stack([bottom, top, counts], axis=1),
        "hovertemplate": (
            "predicted %{x:.3f}<br>targets %{y:.3f} (%{customdata[0]:.3f} – "
            "%{customdata[1]:.3f})<br>%{customdata[2]} labels<extra></extra>"
        ),
    }
    return go.Figure(
        data=[ideal, found],
        layout={
            "template": TEMPLATE,
            "margin": {"l": 52, "r": 12, "t": 26, "b": 46},
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "xaxis": {"title": {"text": "Predicted probability"}, "range": [-0.03, 1.03]},
            "yaxis": {"title": {"text": "Share of targets"}, "range": [-0.03, 1.03]},
        },
    )
