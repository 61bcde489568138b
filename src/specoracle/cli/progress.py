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
