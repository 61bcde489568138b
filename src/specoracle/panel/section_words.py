"""Sections of a report as widgets: their figures drawn, all the rest as text."""

from typing import Any

import anywidget
import ipywidgets as ipw
import traitlets

from specoracle.panel.frontend import module, style
from specoracle.panel.plot import Plot
from specoracle.report.section import Figures, Picture, Section, Table

_LETTER = 13
"""Pixels of a letter for which figures are laid out."""


class SectionWords(anywidget.AnyWidget):
    """What a section says in words and tables; text stays text."""

    _esm = module("section")
    _css = style("section")

    shown = traitlets.Dict().tag(sync=True)


def section_widgets(section: Section) -> list[ipw.DOMWidget]:
    """Return what shows a section, from above to below."""
    if isinstance(section, Picture):
        return [
            SectionWords(shown={"title": section.title}),
            _plot(section),
            SectionWords(
                shown={"note": section.caption, "folded": _cells(section.numbers)}
            ),
        ]
    if isinstance(section, Table):
        return [SectionWords(shown={"title": section.title, "table": _cells(section)})]
    if isinstance(section, Figures):
        return [SectionWords(shown={"values": [list(pair) for pair in section.values]})]
    return [SectionWords(shown={"title": section.title, "text": section.text})]


def _plot(picture: Picture) -> Plot:
    plot = Plot(
        picture.figure,
        testid="figure",
        description=picture.description or picture.caption,
    )
    if picture.figure.layout.height is not None:
        # By its letters, so that it grows with them on a large screen.
        plot.layout.height = f"{picture.figure.layout.height / _LETTER:.2f}em"
    if picture.half:
        plot.add_class("so-half")
    return plot


def _cells(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "title": table.title,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "words": table.in_words,
        "note": table.note,
    }
