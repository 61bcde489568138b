"""Which answers may be asked for again, blind, to see whether annotators agree."""

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import OBJECT_ID, Archive, Row
from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import Action, Role
from specoracle.query.candidates import Answered

FIRST = frozenset({Role.ORACLE, Role.CANDIDATE})
"""Roles of first answers; members of the estimation sample are left in peace."""


def askable_again(campaign: Campaign) -> Row:
    """Rows that an annotator labelled for training and was not asked about again."""
    labelled: dict[str, None] = {}
    repeated: set[str] = set()
    for recorded in campaign.journal.events(campaign.name):
        event = recorded.event
        if event.role is Role.REPEAT:
            repeated.add(event.identifier)
        elif event.role in FIRST and event.action is Action.LABEL:
            labelled[event.identifier] = None
    stand = campaign.labels().keys() - repeated - campaign.sample()
    return campaign.archive.rows([name for name in labelled if name in stand])


def with_objects(
    archive: Archive, eligible: Row, again: Row
) -> tuple[npt.NDArray[np.int64] | None, Answered]:
    """Number the sky objects of candidates and of answers alike.

    Returns
    -------
    tuple
        Object number of each eligible row, negative where it is not known, or ``None``
        where the archive knows no objects; and the answers with theirs.
    """
    if OBJECT_ID not in archive.catalogue_columns:
        return None, Answered(rows=again)
    rows = np.concatenate([eligible, again])
    column = archive.catalogue([OBJECT_ID], rows)[OBJECT_ID].combine_chunks()
    encoded = column.dictionary_encode().indices.fill_null(-1)
    numbers = np.asarray(encoded.to_numpy(zero_copy_only=False), dtype=np.int64)
    n = len(eligible)
    return numbers[:n], Answered(rows=again, objects=numbers[n:])
