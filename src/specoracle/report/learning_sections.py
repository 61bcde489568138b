"""How good the candidate list became, round by round, and whether to stop."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.campaign.judging.performance import RoundPerformance
from specoracle.estimation.estimate import Estimate
from specoracle.figures.curve import curve_figure
from specoracle.report.judged_round import JudgedRound
from specoracle.report.section import Figures, Picture, Section, Table, not_known

COLUMNS = (
    "Round",
    "Labels",
    "Candidates",
    "Completeness above the floor",
    "Precision",
    "F1 above the floor",
    "Completeness of the whole pool",
    "Below the floor",
)

NOTE = (
    "Estimated from the performance-estimation sample: drawn by chance from the whole "
    "pool, never trained on. Intervals are 95 %, each for a single look. Completeness is "
    "told above a score floor that was fixed when the sample was drawn: of the spectra "
    "below it, a sample can only say that at most so many are targets."
)


def key_figures(judged: JudgedRound) -> Figures:
    """Say the most important of a round in a few figures."""
    last = judged.rounds[-1]
    return Figures(
        values=[
            ("Round", f"{last.round_number}"),
            ("Spectra in the pool", f"{judged.n_pool:,}"),
            ("Trained on", f"{last.n_labels:,} labels"),
            ("Candidates", f"{len(judged.listed):,}"),
            ("Completeness above the floor (95 %)", last.completeness_above_floor.short),
            ("Precision (95 %)", last.precision.short),
        ]
    )


def learning_sections(judged: JudgedRound) -> list[Section]:
    """Show key figures and the learning curve."""
    rounds = judged.rounds
    if all(one.value is None for done in rounds for one in _drawn(done)):
        why = f"{rounds[-1].precision.unknown}."
        unknown = not_known(
            "Learning curve", why if len(judged.sample) else judged.without_sample
        )
        return [key_figures(judged), unknown, performance_table(rounds)]
    return [
        key_figures(judged),
        Picture(
            title="Learning curve",
            figure=performance_figure(rounds),
            caption="Completeness is the share of the targets that is on the list, "
            f"precision the share of the list that are targets. {NOTE}",
            description=_words(rounds),
            numbers=performance_table(rounds),
        ),
    ]


def stopping_sections(judged: JudgedRound) -> list[Section]:
    """Advise whether to stop; earlier rounds have no say in that."""
    if not judged.is_last:
        return []
    advice = judged.advice
    reasons = [*advice.criteria, *advice.limits]
    return [
        Table(
            title="Whether to stop",
            columns=("For stopping", "Reason"),
            rows=[("yes" if one.met else "no", one.sentence) for one in reasons],
            note=f"{advice.sentence} The decision is yours: "
            f"'specoracle campaign status' takes your price, precision and budget.",
        )
    ]


def performance_table(rounds: Sequence[RoundPerformance]) -> Table:
    """Tabulate the estimates by round."""
    rows = [
        (
            f"{done.round_number}",
            f"{done.n_labels:,}",
            f"{done.n_candidates:,}",
            str(done.completeness_above_floor),
            str(done.precision),
            str(done.f1),
            str(done.completeness),
            _below(done),
        )
        for done in rounds
    ]
    return Table(title="Performance by round", columns=COLUMNS, rows=rows, note=NOTE)


def performance_figure(rounds: Sequence[RoundPerformance]) -> go.Figure:
    """Draw the estimates against the number of labels."""
    completeness, precision = zip(*map(_drawn, rounds), strict=True)
    return curve_figure(
        np.array([done.n_labels for done in rounds]),
        {
            "completeness above the floor": _limits(completeness),
            "precision": _limits(precision),
        },
    )


def _drawn(done: RoundPerformance) -> tuple[Estimate, Estimate]:
    return done.completeness_above_floor, done.precision


def _words(rounds: Sequence[RoundPerformance]) -> str:
    last = rounds[-1]
    return (
        f"Precision and completeness of the candidate list against labels, over "
        f"{len(rounds)} rounds. After the last one: precision "
        f"{last.precision}, completeness above the floor {last.completeness_above_floor}."
    )


def _below(done: RoundPerformance) -> str:
    if done.floor is None:
        return "no floor yet"
    return f"{done.share_below:.1%} of the pool, ≤ {done.below_at_most:,.0f} targets"


def _limits(estimates: Sequence[Estimate]) -> npt.NDArray[np.float64]:
    return np.array([e.point for e in estimates], dtype=np.float64)
