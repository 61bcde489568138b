"""One calm look for all figures.

Colours are those of Okabe & Ito, which people with any kind of colour vision can tell
apart; where a figure tells kinds apart, it does so by shape as well.

References
----------
Okabe & Ito (2008), Color Universal Design, https://jfly.uni-koeln.de/color/.
"""

import plotly.graph_objects as go

INK = "#1d2733"
"""Text and spectra."""
MUTED = "#55626f"
"""Axis text and what stands in the background."""
RULE = "#dbe1e8"
"""Grid lines and frames."""
PAPER = "#ffffff"
"""What lies behind."""

BLUE, ORANGE, GREEN, SKY = "#0072B2", "#E69F00", "#009E73", "#56B4E9"
VERMILLION, PURPLE, YELLOW = "#D55E00", "#CC79A7", "#F0E442"

PALETTE = (BLUE, ORANGE, GREEN, SKY, VERMILLION, PURPLE, YELLOW)
"""Colours in the order in which they are given to classes and curves."""

ROLE_COLOURS = {
    "oracle": MUTED,
    "estimation": VERMILLION,
    "candidate": GREEN,
    "repeat": PURPLE,
}
"""Colour of each role a member of a batch can have."""

ROLE_SYMBOLS = {
    "oracle": "circle",
    "estimation": "square",
    "candidate": "triangle-up",
    "repeat": "diamond",
}
"""Plotly's symbol of each role; the queue draws the same shapes."""

DARK = {
    INK: "#e4e9ee",
    MUTED: "#a5b1bd",
    RULE: "#323d48",
    PAPER: "#1a2129",
    "rgba(29, 39, 51, 0.14)": "rgba(228, 233, 238, 0.2)",
}
"""What a dark page draws instead of some colours of a figure."""

BAND = "rgba(29, 39, 51, 0.14)"
"""Fill of the uncertainty around a spectrum."""


def class_colours(n_classes: int) -> tuple[str, ...]:
    """Give each class a colour; the palette repeats after seven.

    Examples
    --------
    >>> class_colours(2)
    ('#0072B2', '#E69F00')
    """
    return tuple(PALETTE[number % len(PALETTE)] for number in range(n_classes))


def faded(colour: str, opacity: float) -> str:
    """Return a colour written #rrggbb with an opacity from 0 to 1.

    Examples
    --------
    >>> faded("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def empty_figure(text: str) -> go.Figure:
    """Return a figure that says why there is nothing to see yet."""
    return go.Figure(
        layout={
            "template": TEMPLATE,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {"visible": False},
            "yaxis": {"visible": False},
            "annotations": [
                {
                    "text": text,
                    "x": 0.5,
                    "y": 0.5,
                    "xref": "paper",
                    "yref": "paper",
                    "showarrow": False,
                    "font": {"color": MUTED, "size": 12},
                }
            ],
        }
    )


_AXIS = {
    "showgrid": True,
    "gridcolor": RULE,
    "gridwidth": 0.5,
    "zeroline": False,
    "showline": True,
    "linecolor": MUTED,
    "linewidth": 1,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": MUTED,
    "tickfont": {"size": 11, "color": MUTED},
    "title": {"font": {"size": 12, "color": MUTED}, "standoff": 6},
    "automargin": False,
}

TEMPLATE = go.layout.Template(
    layout={
        "font": {
            "family": "Inter, 'Source Sans 3', 'Segoe UI', 'Helvetica Neue', "
            "'Liberation Sans', Arial, sans-serif",
            "size": 12,
            "color": INK,
        },
        "colorway": list(PALETTE),
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": RULE,
            "font": {"size": 12, "color": INK},
        },
        "hovermode": "closest",
        "dragmode": "zoom",
        "legend": {
            "font": {"size": 11, "color": INK},
            "bgcolor": "rgba(0, 0, 0, 0)",
            "itemsizing": "constant",
        },
        "modebar": {
            "bgcolor": "rgba(0, 0, 0, 0)",
            "color": MUTED,
            "activecolor": BLUE,
        },
    }
)
"""Plotly template of every figure."""
