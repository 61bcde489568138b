"""The report of a campaign: what was labelled, and how good its list is, round by round."""

from pathlib import Path

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import trained_round
from specoracle.report.judged_round import JudgedRound
from specoracle.report.label_sections import label_table
from specoracle.report.page import write_page
from specoracle.report.section import Section, not_known
from specoracle.report.topics import TOPICS, UNTRAINED


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
    n_spectra = len(campaign.archive)
    write_page(
        path,
        title=title,
        summary=f"Looked for: {', '.join(campaign.facts.targets)}. {len(labels):,} labels "
        f"in an archive of {n_spectra:,} spectra.",
        sections=_sections(campaign, round_number),
    )


def _sections(campaign: Campaign, round_number: int | None) -> list[Section]:
    if campaign.last_trained is None:
        return [label_table(campaign), not_known("Performance", UNTRAINED)]
    judged = JudgedRound(campaign, trained_round(campaign, round_number))
    return [section for topic in TOPICS.values() for section in topic(judged)]
