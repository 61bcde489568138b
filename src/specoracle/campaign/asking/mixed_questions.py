"""Ask for several reasons at once: the batch of the preset ``default``."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Row
from specoracle.campaign.asking.artefacts import Flag, artefact_gate
from specoracle.campaign.asking.asked_again import askable_again, with_objects
from specoracle.campaign.asking.next_batch import Question
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.pool import distance_to_known
from specoracle.campaign.training_set import TrainingSet
from specoracle.journal.event import Role
from specoracle.query.candidates import Candidates
from specoracle.query.mixed import mixed_batch
from specoracle.query.shares import Stream

ROLES = {Stream.LIKELY: Role.CANDIDATE, Stream.REPEAT: Role.REPEAT}
"""Role of the members of a stream; the others are asked of the oracle."""


def mixed_questions(
    campaign: Campaign,
    candidates: Candidates,
    training: TrainingSet,
    rng: np.random.Generator,
) -> list[Question]:
    """Choose a batch of several streams.

    Parameters
    ----------
    campaign
        Whose pool and settings.
    candidates
        Rows that may be asked about.
    training
        What is known.
    rng
        Breaks ties, draws and clusters.
    """
    facts, archive = campaign.facts, campaign.archive
    eligible = candidates.rows
    if not len(eligible):
        return []
    objects, answered = with_objects(archive, eligible, askable_again(campaign))
    candidates = replace(
        candidates,
        unlike=_unlike(campaign, eligible, training),
        objects=objects,
        artefact=_gate(campaign, candidates, training, rng),
    )
    asked = mixed_batch(
        candidates,
        facts.batch_size,
        shares=facts.batch_shares,
        answered=answered,
        rng=rng,
    )
    return [
        Question(
            row=each.row,
            role=ROLES.get(each.stream, Role.ORACLE),
            reason=each.reason,
            probability=each.probability,
        )
        for each in asked
    ]


def _unlike(
    campaign: Campaign, eligible: Row, training: TrainingSet
) -> npt.NDArray[np.float64] | None:
    """Tell what is unlike anything known, while a target is not known at all."""
    facts, archive = campaign.facts, campaign.archive
    if set(facts.targets) <= training.classes:
        return None
    return distance_to_known(archive, training.members(archive, facts.classes))[eligible]


def _gate(
    campaign: Campaign,
    candidates: Candidates,
    training: TrainingSet,
    rng: np.random.Generator,
) -> Callable[[Row], Flag] | None:
    archive, features = campaign.archive, candidates.features
    if not campaign.facts.batch_shares.artefact or not callable(features):
        return None
    labelled = archive.rows(list(training.labels))
    return artefact_gate(archive, features, candidates.rows, labelled, rng=rng)
