"""Probability of the target classes over the whole pool, calibrated where it can be.

The calibration rests on labels of spectra that were drawn uniformly, by the chance that is
recorded with them. Each is compared with what the model of its own round had said of it,
before anything was trained on it. The estimation sample has no part in this.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.scores import read_scores
from specoracle.journal.event import Role
from specoracle.models.calibration import FEWEST, Calibration

Probability = npt.NDArray[np.float32]

AT_ONCE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TargetProbability:
    """What a round's model says of the pool.

    Attributes
    ----------
    values
        Of the target classes together, shape ``(n_spectra,)``; 0 outside of the pool.
    predicted
        Column of the most probable class, shape ``(n_spectra,)``.
    calibration
        What was done to the probabilities; ``None`` where there were too few labels.
    n_random
        Labels of uniformly drawn spectra that there are.
    """

    values: Probability
    predicted: npt.NDArray[np.uint8]
    calibration: Calibration | None
    n_random: int

    @property
    def remark(self) -> str:
        """One sentence about the calibration."""
        if self.calibration is None:
            return (
                f"Probabilities are not calibrated: that takes {FEWEST} labels of "
                f"uniformly drawn spectra, and there are {self.n_random}."
            )
        return (
            f"Probabilities are calibrated on {self.calibration.n_labels} labels of "
            "uniformly drawn spectra, weighted by the inverse of their chance."
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RandomShare:
    """Labels of uniformly drawn spectra, and what was said of these before.

    Attributes
    ----------
    log_probability
        By the model of the round that asked, shape ``(n_labels, n_classes)`` [nat].
    y
        Column of the label, shape ``(n_labels,)``.
    weight
        Inverse of the recorded chance, shape ``(n_labels,)``.
    """

    log_probability: npt.NDArray[np.float32]
    y: npt.NDArray[np.intp]
    weight: npt.NDArray[np.float64]


def target_probability(campaign: Campaign, number: int) -> TargetProbability:
    """Read the scores of a round, and calibrate them if the labels allow.

    Parameters
    ----------
    campaign
        The campaign.
    number
        A trained round; labels of later rounds are not used.
    """
    share = random_share(campaign, number)
    calibration = Calibration.fitted(share.log_probability, share.y, share.weight)
    scores = read_scores(campaign.folder.round(number).scores)
    columns = [campaign.facts.classes.index(name) for name in campaign.facts.targets]
    values = np.empty(len(scores), np.float32)
    for start in range(0, len(scores), AT_ONCE):
        block = scores[start : start + AT_ONCE]
        block = block if calibration is None else calibration(block)
        values[start : start + AT_ONCE] = np.exp(block[:, columns]).sum(axis=1)
    return TargetProbability(
        values=np.clip(values, 0.0, 1.0),  # of rounding
        predicted=scores.argmax(axis=1).astype(np.uint8),
        calibration=calibration,
        n_random=len(share.y),
    )


def random_share(campaign: Campaign, number: int) -> RandomShare:
    """Collect the labelled spectra that rounds up to ``number`` drew uniformly.

    A round without a model had nothing to say of what it drew.
    """
    labels = campaign.labels()
    classes = campaign.facts.classes
    said, y, weight = [np.zeros((0, len(classes)), np.float32)], [], []
    for asking in (n for n in campaign.trained_rounds if n <= number):
        drawn = [
            member
            for member in campaign.journal.members(campaign.name, asking)
            if member.role is Role.ORACLE
            and member.probability is not None
            and member.identifier in labels
        ]
        rows = campaign.archive.rows([member.identifier for member in drawn])
        said.append(read_scores(campaign.folder.round(asking).scores, rows))
        y += [classes.index(labels[member.identifier]) for member in drawn]
        weight += [1.0 / member.probability for member in drawn if member.probability]
    return RandomShare(
        log_probability=np.concatenate(said),
        y=np.array(y, np.intp),
        weight=np.array(weight, np.float64),
    )
