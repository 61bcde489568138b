"""One spectrum: its whole range above, the window around one line below."""

from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.figures.band import uncertainty_band
from specoracle.figures.limits import Limits, line_limits, robust_limits
from specoracle.figures.theme import INK, MUTED, PAPER, RULE, TEMPLATE, VERMILLION
from specoracle.spectra.lines import HALPHA, LINES

Wavelength = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.floating]

HALF_WINDOW = 80.0
"""Half the width of the window around the line [Angstrom]."""

_DOMAINS = {"": (0.555, 1.0), "2": (0.0, 0.445)}
"""Height of the upper and the lower pane, by the suffix of their axes."""


def spectrum_figure(
    wavelength: Wavelength,
    flux: Pixels,
    ivar: Pixels,
    *,
    identifier: str = "",
    unit: str = "unit of the survey",
    note: str = "",
    centre: float = HALPHA,
) -> go.Figure:
    """Draw a spectrum twice: all of it, and the surroundings of one line.

    Unusable pixels are gaps. The flux axes end where a running median ends, so that a
    cosmic ray flattens nothing; zoom out to see it. Around the line a band shows ±1σ.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom], strictly increasing.
    flux
        Flux, shape ``(n_pixels,)`` [``unit``].
    ivar
        Inverse variance of the flux, shape ``(n_pixels,)``; 0 = unusable.
    identifier
        Whose spectrum it is; the zoom lasts as long as this stays the same.
    unit
        Unit of the flux, for the axis.
    note
        A remark printed into the upper pane, e.g. where the spectrum comes from.
    centre
        Vacuum wavelength of the line in the lower pane [Angstrom].
    """
    good = (ivar > 0) & np.isfinite(flux)
    near = np.abs(wavelength - centre) <= HALF_WINDOW
    (x, y), (x2, y2) = _ranges(wavelength, flux, good, centre)
    shapes, names = _marks("", x, centre), _marks("2", x2, centre)
    remark = note if good.any() else "No usable pixel in this spectrum"
    # One call: each later update of a figure costs as much as the whole of it.
    return go.Figure(
        data=[
            uncertainty_band(wavelength[near], flux[near], ivar[near], suffix="2"),
            _line(wavelength, flux, good, suffix=""),
            _line(wavelength[near], flux[near], good[near], suffix="2"),
        ],
        layout={
            "template": TEMPLATE,
            "showlegend": False,
            "margin": {"l": 64, "r": 14, "t": 22, "b": 42},
            "uirevision": identifier,
            "meta": {"shows": identifier},
            "xaxis": _axis(x, anchor="y"),
            "yaxis": _axis(y, anchor="x", domain="", title=f"Flux ({unit})"),
            "xaxis2": _axis(x2, anchor="y2", title="Wavelength in vacuum (Å)"),
            "yaxis2": _axis(y2, anchor="x2", domain="2", title="Flux"),
            "shapes": shapes[0] + names[0],
            "annotations": shapes[1] + names[1] + ([_remark(remark)] if remark else []),
        },
    )


def _line(
    wavelength: Wavelength, flux: Pixels, good: npt.NDArray[np.bool_], *, suffix: str
) -> dict[str, Any]:
    return {
        "type": "scatter",
        # float32 resolves 0.0005 Å here and halves what travels to the screen.
        "x": wavelength.astype(np.float32),
        "y": np.where(good, flux, np.nan).astype(np.float32),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"color": INK, "width": 1, "shape": "hvh" if suffix else "linear"},
        "hovertemplate": "%{x:.2f} Å<br>%{y:.5g}<extra></extra>",
    }


def _ranges(
    wavelength: Wavelength, flux: Pixels, good: npt.NDArray[np.bool_], centre: float
) -> tuple[tuple[Limits, Limits], tuple[Limits, Limits]]:
    """Wavelength and flux limits of the upper and of the lower pane."""
    near = good & (np.abs(wavelength - centre) <= HALF_WINDOW)
    core = good & (np.abs(wavelength - centre) <= HALF_WINDOW / 4)
    whole = robust_limits(flux[good], percentile=0.5, reach=1.4) or Limits(0.0, 1.0)
    tip = line_limits(flux[core]) or whole
    line = (robust_limits(flux[core]) or whole).joined(tip)
    window = (robust_limits(flux[near]) or whole).joined(tip)
    return (
        (
            Limits(float(wavelength[0]), float(wavelength[-1])),
            whole.joined(line).padded(),
        ),
        (Limits(centre - HALF_WINDOW, centre + HALF_WINDOW), window.padded()),
    )


def _axis(
    limits: Limits, *, anchor: str, domain: str | None = None, title: str = ""
) -> dict[str, Any]:
    axis: dict[str, Any] = {"range": list(limits), "anchor": anchor}
    if title:
        axis["title"] = {"text": title}
    if domain is not None:
        axis |= {
            "domain": list(_DOMAINS[domain]),
            "nticks": 6,
            "exponentformat": "power",
        }
    return axis


def _marks(
    suffix: str, limits: Limits, centre: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Line markers inside the limits, and the names of those that can be written."""
    inside = {name: x for name, x in LINES.items() if limits.low < x < limits.high}
    named = _legible(inside, limits.high - limits.low, first=centre)
    where = {"xref": f"x{suffix}", "yref": f"y{suffix} domain"}
    shapes = [
        {
            "type": "line",
            **where,
            "x0": x,
            "x1": x,
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {
                "color": VERMILLION if x == centre else MUTED,
                "width": 1,
                "dash": "solid" if x == centre else "dot",
            },
            "opacity": 0.75 if x == centre else 0.5,
        }
        for x in inside.values()
    ]
    names = [
        {
            "text": f"{name} {x:.2f}" if suffix and x == centre else name,
            **where,
            "x": x,
            "y": 1,
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 11, "color": INK if x == centre else MUTED},
        }
        for name, x in inside.items()
        if name in named
    ]
    return shapes, names


def _legible(lines: dict[str, float], width: float, *, first: float) -> set[str]:
    """Names that can be written without touching; the line at ``first`` goes first."""
    # A letter of 11 px takes 0.75 % of a pane of 850 px, the narrowest in use.
    letter = 0.0075 * width
    named: dict[str, float] = {}
    for name, x in sorted(lines.items(), key=lambda line: (line[1] != first, line[1])):
        if all(
            abs(x - other) >= letter * (len(name) + len(word) + 2) / 2
            for word, other in named.items()
        ):
            named[name] = x
    return set(named)


def _remark(text: str) -> dict[str, Any]:
    return {
        # Plotly reads a little markup in annotations; a file's text is none.
        "text": text.replace("&", "&amp;").replace("<", "&lt;"),
        "xref": "x domain",
        "yref": "y domain",
        "x": 0.5,
        "y": 0.04,
        "yanchor": "bottom",
        "showarrow": False,
        "bordercolor": RULE,
        "borderpad": 4,
        "bgcolor": PAPER,
        "font": {"size": 12, "color": VERMILLION},
    }
