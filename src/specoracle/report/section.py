"""What a report is made of: tables, figures with captions, paragraphs, key figures.

A section knows nothing of where it is shown: a page of its own, or a panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

SENTENCE = 30
"""Letters from which on a cell is read as a sentence."""


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

    @property
    def in_words(self) -> list[bool]:
        """Whether each column holds sentences, which start at the left and may wrap."""
        longest = [
            max(map(len, cells), default=0) for cells in zip(*self.rows, strict=True)
        ]
        return [n > SENTENCE for n in longest] or [False] * len(self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure with a caption.

    Attributes
    ----------
    figure
        What is drawn.
    caption
        Below it.
    title
        Above it; none when empty.
    description
        What it shows, for those who cannot see it; the caption when empty.
    numbers
        The same as a table, folded away.
    half
        Whether it may stand beside another one.
    """

    figure: go.Figure
    caption: str
    title: str = ""
    description: str = ""
    numbers: Table | None = None
    half: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph with a heading."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A few key figures: what each is, and its value."""

    values: Sequence[tuple[str, str]]


Section = Table | Picture | Text | Figures


def not_known(title: str, why: str) -> Text:
    """Say that there is nothing to show yet, and what to do about it.

    Parameters
    ----------
    title
        Of what would be shown.
    why
        Sentences that go on after a colon.
    """
    return Text(title=title, text=f"Not yet known: {why}")
