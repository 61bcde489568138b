"""What one round's model says of the pool, and what the labelled sample says of that."""

import numpy as np

from specoracle.campaign.judging.reliability import EDGES, confusion, reliability
from specoracle.campaign.judging.score_counts import score_counts
from specoracle.figures.calibration import calibration_figure
from specoracle.figures.confusion import confusion_figure
from specoracle.figures.score_histogram import score_histogram
from specoracle.report.judged_round import JudgedRound
from specoracle.report.section import Picture, Section, Table, not_known


def confusion_section(judged: JudgedRound) -> Section:
    """Label against prediction over the sample."""
    sample = judged.sample
    if not len(sample):
        return not_known("Confusion", judged.without_sample)
    classes = judged.campaign.facts.classes
    found = confusion(sample, judged.probability, len(classes))
    rows = [
        (name, *(f"{count:,}" for count in found.counts[number]))
        for number, name in enumerate(classes)
    ]
    table = Table(
        title="Confusion of the labelled sample",
        columns=("Labelled ↓ predicted →", *classes),
        rows=rows,
    )
    return Picture(
        title="Confusion",
        figure=confusion_figure(found.counts, found.share, classes),
        caption="What people say by row, what the model predicts by column: what lies off "
        f"the diagonal is taken for something else. Numbers count the {len(sample):,} "
        "labelled members of the estimation sample; the shade is a rough estimate of the "
        "share of a label's spectra in the pool, each weighted by the inverse of its "
        "chance to be drawn.",
        description="Confusion of labels and predictions; the counts are in the table.",
        numbers=table,
        half=True,
    )


def class_table(judged: JudgedRound) -> Table:
    """Tabulate how well each class is found, with intervals."""
    found = judged.classes
    rows = [
        (
            one.name,
            f"{one.n_predicted:,}",
            str(one.precision),
            str(one.completeness),
            str(one.f1),
        )
        for one in found.classes
    ]
    return Table(
        title="By class",
        columns=("Class", "Predicted", "Precision", "Completeness", "F1"),
        rows=rows,
        note="Over the whole pool, with 95 % intervals; labels count as predictions of the "
        f"spectra that have them. Overall accuracy: {found.accuracy}. It says little where "
        "one class outnumbers the others.",
    )


def calibration_section(judged: JudgedRound) -> Section:
    """Share of targets by predicted probability."""
    if not len(judged.sample):
        return not_known("Calibration", judged.without_sample)
    found = reliability(judged.sample, judged.probability)
    rows = [
        (
            f"{EDGES[number]:g}–{EDGES[number + 1]:g}",
            f"{found.n[number]:,}",
            f"{found.probability[number]:.3f}" if found.n[number] else "–",
            _interval(found.share[number], found.low[number], found.high[number]),
        )
        for number in range(len(found.n))
    ]
    return Picture(
        title="Calibration",
        figure=calibration_figure(
            found.probability, found.share, found.low, found.high, found.n
        ),
        caption="On the dashed line a probability of 0.8 means that 80 % are targets; "
        "below it there are fewer than the model says. "
        f"{judged.probability.remark} Judged by the labelled estimation sample, which had "
        "no part in that, each weighted by the inverse of its chance to be drawn.",
        description="Share of targets by predicted probability: "
        + "; ".join(f"{row[0]}: {row[3]}" for row in rows)
        + ".",
        numbers=Table(
            title="Calibration",
            columns=("Probability", "Labels", "Mean prediction", "Targets (95 %)"),
            rows=rows,
        ),
        half=True,
    )


def histogram_picture(judged: JudgedRound) -> Picture:
    """Scores of the whole pool, by stratum."""
    sample, probability = judged.sample, judged.probability
    counted = score_counts(judged.campaign, judged.number, probability)
    confirmed = probability.values[sample.rows[sample.is_target]]
    strata = (
        f"Shades are the strata of the draw of round {counted.drawn_in}. "
        if counted.drawn_in is not None
        else ""
    )
    total = int(counted.counts.sum())
    return Picture(
        title="Scores of the pool",
        figure=score_histogram(
            counted.edges, counted.counts, counted.names, confirmed=confirmed
        ),
        caption=f"{total:,} spectra by the probability of the target classes, on a scale "
        f"of log-odds; what is beyond the ends stands in the outermost bins. {strata}Marks "
        "below are members of the estimation sample that are targets by their label.",
        description=f"Histogram of the target probability of {total:,} spectra.",
        numbers=Table(
            title="Scores by stratum",
            columns=("Stratum", "Spectra"),
            rows=[
                (name, f"{int(row.sum()):,}")
                for name, row in zip(counted.names, counted.counts, strict=True)
            ],
        ),
    )


def _interval(value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return "not known yet"
    return f"{value:.2f} ({low:.2f}–{high:.2f})"
