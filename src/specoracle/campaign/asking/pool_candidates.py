"""What a query chooses from: the rows of a pool with what is known of them."""

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Row
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import row_features
from specoracle.campaign.scores import read_information
from specoracle.campaign.scoring import Classifier
from specoracle.campaign.training_set import TrainingSet
from specoracle.query.candidates import Candidates, Labelled


def pool_candidates(
    campaign: Campaign,
    number: int,
    model: Classifier,
    scores: npt.NDArray[np.float32],
    eligible: Row,
    training: TrainingSet,
) -> Candidates:
    """Gather what a query strategy may look at.

    Parameters
    ----------
    campaign
        Whose pool and settings.
    number
        The round.
    model
        Its classifier.
    scores
        Log-probabilities of the whole pool, shape ``(n_spectra, n_classes)``.
    eligible
        Rows that may be asked about.
    training
        What is known.
    """
    facts, archive = campaign.facts, campaign.archive
    # A network that knows no target sees nothing in what is unlike all others.
    learnt = model if training.classes & set(facts.targets) else None
    features = row_features(archive, learnt)
    labels = {n: label for n, label in training.labels.items() if label in facts.classes}
    labelled = archive.rows(list(labels))
    columns = [facts.classes.index(label) for label in labels.values()]
    information = read_information(campaign.folder.round(number).scores)
    return Candidates(
        rows=eligible,
        log_probabilities=scores[eligible],
        targets=tuple(facts.classes.index(name) for name in facts.targets),
        mutual_information=None if information is None else information[eligible],
        features=features,
        labelled=Labelled(
            column=np.array(columns, dtype=np.intp), features=lambda: features(labelled)
        ),
    )
