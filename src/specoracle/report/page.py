"""An HTML page that needs no network: tables, figures, and the library that draws them.

Everything that comes from outside (names, headers, comments) is escaped.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, StrictUndefined

from specoracle.durable import write_text
from specoracle.figures.library import plotly_library


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of text.

    Attributes
    ----------
    title
        Above it.
    columns
        Names of the columns.
    rows
        Cells, as text.
    note
        Below it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure with a caption."""

    figure: go.Figure
    caption: str


def write_page(
    path: Path,
    *,
    title: str,
    summary: str,
    sections: Sequence[Table | Picture],
) -> None:
    """Write a report that opens in any browser without a network.

    Parameters
    ----------
    path
        HTML file to write.
    title, summary
        Head of the page.
    sections
        Tables and pictures in order.
    """
    template = files("specoracle.report").joinpath("page.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    pictures = [section for section in sections if isinstance(section, Picture)]
    write_text(
        path,
        environment.from_string(template).render(
            title=title,
            summary=summary,
            sections=[_shown(section) for section in sections],
            figures=_json([_spec(picture.figure) for picture in pictures]),
            library=base64.b64encode(plotly_library()).decode() if pictures else "",
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        ),
    )


def _shown(section: Table | Picture) -> dict[str, Any]:
    if isinstance(section, Picture):
        # A figure that says how high it is may be higher than others.
        height = section.figure.layout.height
        return {"kind": "picture", "caption": section.caption, "height": height}
    return {"kind": "table", "table": section}


def _spec(figure: go.Figure) -> Any:
    return json.loads(figure.to_json())


def _json(value: Any) -> str:
    """Encode for a script element, in which only ``</`` could end the text."""
    return json.dumps(value).replace("<", "\\u003c")
