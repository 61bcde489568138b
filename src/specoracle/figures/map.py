"""The map: where the batch and the training set lie in a two-dimensional embedding."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.theme import (
    INK,
    MUTED,
    ROLE_COLOURS,
    ROLE_SYMBOLS,
    TEMPLATE,
    class_colours,
)

Positions = npt.NDArray[np.floating]

_MANY = 3000
"""Points from which on WebGL is faster than SVG."""

_HOLLOW = "rgba(0, 0, 0, 0)"

_AXIS = {
    "showgrid": False,
    "showline": False,
    "showticklabels": False,
    "ticks": "",
}


def map_figure(
    identifiers: Sequence[str],
    x: Positions,
    y: Positions,
    *,
    labels: Sequence[str | None],
    classes: Sequence[str],
    roles: Mapping[str, str] | None = None,
    current: str | None = None,
    revision: str = "",
    title: str = "",
    legend: bool = True,
) -> go.Figure:
    """Draw the map; every point carries its identifier as customdata.

    Colour is the label given by an annotator, never a prediction. Members of the batch
    have the shape of their role and are hollow until they are labelled; everything else
    is a small dot.

    Parameters
    ----------
    identifiers
        Who each point is, length ``n_spectra``.
    x, y
        Position in the embedding, shape ``(n_spectra,)``, dimensionless.
    labels
        Label of each point or ``None``, length ``n_spectra``.
    classes
        All classes, in the order that gives them their colours.
    roles
        Role of each member of the batch by identifier.
    current
        The point with a ring around it.
    revision
        The zoom lasts as long as this stays the same, e.g. the round.
    title
        Title of the figure; none when empty.
    legend
        Whether to explain colours and shapes below.
    """
    roles = roles or {}
    rows = {identifier: row for row, identifier in enumerate(identifiers)}
    colours = dict(zip(classes, class_colours(len(classes)), strict=True))
    outside = [row for identifier, row in rows.items() if identifier not in roles]
    groups: list[tuple[list[int], dict[str, Any]]] = [
        (
            [row for row in outside if labels[row] == name],
            _look(name or "unlabelled", "circle", 5, colours.get(name or "", MUTED)),
        )
        for name in (None, *classes)
    ]
    for role in dict.fromkeys(roles.values()):
        members = [rows[name] for name in roles if roles[name] == role and name in rows]
        fill = [colours.get(labels[row] or "", _HOLLOW) for row in members]
        edge = ROLE_COLOURS[role]
        groups.append((members, _look(role, ROLE_SYMBOLS[role], 8, fill, edge=edge)))
    if current in rows:
        ring = _look("current", "circle-open", 19, INK, edge=INK)
        groups.append(([rows[current]], ring | {"showlegend": False}))
    kind = "scattergl" if len(identifiers) > _MANY else "scatter"
    return go.Figure(
        data=[
            {
                "type": kind,
                "x": np.asarray(x, dtype=np.float32)[chosen],
                "y": np.asarray(y, dtype=np.float32)[chosen],
                "customdata": [identifiers[row] for row in chosen],
                **look,
            }
            for chosen, look in groups
            if chosen
        ],
        layout={
            "template": TEMPLATE,
            "margin": {"l": 10, "r": 10, "t": 28 if title else 8, "b": 8},
            "uirevision": revision,
            "legend": {"orientation": "h", "x": 0, "y": 0, "yanchor": "top"},
            "showlegend": legend,
            "title": {
                "text": title,
                "font": {"size": 12, "color": MUTED},
                "x": 0,
                "xref": "paper",
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "pad": {"b": 4},
            },
            "dragmode": "pan",
            "xaxis": _AXIS,
            "yaxis": _AXIS,
        },
    )


def _look(
    name: str, symbol: str, size: float, fill: str | list[str], *, edge: str = ""
) -> dict[str, Any]:
    return {
        "mode": "markers",
        "name": name,
        "marker": {
            "symbol": symbol,
            "size": size,
            "color": fill,
            "opacity": 1.0 if edge else 0.75,
            "line": {"color": edge or fill, "width": 1.6 if edge else 0},
        },
        # %{fullData.name} is printed as it is; a class's name is no markup.
        "hovertemplate": "%{customdata}<br>%{fullData.name}<extra></extra>",
    }
