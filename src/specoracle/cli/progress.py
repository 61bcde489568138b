"""Progress on the terminal: a bar where somebody looks, nothing where nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Count = Callable[[int, int], None]
Share = Callable[[str, float], None]


@contextmanager
def counting(title: str) -> Iterator[Count]:
    """Show ``done`` of ``total``."""
    with _bar(MofNCompleteColumn()) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def sharing(title: str) -> Iterator[Share]:
    """Show what is being done and how much of the whole is done."""
    with _bar() as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda message, share: bar.update(task, completed=share, description=message)


def duration(seconds: float) -> str:
    """Say a time as one would.

    Examples
    --------
    >>> duration(0.2), duration(300), duration(86_400)
    ('about 1 s', 'about 5 min', 'about 24 h')
    """
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"about {max(1, round(seconds))} s"
    return f"about {minutes} min" if minutes < 120 else f"about {minutes / 60:.0f} h"


def _bar(*columns: MofNCompleteColumn) -> Progress:
    # Standard error: standard output is for results, and may be piped.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *columns,
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
