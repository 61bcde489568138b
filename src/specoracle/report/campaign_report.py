"""The report of a campaign: what was labelled, and how good its list is, round by round."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import listed_rows, trained_round
from specoracle.campaign.catalogue.methods import paragraph
from specoracle.campaign.judging.performance import RoundPerformance, performance
from specoracle.campaign.judging.probabilities import target_probability
from specoracle.campaign.judging.stopping import stopping_advice
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.estimate import Estimate
from specoracle.figures.curve import curve_figure
from specoracle.report.candidate_sections import expected_table, gallery
from specoracle.report.completeness_sections import completeness_sections
from specoracle.report.label_sections import label_table
from specoracle.report.page import Figures, Picture, Section, Table, Text, write_page
from specoracle.report.round_sections import (
    calibration_picture,
    class_table,
    confusion_picture,
    histogram_picture,
)

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


def write_campaign_report(
    path: Path, campaign: Campaign, *, round_number: int | None = None
) -> None:
    """Write the report of a campaign as one HTML file.

    Parameters
    ----------
    path
        HTML file to write.
    campaign
        The campaign.
    round_number
        A trained round, whose report it is then; the campaign's with its last one when
        left out.
    """
    labels = list(campaign.labels().values())
    title = f"Campaign {campaign.name}"
    if round_number is not None:
        title += f", round {trained_round(campaign, round_number)}"
    sections: list[Section]
    if campaign.last_trained is None:
        sections = [label_table(campaign), NOT_TRAINED]
    else:
        sections = _trained(campaign, trained_round(campaign, round_number))
    n_spectra = len(campaign.archive)
    write_page(
        path,
        title=title,
        summary=f"Looked for: {', '.join(campaign.facts.targets)}. {len(labels):,} labels "
        f"in an archive of {n_spectra:,} spectra.",
        sections=sections,
    )


NOT_TRAINED = Text(
    title="No estimate yet",
    text="No round has been trained: precision, completeness and candidates are not known "
    "yet. Label the first batch and train the next round.",
)


def _trained(campaign: Campaign, number: int) -> list[Section]:
    rounds = [done for done in performance(campaign) if done.round_number <= number]
    probability = target_probability(campaign, number)
    rows = listed_rows(campaign, number)
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    n_pool = int((pool < len(probability.values)).sum())
    return [
        _figures(rounds[-1], n_pool=n_pool, n_listed=len(rows)),
        Picture(
            title="Learning curve",
            figure=performance_figure(rounds),
            caption=NOTE,
            description=_curve_words(rounds),
            numbers=performance_table(rounds),
        ),
        confusion_picture(campaign, probability),
        calibration_picture(campaign, probability),
        class_table(campaign, number),
        histogram_picture(campaign, number, probability),
        expected_table(campaign, probability),
        *completeness_sections(campaign, number),
        *_stopping(campaign, rounds),
        *gallery(campaign, rows, probability),
        label_table(campaign),
        Text(
            title="Methods",
            text=paragraph(campaign, rounds[-1], probability, n_listed=len(rows)),
        ),
    ]


def _stopping(campaign: Campaign, rounds: Sequence[RoundPerformance]) -> list[Section]:
    """Advise whether to stop; reports of earlier rounds have no say in that."""
    if rounds[-1].round_number != campaign.last_trained:
        return []
    advice = stopping_advice(campaign, rounds=rounds)
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


def _figures(last: RoundPerformance, *, n_pool: int, n_listed: int) -> Figures:
    return Figures(
        values=[
            ("Round", f"{last.round_number}"),
            ("Spectra in the pool", f"{n_pool:,}"),
            ("Trained on", f"{last.n_labels:,} labels"),
            ("Candidates", f"{n_listed:,}"),
            ("Completeness above the floor (95 %)", last.completeness_above_floor.short),
            ("Precision (95 %)", last.precision.short),
        ]
    )


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
    return curve_figure(
        np.array([done.n_labels for done in rounds]),
        {
            "completeness above the floor": _limits(
                [done.completeness_above_floor for done in rounds]
            ),
            "precision": _limits([done.precision for done in rounds]),
        },
    )


def _curve_words(rounds: Sequence[RoundPerformance]) -> str:
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
