"""A trained round of a campaign, and what several sections about it rest on.

Each of these is computed when it is first asked for, and once.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.catalogue.candidates import listed_rows
from specoracle.campaign.judging.class_performance import class_performance
from specoracle.campaign.judging.judged_sample import JudgedSample, judged_sample
from specoracle.campaign.judging.performance import RoundPerformance, performance
from specoracle.campaign.judging.probabilities import TargetProbability, target_probability
from specoracle.campaign.judging.stopping import stopping_advice
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.confusion import Confusion
from specoracle.estimation.stopping import Advice


class JudgedRound:
    """What is known of a round by the labels there are.

    Make another one when there are more.

    Parameters
    ----------
    campaign
        Whose round.
    number
        The round; it has been trained.
    """

    def __init__(self, campaign: Campaign, number: int) -> None:
        self.campaign = campaign
        self.number = number

    @property
    def is_last(self) -> bool:
        """Whether no later round has been trained."""
        return self.number == self.campaign.last_trained

    @cached_property
    def rounds(self) -> list[RoundPerformance]:
        """Estimates of all rounds up to this one."""
        return [
            done for done in performance(self.campaign) if done.round_number <= self.number
        ]

    @cached_property
    def advice(self) -> Advice:
        """Whether to stop after the last round; to ask is a look, and recorded as one."""
        return stopping_advice(self.campaign, rounds=self.rounds)

    @cached_property
    def probability(self) -> TargetProbability:
        """What the round's model says of the pool."""
        return target_probability(self.campaign, self.number)

    @cached_property
    def sample(self) -> JudgedSample:
        """Labelled members of the estimation sample."""
        return judged_sample(self.campaign, n_spectra=len(self.probability.values))

    @property
    def without_sample(self) -> str:
        """Why nothing is known where no member of the sample has a label."""
        if not self.campaign.sample():
            return "this campaign draws no performance-estimation sample."
        return (
            "no member of the performance-estimation sample has a label. They come with "
            "each batch: answer it."
        )

    @cached_property
    def classes(self) -> Confusion:
        """How well each class is found."""
        return class_performance(self.campaign, self.number)

    @cached_property
    def listed(self) -> npt.NDArray[np.int64]:
        """Rows of the candidates, in order."""
        return listed_rows(self.campaign, self.number)

    @cached_property
    def n_pool(self) -> int:
        """How many spectra the round's model has scored of the pool."""
        campaign = self.campaign
        pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
        return int((pool < len(self.probability.values)).sum())
