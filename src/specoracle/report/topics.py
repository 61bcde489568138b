"""What there is to say of how good a campaign is, by topic.

A report prints all topics one after the other; a panel shows one at a time. Both take
them from here.
"""

from collections.abc import Callable, Mapping

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.methods import paragraph
from specoracle.report.candidate_sections import candidate_sections, expected_table
from specoracle.report.completeness_sections import completeness_sections
from specoracle.report.judged_round import JudgedRound
from specoracle.report.label_sections import label_table
from specoracle.report.learning_sections import learning_sections, stopping_sections
from specoracle.report.round_sections import (
    calibration_section,
    class_table,
    confusion_section,
    histogram_picture,
)
from specoracle.report.section import Section, Text, not_known

UNTRAINED = (
    "no round has been trained, so there are neither precision and completeness nor "
    "candidates. Label the first batch and train the next round."
)


def _calibration(judged: JudgedRound) -> list[Section]:
    return [calibration_section(judged)]


def _confusion(judged: JudgedRound) -> list[Section]:
    return [confusion_section(judged), class_table(judged)]


def _scores(judged: JudgedRound) -> list[Section]:
    return [histogram_picture(judged), expected_table(judged)]


def _labels(judged: JudgedRound) -> list[Section]:
    text = paragraph(
        judged.campaign,
        judged.rounds[-1],
        judged.probability,
        n_listed=len(judged.listed),
    )
    return [label_table(judged.campaign), Text(title="Methods", text=text)]


TOPICS: Mapping[str, Callable[[JudgedRound], list[Section]]] = {
    "Learning curve": learning_sections,
    "Calibration": _calibration,
    "Confusion": _confusion,
    "Scores of the pool": _scores,
    "Completeness": completeness_sections,
    "Whether to stop": stopping_sections,
    "Candidates": candidate_sections,
    "Labels and methods": _labels,
}
"""Sections of each topic, in the order in which they are read."""


def untrained_sections(campaign: Campaign, topic: str) -> list[Section]:
    """Say of a topic what can be said before the first training."""
    unknown = not_known(topic, UNTRAINED)
    return [label_table(campaign), unknown] if topic == "Labels and methods" else [unknown]
