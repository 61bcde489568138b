"""The candidates: how many to expect, and what the first of them look like."""

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.expected import expected_above
from specoracle.campaign.catalogue.given_labels import GivenLabel, given_labels
from specoracle.figures.gallery import gallery_figure
from specoracle.journal.event import BLIND_ROLES
from specoracle.report.judged_round import JudgedRound
from specoracle.report.section import Picture, Section, Table, Text

THRESHOLDS = (0.01, 0.1, 0.5, 0.9, 0.99)

SHOWN = 24
"""Candidates in the gallery."""

EMPTY = (
    "The list is empty: nothing is labelled as a target, and no spectrum is predicted to "
    "be one."
)

Row = npt.NDArray[np.int64]


def expected_table(judged: JudgedRound) -> Table:
    """Tabulate the true targets to expect above some thresholds."""
    found = expected_above(judged.campaign, judged.probability, THRESHOLDS)
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


def candidate_sections(judged: JudgedRound) -> list[Section]:
    """Show the most probable candidates, those that nobody has looked at before others.

    Of spectra that are to be judged blind nothing is shown: a panel shows this to those
    who judge them.
    """
    if not len(judged.listed):
        return [Text(title="Candidates", text=EMPTY)]
    archive = judged.campaign.archive
    rows = np.setdiff1d(judged.listed, archive.rows(sorted(_blind(judged.campaign))))
    if not len(rows):
        why = f"All {len(judged.listed):,} candidates are in the estimation sample or in "
        return [
            Text(title="Candidates", text=f"{why}the open batch, which are judged blind.")
        ]
    labelled = np.isin(rows, archive.rows(list(judged.campaign.labels())))
    order = np.lexsort((-judged.probability.values[rows], labelled))
    n_new = int((~labelled).sum())
    new = f"The {n_new:,} without a label stand first." if n_new else "All have a label."
    return [_picture(judged, rows[order][:SHOWN], of=len(rows), new=new)]


def _blind(campaign: Campaign) -> set[str]:
    """Spectra that are still asked about, and members of the sample without a label."""
    labelled = campaign.labels().keys()
    asked = campaign.journal.members(campaign.name, campaign.round_number)
    open_ = {
        member.identifier
        for member in asked
        if member.role in BLIND_ROLES or member.identifier not in labelled
    }
    return open_ | (campaign.sample() - labelled)


def _picture(judged: JudgedRound, shown: Row, *, of: int, new: str) -> Picture:
    archive, probability = judged.campaign.archive, judged.probability
    names = archive.identifiers(shown)
    given = given_labels(judged.campaign, names)
    words = [_label(given.get(name)) for name in names]
    predicted = [judged.campaign.facts.classes[k] for k in probability.predicted[shown]]
    values = probability.values[shown].tolist()
    lines = list(enumerate(zip(names, predicted, values, words, strict=True), start=1))
    return Picture(
        title="Candidates",
        figure=gallery_figure(
            archive.wavelength,
            archive.column("flux", shown),
            archive.column("ivar", shown),
            [
                f"{number}  {kind} {value:.2f}{' · labelled' if word else ''}"
                for number, (_, kind, value, word) in lines
            ],
        ),
        caption=f"{len(shown)} of {of:,} candidates, as the network sees them; what is "
        f"still to be judged blind is left out. {new} Above each: its number, the "
        "predicted class and the probability of the target classes. The dotted line is Hα "
        "at rest, wavelengths are in vacuum.",
        description=f"Small spectra of {len(shown)} candidates.",
        numbers=Table(
            title="Candidates shown",
            columns=("Number", "Spectrum", "Predicted", "Probability", "Label", "By"),
            rows=[
                (
                    f"{number}",
                    name,
                    kind,
                    f"{value:.3f}",
                    word or "–",
                    given[name].by if name in given else "–",
                )
                for number, (name, kind, value, word) in lines
            ],
        ),
    )


def _label(given: GivenLabel | None) -> str:
    return "" if given is None else given.label or ("differ" if given.disagreement else "")
