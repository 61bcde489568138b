"""The expected number of true targets in the pool of a campaign."""

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.judged_sample import judged_sample
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.expected import Expected, Judged, expected_targets


def expected_in_pool(
    campaign: Campaign,
    probability: TargetProbability,
    thresholds: npt.NDArray[np.generic],
) -> dict[str, npt.NDArray[np.generic]]:
    """Columns of the targets to expect at each threshold or above."""
    found = expected_above(campaign, probability, thresholds)
    return {
        "expected": found.value,
        "expected_low": found.low,
        "expected_high": found.high,
    }


def expected_above(
    campaign: Campaign,
    probability: TargetProbability,
    thresholds: npt.ArrayLike,
) -> Expected:
    """Estimate how many targets of the pool stand at each threshold or above.

    Parameters
    ----------
    campaign
        The campaign.
    probability
        What the model of a round says of the pool.
    thresholds
        Probabilities, shape ``(n_thresholds,)``.
    """
    values = probability.values
    sample = judged_sample(campaign, n_spectra=len(values))
    labels = campaign.labels()
    every = campaign.archive.rows(list(labels))
    known = every < len(values)
    targets = campaign.facts.targets
    is_target = np.array([label in targets for label in labels.values()], bool)
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    return expected_targets(
        values[pool[pool < len(values)]],
        Judged(probability=values[sample.rows], is_target=sample.is_target),
        sample.weight,
        thresholds=thresholds,
        labelled=Judged(probability=values[every[known]], is_target=is_target[known]),
    )
