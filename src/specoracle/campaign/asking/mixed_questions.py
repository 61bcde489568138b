"""Ask for several reasons at once: the batch of the preset ``default``."""

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Row
from specoracle.campaign.asking.artefacts import artefact_gate
from specoracle.campaign.asking.asked_again import askable_again, with_objects
from specoracle.campaign.asking.next_batch import Question
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import row_features
from specoracle.campaign.pool import distance_to_known
from specoracle.campaign.scoring import Classifier
from specoracle.campaign.training_set import TrainingSet
from specoracle.journal.event import Role
from specoracle.query.candidates import Candidates
from specoracle.query.mixed import mixed_batch
from specoracle.query.shares import Stream

ROLES = {Stream.LIKELY: Role.CANDIDATE, Stream.REPEAT: Role.REPEAT}
"""Role of the members of a stream; the others are asked of the oracle."""


def mixed_questions(
    campaign: Campaign,
    model: Classifier,
    scores: npt.NDArray[np.float32],
    information: npt.NDArray[np.float32] | None,
    eligible: Row,
    training: TrainingSet,
    rng: np.random.Generator,
) -> list[Question]:
    """Choose a batch of several streams.

    Parameters
    ----------
    campaign
        Whose pool and settings.
    model
        The classifier of the round.
    scores, information
        Log-probabilities ``(n_spectra, n_classes)`` and mutual information
        ``(n_spectra,)`` of the whole pool.
    eligible
        Rows that may be asked about.
    training
        What is known.
    rng
        Breaks ties, draws and clusters.
    """
    facts, archive = campaign.facts, campaign.archive
    if not len(eligible):
        return []
    known = training.classes & set(facts.targets)
    unlike = None
    if known != set(facts.targets):
        flux = training.members(archive, facts.classes)
        unlike = distance_to_known(archive, flux)[eligible]
    # A network that knows no target sees nothing in what is unlike all others.
    features = row_features(archive, model if known else None)
    labelled = archive.rows(list(training.labels))
    gate = None
    if facts.batch_shares.artefact:
        gate = artefact_gate(archive, features, eligible, labelled, rng=rng)
    objects, answered = with_objects(archive, eligible, askable_again(campaign))
    candidates = Candidates(
        rows=eligible,
        log_probabilities=scores[eligible],
        targets=tuple(facts.classes.index(name) for name in facts.targets),
        mutual_information=None if information is None else information[eligible],
        unlike=unlike,
        objects=objects,
        features=features,
        artefact=gate,
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
