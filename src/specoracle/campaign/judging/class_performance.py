"""How well each class of a campaign is found, and which is taken for which."""

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.judging.performance import known_labels
from specoracle.campaign.scores import read_scores
from specoracle.estimation.confusion import Confusion, confusion


def class_performance(campaign: Campaign, number: int) -> Confusion:
    """Estimate the confusion table of one trained round.

    Parameters
    ----------
    campaign
        Whose round; labels count as predictions of the spectra that have them.
    number
        The round.
    """
    sample = EstimationSample(campaign)
    cells, used = sample.cells(_predicted(campaign, number))
    code = {name: i for i, name in enumerate(campaign.facts.classes)}
    # A spectrum that is called bad is of none of the classes.
    truth = np.array([code.get(label, -1) for label in sample.labels[used]], dtype=np.intp)
    return confusion(cells, truth, campaign.facts.classes)


def _predicted(campaign: Campaign, number: int) -> npt.NDArray[np.intp]:
    """Class of each row by the round's model, or by its label where it had one."""
    classes = campaign.facts.classes
    predicted = read_scores(campaign.folder.round(number).scores).argmax(axis=1)
    known = known_labels(campaign, number)
    rows = campaign.archive.rows(list(known))
    predicted[rows] = [classes.index(label) for label in known.values()]
    return predicted
