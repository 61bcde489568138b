"""What each step of a recipe made of a spectrum, one pane a step."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from specoracle.figures.band import uncertainty_band
from specoracle.figures.limits import Limits, robust_limits
from specoracle.figures.theme import INK, MUTED, TEMPLATE, VERMILLION
from specoracle.recipes.trace import Stage, Trace

PANE = 190
"""Height of a pane [pixel]."""

_GAP = 60
"""Height between panes, for the title of the lower one [pixel]."""


def trace_figure(trace: Trace) -> go.Figure:
    """Draw a spectrum as observed and after each step, one below the other.

    All panes show the same wavelengths, those that the recipe keeps. Unusable pixels are
    drawn in a second colour; the band is ±1σ.

    Parameters
    ----------
    trace
        What `specoracle.recipes.recipe.Recipe.trace` returned.
    """
    last = trace.stages[-1].wavelength
    pad = 0.02 * (last[-1] - last[0])
    shown = Limits(float(last[0] - pad), float(last[-1] + pad))
    height = len(trace.stages) * (PANE + _GAP) + 20
    layout: dict[str, Any] = {
        "template": TEMPLATE,
        "height": height,
        "showlegend": False,
        "margin": {"l": 64, "r": 14, "t": 40, "b": 42},
    }
    data: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    inner = height - 82
    for number, stage in enumerate(trace.stages):
        suffix = str(number + 1) if number else ""
        top = 1 - number * (PANE + _GAP) / inner
        bottom = max(top - PANE / inner, 0.0)
        data += _pane(stage, suffix)
        layout |= _axes(stage, suffix, shown, domain=[bottom, top])
        titles.append(_title(f"{number}. {stage.title}" if number else stage.title, suffix))
    layout[f"xaxis{len(trace.stages)}"]["title"] = {"text": "Wavelength in vacuum (Å)"}
    return go.Figure(data=data, layout=layout | {"annotations": titles})


def _pane(stage: Stage, suffix: str) -> list[dict[str, Any]]:
    good = (stage.ivar > 0) & np.isfinite(stage.flux)
    return [
        uncertainty_band(stage.wavelength, stage.flux, stage.ivar, suffix=suffix),
        _line(
            stage,
            np.where(_beside(~good), stage.flux, np.nan),
            suffix,
            line={"color": VERMILLION, "width": 1, "dash": "dot"},
            name="unusable",
        ),
        _line(
            stage,
            np.where(good, stage.flux, np.nan),
            suffix,
            line={"color": INK, "width": 1},
            name="flux",
        ),
    ]


def _beside(bad: Any) -> Any:
    """Bad pixels and their neighbours, so that a line leads to them."""
    wide = bad.copy()
    wide[1:] |= bad[:-1]
    wide[:-1] |= bad[1:]
    return wide


def _line(stage: Stage, flux: Any, suffix: str, **more: Any) -> dict[str, Any]:
    with np.errstate(over="ignore"):  # a damaged file may hold anything
        y = flux.astype(np.float32)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": stage.wavelength.astype(np.float32),
        "y": y,
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        **more,
    }


def _axes(
    stage: Stage, suffix: str, shown: Limits, *, domain: list[float]
) -> dict[str, Any]:
    near = (stage.wavelength >= shown.low) & (stage.wavelength <= shown.high)
    # What a damaged file holds must not overflow.
    flux = np.clip(stage.flux[near & np.isfinite(stage.flux)], -1e300, 1e300)
    limits = robust_limits(flux, percentile=0.5) or Limits(0.0, 1.0)
    y: dict[str, Any] = {"domain": domain, "range": list(limits.padded()), "nticks": 5}
    return {
        f"xaxis{suffix}": {"range": list(shown), "anchor": f"y{suffix}"},
        f"yaxis{suffix}": y | {"anchor": f"x{suffix}", "exponentformat": "power"},
    }


def _title(text: str, suffix: str) -> dict[str, Any]:
    return {
        # Plotly reads a little markup in annotations; a file's text is none.
        "text": text.replace("&", "&amp;").replace("<", "&lt;"),
        "xref": f"x{suffix} domain",
        "yref": f"y{suffix} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": MUTED},
    }
