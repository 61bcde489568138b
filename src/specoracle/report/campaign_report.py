"""The report of one campaign: what was labelled, and how good its list is by round."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.performance import RoundPerformance, performance
from specoracle.estimation.estimate import Estimate
from specoracle.figures.curve import curve_figure
from specoracle.report.page import Picture, Table, write_page

COLUMNS = ("Round", "Labels", "Candidates", "Precision (95 %)", "Completeness (95 %)")

NOTE = (
    "Estimated from the performance-estimation sample: drawn by chance from the whole "
    "pool, never trained on. Intervals are 95 %."
)


def write_campaign_report(path: Path, campaign: Campaign) -> None:
    """Write the report of a campaign as one HTML file."""
    rounds = performance(campaign)
    labels = list(campaign.labels().values())
    counts = ", ".join(f"{labels.count(c)} {c}" for c in campaign.facts.classes)
    sections: list[Table | Picture] = [performance_table(rounds)]
    if rounds:
        sections.append(
            Picture(figure=performance_figure(rounds), caption="Learning curve. " + NOTE)
        )
    write_page(
        path,
        title=f"Campaign {campaign.name}",
        summary=f"{len(labels)} labels ({counts}) in an archive of "
        f"{len(campaign.archive):,} spectra; looked for: "
        f"{', '.join(campaign.facts.targets)}.",
        sections=sections,
    )


def performance_table(rounds: Sequence[RoundPerformance]) -> Table:
    """Tabulate the estimates by round."""
    rows = [
        (
            f"{done.round_number}",
            f"{done.n_labels}",
            f"{done.n_candidates:,}",
            interval_text(done.precision),
            interval_text(done.completeness),
        )
        for done in rounds
    ]
    return Table(title="Performance by round", columns=COLUMNS, rows=rows, note=NOTE)


def performance_figure(rounds: Sequence[RoundPerformance]) -> go.Figure:
    """Draw the estimates against the number of labels."""
    return curve_figure(
        np.array([done.n_labels for done in rounds]),
        {
            "completeness": _limits([done.completeness for done in rounds]),
            "precision": _limits([done.precision for done in rounds]),
        },
    )


def interval_text(estimate: Estimate) -> str:
    """Write an estimate with its interval, or say that nothing is known.

    Examples
    --------
    >>> interval_text(Estimate(value=0.9, low=0.8, high=0.95, n=30))
    '0.90 (0.80–0.95)'
    """
    return str(estimate)


def _limits(estimates: Sequence[Estimate]) -> npt.NDArray[np.float64]:
    return np.array([e.point for e in estimates], dtype=np.float64)
