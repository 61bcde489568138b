"""Oracles: whatever answers a query without a screen."""

from collections.abc import Mapping
from typing import Protocol

from specoracle.campaign.answering.batch import Batch


class Oracle(Protocol):
    """Answers one spectrum at a time."""

    def __call__(self, identifier: str) -> str | None:
        """Return the class of a spectrum, or ``None`` to skip it."""


class KnownLabels:
    """An oracle that knows the answers, for simulation and for tables of labels.

    Parameters
    ----------
    labels
        Class by identifier; others are skipped.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels

    def __call__(self, identifier: str) -> str | None:
        """Return the known class, or ``None``."""
        return self._labels.get(identifier)


def answer_all(batch: Batch, oracle: Oracle, *, skips: bool = True) -> int:
    """Let an oracle answer what is unanswered in a batch.

    Parameters
    ----------
    batch
        The batch.
    oracle
        Who answers.
    skips
        Whether what it has no class for is skipped, and asked about no more; else that
        goes on waiting for somebody who knows.

    Returns
    -------
    int
        How many it labelled.
    """
    labelled = 0
    answered = {i for i, answer in batch.answers.items() if answer.answered}
    for member in batch.members:
        if member.identifier in answered:
            continue
        value = oracle(member.identifier)
        if value is not None:
            batch.label(value, identifier=member.identifier)
            labelled += 1
        elif skips:
            batch.skip(identifier=member.identifier)
    return labelled
