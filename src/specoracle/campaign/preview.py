"""What the answers since the last training change, within seconds.

The last layer of the last round's network is fitted anew to all labels there are, and
judges the spectra that were nearest to being candidates. Nothing of it is kept: the next
training starts from the labels alone.
"""

from dataclasses import dataclass

import numpy as np

from specoracle.campaign.asking.next_batch import target_score
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.inputs import inputs, takes_missing
from specoracle.campaign.pool import pool_rows, without
from specoracle.campaign.scores import read_scores
from specoracle.campaign.training_set import TrainingSet
from specoracle.errors import CampaignError, MissingExtraError

LISTED = 5000
"""Spectra of highest score in the last round that a preview judges again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A spectrum without a label, before and after.

    Attributes
    ----------
    identifier
        Which.
    before
        Probability of the target classes by the last round's model.
    after
        The same by its last layer fitted anew.
    """

    identifier: str
    before: float
    after: float


def preview(campaign: Campaign) -> list[Previewed]:
    """Judge the likeliest spectra again with the labels there are now.

    Parameters
    ----------
    campaign
        A campaign that was trained.

    Returns
    -------
    list of Previewed
        At most `LISTED`, the likeliest now first; none that has a label.

    Raises
    ------
    CampaignError
        If no network was trained yet.
    """
    number = campaign.last_trained
    if number is None:
        raise CampaignError(
            f"{campaign.name}: expected a trained round to start from, got none yet. "
            "Train the first round."
        )
    try:
        from specoracle.models.preview import PreviewClassifier
        from specoracle.models.saved import load_model
    except ImportError as reason:
        raise MissingExtraError(
            f"Preview: expected torch and scikit-learn, got {reason}. Install them with "
            "pip install 'specoracle[models]'."
        ) from reason
    network, _ = load_model(campaign.folder.round(number).folder)
    model = PreviewClassifier(network)
    training = TrainingSet(labels=campaign.training_labels(), elsewhere=campaign.elsewhere)
    missing = takes_missing(network)
    X, y = training.arrays(campaign.archive, missing=missing)
    model.fit(X, y.tolist())
    scores = read_scores(campaign.folder.round(number).scores)
    before = target_score(campaign.facts, scores)
    rows = _likeliest(campaign, before)
    judged = model.predict_proba(inputs(campaign.archive, rows, missing=missing))
    after = judged[:, np.isin(model.classes_, campaign.facts.targets)].sum(axis=1)
    order = np.argsort(-after, kind="stable")
    names = campaign.archive.identifiers(rows[order])
    return [
        Previewed(identifier=name, before=float(before[row]), after=float(after[at]))
        for name, row, at in zip(names, rows[order], order, strict=True)
    ]


def _likeliest(campaign: Campaign, score: np.ndarray) -> np.ndarray:
    archive = campaign.archive
    usable = pool_rows(archive, campaign.folder, campaign.facts)
    dealt_with = archive.rows(sorted(campaign.dealt_with()))
    rest = without(usable[usable < len(score)], dealt_with)
    return rest[np.argsort(-score[rest], kind="stable")[:LISTED]]
