"""The comparison of presets and strategies: a table in Markdown, and an HTML page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from specoracle.campaign.replay.labels import (
    Bounded,
    Run,
    completeness_curve,
    labels_needed,
    ratio,
    read_runs,
)
from specoracle.errors import CampaignError
from specoracle.figures.learning_curves import learning_curves_figure
from specoracle.report.page import write_page
from specoracle.report.section import Picture, Table

LEVELS = (0.8, 0.9)
"""Levels of completeness that labels are counted to."""

PARTS = {
    "asked": "the spectra asked about, as a campaign hands them out",
    "held-out": "stars that nobody was asked about",
}
"""What the parts of a pool are, in words."""

Arms = Mapping[str, Sequence[Run]]


def comparison_tables(paths: Sequence[Path]) -> list[Table]:
    """Make a table for each setting and each part of its pool.

    Raises
    ------
    CampaignError
        If there is no result.
    """
    return [_table(title, arms) for title, arms in _settings(paths)]


def markdown(tables: Sequence[Table]) -> str:
    """Write tables as Markdown."""
    return "\n".join(_markdown(table) for table in tables)


def write_comparison(path: Path, results: Sequence[Path]) -> None:
    """Write tables and learning curves as one HTML file."""
    sections: list[Table | Picture] = []
    for title, arms in _settings(results):
        curves = {name: completeness_curve(runs) for name, runs in arms.items()}
        sections += [
            _table(title, arms),
            Picture(
                figure=learning_curves_figure(curves),
                caption=f"{title}. Completeness of the longest list whose true precision "
                "is 90 %, with 95 % intervals of the mean over seeds and stars.",
            ),
        ]
    write_page(
        path,
        title="Labels needed",
        summary="Campaigns with a simulated oracle that knows the truth.",
        sections=sections,
    )


def _settings(paths: Sequence[Path]) -> list[tuple[str, Arms]]:
    found = [
        (f"{setting}; judged on {words}", arms)
        for part, words in PARTS.items()
        for setting, arms in read_runs(paths, part).items()
    ]
    if not found:
        raise CampaignError(
            "Replay: expected results, got none. Run some with 'specoracle replay'."
        )
    return sorted(found, key=lambda each: each[0])


def _table(title: str, arms: Arms) -> Table:
    bases = [name for name in arms if name.startswith(("random", "skoda2020"))]
    columns = ["Arm", "Seeds"]
    columns += [f"Answers to {level:.0%}" for level in LEVELS]
    columns += [f"{level:.0%}, over {base}" for base in bases for level in LEVELS]
    columns += [
        "Completeness at the end",
        "Average precision",
        "Targets labelled",
        "s/round",
    ]
    return Table(
        title=title,
        columns=columns,
        rows=[_row(name, runs, arms, bases) for name, runs in arms.items()],
        note="Answers after which completeness reaches the level at a true precision of "
        "90 % or more: median over the seeds with its 95 % interval, seeds and stars "
        "resampled. “> n”: more than the budget of n answers. A ratio with “≤” or “≥” is "
        "a bound, as one of the two was censored at its budget.",
    )


def _row(name: str, runs: Sequence[Run], arms: Arms, bases: Sequence[str]) -> list[str]:
    budget = max(float(run.answers[-1]) for run in runs)
    needed = [labels_needed(runs, level) for level in LEVELS]
    ratios = [
        "–" if base == name else _ratio(runs, arms[base], level)
        for base in bases
        for level in LEVELS
    ]
    ends = [np.mean([measure(run) for run in runs]) for measure in (_end, _precision)]
    return [
        name,
        f"{len(runs)}",
        *(_answers(each, budget) for each in needed),
        *ratios,
        *(f"{end:.2f}" for end in ends),
        f"{np.mean([run.confirmed[-1] for run in runs]):.0f}",
        _seconds(runs),
    ]


def _answers(needed: Bounded, budget: float) -> str:
    def word(value: float) -> str:
        return f"{value:.0f}" if np.isfinite(value) else f"> {budget:.0f}"

    return f"{word(needed.value)} ({word(needed.low)} – {word(needed.high)})"


def _ratio(runs: Sequence[Run], base: Sequence[Run], level: float) -> str:
    found = ratio(runs, base, level)
    if np.isnan(found.value):
        return "–"
    if not np.isfinite(found.value):
        return _least_ratio(runs, base, level)
    censored = not np.isfinite(labels_needed(base, level).high)
    words = [f"{v:.2f}" if np.isfinite(v) else "∞" for v in (found.low, found.high)]
    return f"{'≤ ' if censored else ''}{found.value:.2f} ({words[0]} – {words[1]})"


def _least_ratio(runs: Sequence[Run], base: Sequence[Run], level: float) -> str:
    """Bound of a ratio whose arm never arrived."""
    others = labels_needed(base, level).value
    budget = min(float(run.answers[-1]) for run in runs)
    return f"≥ {budget / others:.2f}" if np.isfinite(others) else "both censored"


def _end(run: Run) -> float:
    return float(run.completeness[-1])


def _precision(run: Run) -> float:
    return float(run.average_precision[-1])


def _seconds(runs: Sequence[Run]) -> str:
    spent = np.concatenate([run.seconds for run in runs])
    spent = spent[np.isfinite(spent)]
    return f"{np.median(spent):.1f}" if spent.size else "–"


def _markdown(table: Table) -> str:
    lines = [
        f"### {table.title}\n",
        f"| {' | '.join(table.columns)} |",
        f"|{'---|' * len(table.columns)}",
        *(f"| {' | '.join(row)} |" for row in table.rows),
        f"\n{table.note}\n",
    ]
    return "\n".join(lines)
