"""A Plotly figure on the page, without the weight of plotly's own widget.

The figure is a synced trait, so a view that opens late or after a reload draws what is
current. Arrays travel as binary buffers, and Plotly.js once a page.
"""

import base64
import importlib.metadata
from collections.abc import Callable
from typing import Any

import anywidget
import numpy as np
import plotly.graph_objects as go
import traitlets

from specoracle.figures.library import plotly_library
from specoracle.figures.theme import DARK
from specoracle.panel.frontend import module, style

_CONFIG = {
    "displaylogo": False,
    "responsive": False,
    "scrollZoom": True,
    "doubleClick": "reset",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage"],
}

_MANY = 1000
"""Points from which on a leading trace is sent again only when it has changed."""


class Plot(anywidget.AnyWidget):
    """One figure; replace it with `draw`.

    Parameters
    ----------
    figure
        What to draw first.
    testid
        Name under which tests find it on the page.
    description
        What it shows, for those who cannot see it.
    """

    _esm = module("plot")
    _css = style("plot")

    figure: Any = traitlets.Dict().tag(sync=True)
    background: Any = traitlets.List().tag(sync=True)
    config = traitlets.Dict(_CONFIG).tag(sync=True)
    dark = traitlets.Dict(DARK).tag(sync=True)
    version = traitlets.Unicode().tag(sync=True)
    testid = traitlets.Unicode("plot").tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        figure: go.Figure | None = None,
        *,
        testid: str = "plot",
        description: str = "",
    ) -> None:
        self._callbacks: list[Callable[[str], None]] = []
        version = importlib.metadata.version("plotly")
        super().__init__(version=version, testid=testid, description=description)
        self.on_msg(self._receive)
        self.draw(figure or go.Figure())

    def draw(self, figure: go.Figure) -> None:
        """Show another figure, on every view there is and will be."""
        wired = _wire(figure.to_plotly_json())
        traces = wired["data"]
        n_background = 0
        while n_background < len(traces) and _is_big(traces[n_background]):
            n_background += 1
        with self.hold_sync():
            self.background = traces[:n_background]
            self.figure = {**wired, "data": traces[n_background:]}

    def on_click(self, callback: Callable[[str], None]) -> None:
        """Call ``callback`` with the identifier of each point that is clicked."""
        self._callbacks.append(callback)

    def _receive(self, _: object, content: dict[str, Any], __: object) -> None:
        if content.get("kind") == "plotly":
            self.send({"kind": "plotly"}, buffers=[plotly_library()])
        elif content.get("kind") == "clicked":
            for callback in self._callbacks:
                callback(str(content["identifier"]))


def _is_big(trace: dict[str, Any]) -> bool:
    return len(trace.get("customdata") or ()) > _MANY


def _wire(value: Any) -> Any:
    """Make of a figure what travels well: raw buffers for numbers, else lists."""
    if isinstance(value, dict):
        if value.keys() >= {"dtype", "bdata"} and isinstance(value["bdata"], str):
            return {**value, "bdata": base64.b64decode(value["bdata"])}
        return {name: _wire(item) for name, item in value.items()}
    if isinstance(value, np.ndarray):
        return [_wire(item) for item in value.tolist()]
    if isinstance(value, list | tuple):
        return [_wire(item) for item in value]
    # JSON knows no NaN; Plotly reads null as a gap.
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
