"""Which class was predicted of spectra of each class."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.completeness_map import SCALE, cell_ink
from specoracle.figures.theme import TEMPLATE

_CELL, _BESIDE = 48, 96
"""Height of a row, and of what is above and below [pixel]."""


def confusion_figure(
    counts: npt.NDArray[np.integer],
    share: npt.NDArray[np.floating],
    classes: Sequence[str],
) -> go.Figure:
    """Draw a confusion table; a cell's colour is its share of the row.

    Parameters
    ----------
    counts
        Labelled spectra by label and prediction, shape ``(n_classes, n_classes)``.
    share
        Estimated share of the label's spectra with that prediction, same shape; NaN in a
        row without labels.
    classes
        Names, in this order.
    """
    places = list(range(len(classes)))
    marks = [
        {
            "x": column,
            "y": row,
            "text": f"{counts[row, column]:,}",
            "showarrow": False,
            "font": {"size": 13, "color": cell_ink(share[row, column])},
        }
        for row in places
        for column in places
    ]
    return go.Figure(
        data=[
            {
                "type": "heatmap",
                "x": places,
                "y": places,
                "z": np.asarray(share, np.float64),
                "zmin": 0.0,
                "zmax": 1.0,
                "colorscale": SCALE,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "hovertemplate": "about %{z:.0%} of the label's spectra<extra></extra>",
            }
        ],
        layout={
            "template": TEMPLATE,
            "height": _BESIDE + _CELL * len(classes),
            "margin": {"l": 130, "r": 12, "t": 48, "b": 12},
            "annotations": marks,
            "xaxis": {
                "title": {"text": "Predicted"},
                "side": "top",
                "tickvals": places,
                "ticktext": list(classes),
                "showgrid": False,
            },
            "yaxis": {
                "title": {"text": "Labelled", "standoff": 4},
                "autorange": "reversed",
                "tickvals": places,
                "ticktext": list(classes),
                "showgrid": False,
            },
        },
    )
