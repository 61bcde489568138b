"""Active learning beside random choice: the table and the curve of a replay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from scipy.special import stdtrit

from specoracle.campaign.replay.replay import ReplayRound
from specoracle.estimation.estimate import Estimate
from specoracle.figures.curve import curve_figure
from specoracle.report.page import write_page
from specoracle.report.section import Picture, Table

Rounds = Sequence[ReplayRound]
Say = Callable[[str], None]
Measure = Callable[[ReplayRound], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """Both arms of a replay, one list of rounds a seed.

    Attributes
    ----------
    targets
        The classes looked for.
    active, random
        Rounds by seed; both arms have the same seeds.
    remark
        What the reader must know.
    """

    targets: tuple[str, ...]
    active: Sequence[Rounds]
    random: Sequence[Rounds]
    remark: str = ""

    @property
    def n_rounds(self) -> int:
        """Rounds that every seed reached."""
        return min(len(rounds) for rounds in (*self.active, *self.random))


COLUMNS = (
    "Round",
    "Labels",
    "Found",
    "Candidates",
    "Precision",
    "Completeness",
    "Estimated precision",
    "Estimated completeness above the floor",
    "Random: labels",
    "Random: found",
    "Random: completeness",
)


SHORT_COLUMNS = (
    "Round",
    "Labels",
    "Found",
    "Cand.",
    "Prec.",
    "Compl.",
    "Est. precision",
    "Est. compl. > floor",
    "Rnd labels",
    "Rnd found",
    "Rnd compl.",
)
"""`COLUMNS`, for a terminal."""


def print_arms(arms: Arms, say: Say) -> None:
    """Print the table by round, and what was found per label."""
    rows = [_row(arms, number) for number in range(arms.n_rounds)]
    heads = SHORT_COLUMNS
    widths = [max(len(r[i]) for r in (heads, *rows)) for i in range(len(heads))]
    for row in (heads, *rows):
        say("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    say(summary(arms))


def summary(arms: Arms) -> str:
    """Say in a sentence what was found per label in both arms."""
    rates = [_per_label(rounds, arms.n_rounds) for rounds in (arms.active, arms.random)]
    better = int((rates[0] > rates[1]).sum())
    words = ", ".join(arms.targets)
    return (
        f"Targets ({words}) found per 100 labels: {_mean(100 * rates[0])} with active "
        f"learning, {_mean(100 * rates[1])} with random choice; more in {better} of "
        f"{len(rates[0])} seeds. {arms.remark}"
    )


def write_replay_report(path: Path, arms: Arms) -> None:
    """Write table and learning curve as one HTML file."""
    rows = [_row(arms, number) for number in range(arms.n_rounds)]
    n_seeds = len(arms.active)
    note = f"Means over {n_seeds} seeds." if n_seeds > 1 else "One seed."
    band = " With 95 % intervals of the mean over the seeds." if n_seeds > 1 else ""
    write_page(
        path,
        title=f"Looking for {', '.join(arms.targets)}",
        summary=summary(arms),
        sections=[
            Table(title="By round", columns=COLUMNS, rows=rows, note=note),
            Picture(
                figure=_figure(arms, _confirmed, "Targets confirmed by a label"),
                caption="Share of the pool's targets that somebody has looked at." + band,
            ),
            Picture(
                figure=_figure(arms, _completeness, "Completeness of the candidate list"),
                caption="Share of the pool's targets on the candidate list." + band,
            ),
        ],
    )


def _confirmed(done: ReplayRound) -> float:
    return done.n_found / done.n_targets if done.n_targets else float("nan")


def _completeness(done: ReplayRound) -> float:
    return done.completeness


def _figure(arms: Arms, measure: Measure, title: str) -> go.Figure:
    return curve_figure(
        _mean_labels(arms),
        {
            "active learning": _band(arms.active, arms.n_rounds, measure),
            "random choice": _band(arms.random, arms.n_rounds, measure),
        },
        y_title=title,
    )


def _row(arms: Arms, number: int) -> tuple[str, ...]:
    active = [rounds[number] for rounds in arms.active]
    random = [rounds[number] for rounds in arms.random]
    single = len(active) == 1
    estimate = active[0].estimate
    return (
        f"{number + 1}",
        _rounded([r.estimate.n_labels for r in active]),
        _rounded([r.n_found for r in active]),
        _rounded([r.estimate.n_candidates for r in active]),
        _share([r.precision for r in active]),
        _share([r.completeness for r in active]),
        _short(estimate.precision) if single else "–",
        _short(estimate.completeness_above_floor) if single else "–",
        _rounded([r.estimate.n_labels for r in random]),
        _rounded([r.n_found for r in random]),
        _share([r.completeness for r in random]),
    )


def _short(estimate: Estimate) -> str:
    """Write an estimate for a cell, which has no place for why nothing is known."""
    if estimate.value is None:
        return f"– ({estimate.low:.2f}–{estimate.high:.2f})"
    return str(estimate)


def _rounded(values: Sequence[int]) -> str:
    mean = float(np.mean(values))
    return f"{mean:.0f}" if len(values) == 1 else f"{mean:.1f}"


def _share(values: Sequence[float]) -> str:
    finite = [value for value in values if np.isfinite(value)]
    return f"{np.mean(finite):.2f}" if finite else "–"


def _mean_labels(arms: Arms) -> npt.NDArray[np.int64]:
    """Mean labels of both arms by round, shape ``(n_rounds,)``."""
    counts = [
        [done.estimate.n_labels for done in rounds[: arms.n_rounds]]
        for rounds in (*arms.active, *arms.random)
    ]
    return np.array(np.rint(np.mean(counts, axis=0)), dtype=np.int64)


def _per_label(arm: Sequence[Rounds], n_rounds: int) -> npt.NDArray[np.float64]:
    """Targets found per label after the last round, shape ``(n_seeds,)``."""
    last = [rounds[n_rounds - 1] for rounds in arm]
    return np.array([r.n_found / r.estimate.n_labels for r in last])


def _mean(values: npt.NDArray[np.float64]) -> str:
    if len(values) == 1:
        return f"{values[0]:.1f}"
    low, high = _interval(values)
    return f"{values.mean():.1f} ({low:.1f}–{high:.1f})"


def _band(
    arm: Sequence[Rounds], n_rounds: int, measure: Measure
) -> npt.NDArray[np.float64]:
    """Mean of a measure with limits, shape ``(n_rounds, 3)``."""
    values = np.array([[measure(done) for done in rounds[:n_rounds]] for rounds in arm])
    mean = values.mean(axis=0)
    if len(values) == 1:
        return np.stack([mean, mean, mean], axis=1)
    limits = [_interval(column) for column in values.T]
    return np.column_stack([mean, np.clip(limits, 0, 1)])


def _interval(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """95 % interval of a mean, by Student's t."""
    half = stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / len(values) ** 0.5
    return float(values.mean() - half), float(values.mean() + half)
