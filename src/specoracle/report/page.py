"""An HTML page that needs no network: text, tables, figures, and what draws them.

Everything that comes from outside (names, headers, comments) is escaped. The page is light
or dark as the reader's system is, and light on paper; each figure has a description, and
its numbers as a table where it is given one.
"""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, StrictUndefined

from specoracle.durable import write_text
from specoracle.figures.library import plotly_library
from specoracle.figures.theme import DARK
from specoracle.report.section import Picture, Section


def write_page(
    path: Path,
    *,
    title: str,
    summary: str,
    sections: Sequence[Section],
) -> None:
    """Write a report that opens in any browser without a network.

    Parameters
    ----------
    path
        HTML file to write.
    title, summary
        Head of the page.
    sections
        What it holds, in order.
    """
    template = files("specoracle.report").joinpath("page.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pictures = [section for section in sections if isinstance(section, Picture)]
    write_text(
        path,
        environment.from_string(template).render(
            title=title,
            summary=summary,
            sections=[_shown(section) for section in sections],
            figures=_json([_spec(picture.figure) for picture in pictures]),
            dark=_json(DARK),
            library=base64.b64encode(plotly_library()).decode() if pictures else "",
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        ),
    )


def _shown(section: Section) -> dict[str, Any]:
    kind = type(section).__name__.lower()
    shown: dict[str, Any] = {"kind": kind, "it": section, "half": False}
    if isinstance(section, Picture):
        # A figure that says how high it is may be higher than others.
        shown |= {"height": section.figure.layout.height, "half": section.half}
    return shown


def _spec(figure: go.Figure) -> Any:
    return json.loads(figure.to_json())


def _json(value: Any) -> str:
    """Encode for a script element, in which only ``</`` could end the text."""
    return json.dumps(value).replace("<", "\\u003c")
