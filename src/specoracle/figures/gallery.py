"""Many small spectra side by side, as the network sees them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.limits import robust_limits
from specoracle.figures.theme import INK, MUTED, RULE, TEMPLATE
from specoracle.spectra.lines import HALPHA

COLUMNS = 6

_PANE, _GAP = 120, 0.012
"""Height of a pane with its title [pixel], and share of the width between two."""


def gallery_figure(
    wavelength: npt.NDArray[np.float64],
    flux: npt.NDArray[np.floating],
    ivar: npt.NDArray[np.floating],
    titles: Sequence[str],
) -> go.Figure:
    """Draw spectra that share their wavelengths, six in a row, with a mark at Hα.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux, ivar
        Prepared flux and its inverse variance, shape ``(n_spectra, n_pixels)``; pixels of
        ivar 0 are gaps.
    titles
        What stands above each, length ``n_spectra``; never markup.
    """
    n_rows = max(1, -(-len(titles) // COLUMNS))
    height = n_rows * _PANE + 40
    layout: dict[str, Any] = {
        "template": TEMPLATE,
        "height": height,
        "showlegend": False,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 32},
        "annotations": [],
        "shapes": [],
    }
    traces = []
    good = (ivar > 0) & np.isfinite(flux)
    for number, title in enumerate(titles):
        row, column = divmod(number, COLUMNS)
        suffix = "" if number == 0 else str(number + 1)
        left = column * (1 + _GAP) / COLUMNS
        top = 1.0 - row / n_rows
        box = (left, left + (1 - _GAP * (COLUMNS - 1)) / COLUMNS)
        limits = robust_limits(flux[number][good[number]])
        y = None if limits is None else list(limits.padded())
        is_last = number + COLUMNS >= len(titles)
        traces.append(_line(wavelength, flux[number], good[number], suffix))
        layout[f"xaxis{suffix}"] = _axis(f"y{suffix}", box) | {
            "showticklabels": is_last,
            "range": [float(wavelength[0]), float(wavelength[-1])],
            "nticks": 3,
            "tickfont": {"size": 9, "color": MUTED},
        }
        layout[f"yaxis{suffix}"] = _axis(
            f"x{suffix}", (top - 0.80 / n_rows, top - 0.16 / n_rows)
        ) | {"showticklabels": False, "range": y, "ticks": ""}
        layout["annotations"].append(_title(title, box[0], top - 0.16 / n_rows))
        layout["shapes"].append(_mark(suffix))
    return go.Figure(data=traces, layout=layout)


def _line(
    wavelength: npt.NDArray[np.float64],
    flux: npt.NDArray[np.floating],
    good: npt.NDArray[np.bool_],
    suffix: str,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": wavelength.astype(np.float32),
        "y": np.where(good, flux, np.nan).astype(np.float32),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"color": INK, "width": 1},
        "hovertemplate": "%{x:.1f} Å<extra></extra>",
    }


def _axis(anchor: str, domain: tuple[float, float]) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "domain": [max(0.0, domain[0]), min(1.0, domain[1])],
        "showgrid": False,
        "linecolor": RULE,
        "mirror": True,
    }


def _title(text: str, x: float, y: float) -> dict[str, Any]:
    return {
        # Plotly reads a little markup in texts.
        "text": text.replace("&", "&amp;").replace("<", "&lt;"),
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 11, "color": INK},
    }


def _mark(suffix: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": f"x{suffix}",
        "yref": f"y{suffix} domain",
        "x0": HALPHA,
        "x1": HALPHA,
        "y0": 0.0,
        "y1": 1.0,
        "line": {"color": MUTED, "width": 0.6, "dash": "dot"},
        "layer": "below",
    }
