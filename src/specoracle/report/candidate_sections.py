"""The candidates: how many to expect, and what the first of them look like."""

import numpy as np

from specoracle.archive.archive import Row
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.expected import expected_above
from specoracle.campaign.catalogue.given_labels import GivenLabel, given_labels
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.figures.gallery import gallery_figure
from specoracle.report.page import Picture, Section, Table, Text

THRESHOLDS = (0.01, 0.1, 0.5, 0.9, 0.99)

SHOWN = 24
"""Candidates in the gallery."""


def expected_table(campaign: Campaign, probability: TargetProbability) -> Table:
    """Tabulate the true targets to expect above some thresholds."""
    found = expected_above(campaign, probability, THRESHOLDS)
    rows = [
        (
            f"≥ {found.threshold[i]:g}",
            f"{found.n_above[i]:,}",
            f"{found.n_sampled[i]:,}",
            "not known yet" if np.isnan(found.value[i]) else f"{found.value[i]:,.0f}",
            f"{found.low[i]:,.0f}–{found.high[i]:,.0f}",
        )
        for i in range(len(THRESHOLDS))
    ]
    return Table(
        title="True targets to expect",
        columns=("Probability", "Spectra", "Of these sampled", "Targets", "95 %"),
        rows=rows,
        note="From the labelled estimation sample; what is labelled otherwise narrows the "
        "limits. The candidate catalogue says the same for every candidate.",
    )


def gallery(campaign: Campaign, rows: Row, probability: TargetProbability) -> list[Section]:
    """Show the most probable candidates, those that nobody has looked at before others."""
    if not len(rows):
        return [
            Text(
                title="Candidates",
                text="The list is empty: nothing is labelled as a target, and no spectrum "
                "is predicted to be one.",
            )
        ]
    labels = campaign.labels()
    labelled = np.isin(rows, campaign.archive.rows(list(labels)))
    shown = rows[np.lexsort((-probability.values[rows], labelled))][:SHOWN]
    names = campaign.archive.identifiers(shown)
    given = given_labels(campaign, names)
    predicted = [campaign.facts.classes[k] for k in probability.predicted[shown]]
    words = [_label(given.get(name)) for name in names]
    table = Table(
        title="Candidates shown",
        columns=("Number", "Spectrum", "Predicted", "Probability", "Label", "By"),
        rows=[
            (
                f"{number}",
                name,
                predicted[number - 1],
                f"{probability.values[shown[number - 1]]:.3f}",
                words[number - 1] or "–",
                given[name].by if name in given else "–",
            )
            for number, name in enumerate(names, start=1)
        ],
    )
    titles = [
        f"{number}  {predicted[number - 1]} {probability.values[row]:.2f}"
        + (" · labelled" if words[number - 1] else "")
        for number, row in enumerate(shown, start=1)
    ]
    n_new = int((~labelled).sum())
    new = f"The {n_new:,} without a label stand first." if n_new else "All have a label."
    return [
        Picture(
            title="Candidates",
            figure=gallery_figure(
                campaign.archive.wavelength,
                campaign.archive.column("flux", shown),
                campaign.archive.column("ivar", shown),
                titles,
            ),
            caption=f"{len(shown)} of {len(rows):,} candidates, as the network sees them. "
            f"{new} Above each: its number, the "
            "predicted class and the probability of the target classes. The dotted line is "
            "Hα at rest, wavelengths are in vacuum.",
            description=f"Small spectra of {len(shown)} candidates.",
            numbers=table,
        )
    ]


def _label(given: GivenLabel | None) -> str:
    return "" if given is None else given.label or ("differ" if given.disagreement else "")
