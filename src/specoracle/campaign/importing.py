"""Labels that were given elsewhere, as events of the journal."""

import hashlib
from collections.abc import Mapping

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.errors import CampaignError
from specoracle.journal.event import Action, LabelEvent, Role


def import_events(
    facts: CampaignFacts,
    archive: Archive,
    labels: Mapping[str, str],
    *,
    round_number: int,
    annotator: str,
) -> list[LabelEvent]:
    """Turn labels into events that can be recorded.

    Parameters
    ----------
    facts
        The campaign.
    archive
        Its pool.
    labels
        Class by identifier.
    round_number
        The round they come into.
    annotator
        Who gave them.

    Raises
    ------
    CampaignError
        If a class is unknown.
    ArchiveError
        If an identifier is not in the archive.
    """
    check_classes(facts, labels)
    archive.rows(list(labels))
    return [
        LabelEvent(
            campaign=facts.name,
            round_number=round_number,
            annotator=annotator,
            identifier=identifier,
            role=Role.IMPORT,
            action=Action.LABEL,
            value=value,
            content_hash=content_hash(archive, identifier),
        )
        for identifier, value in labels.items()
    ]


def check_classes(facts: CampaignFacts, labels: Mapping[str, str]) -> None:
    """Refuse labels of classes that the campaign does not have.

    Raises
    ------
    CampaignError
        If there is one.
    """
    if unknown := set(labels.values()) - set(facts.classes):
        raise CampaignError(
            f"{facts.name}: expected classes of {list(facts.classes)}, got "
            f"{sorted(unknown)[:5]}. Correct the table of labels."
        )


def content_hash(archive: Archive, identifier: str) -> str:
    """Hash of a prepared spectrum: tells whether a label was given for this content."""
    flux = archive.column("flux", archive.rows([identifier]))
    return hashlib.blake2b(flux.tobytes(), digest_size=8).hexdigest()
