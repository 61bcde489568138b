"""Measured figures beside their targets, as a table and as JSON."""

import json
import sys
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that a benchmark is run for.

    Attributes
    ----------
    values
        Of each round; the median counts.
    peer
        What it was measured against, or under which conditions.
    at_least, at_most
        Target; with neither it is only for information.
    """

    name: str
    values: list[float]
    peer: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def measured(self):
        """Median of the rounds."""
        return median(self.values)

    @property
    def verdict(self):
        """Whether the target is met."""
        if self.at_least is None and self.at_most is None:
            return ""
        met = self.at_most is None or self.measured <= self.at_most
        met &= self.at_least is None or self.measured >= self.at_least
        return "pass" if met else "SHORT"

    @property
    def target(self):
        """The target in words."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    @property
    def shown(self):
        """The median, and where there are several values the least and the greatest."""
        low, high = min(self.values), max(self.values)
        text = f"{self.measured:.3g}"
        return text if len(self.values) == 1 else f"{text} ({low:.3g}-{high:.3g})"


def columns(header, rows, *, left=(0,)):
    """Lines of a table; some columns begin at the left."""
    rows = [header, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = []
    for row in rows:
        cells = enumerate(zip(row, widths, strict=True))
        padded = [c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in cells]
        lines.append("  ".join(padded).rstrip())
    return lines


def table(figures):
    """Lines with all figures."""
    header = ("figure", "target", "measured", "", "peer")
    rows = [(f.name, f.target, f.shown, f.verdict, f.peer) for f in figures]
    return columns(header, rows, left=(0, 3, 4))


def write_json(path, figures, **record):
    """Write figures and whatever else was measured."""
    listed = [asdict(f) | {"measured": f.measured, "verdict": f.verdict} for f in figures]
    path.write_text(json.dumps({"figures": listed, **record}, indent=1), encoding="utf-8")


def conclude(figures, path=None, **record):
    """Show the figures, write them where that is asked for, and end as they turned out."""
    sys.stdout.write("\n".join(table(figures)) + "\n")
    if path:
        write_json(path, figures, **record)
    sys.exit(any(figure.verdict == "SHORT" for figure in figures))
