"""Replay: a campaign whose oracle knows the truth, driven by the very same code.

Shows what a strategy finds for how many labels, beside random choice on the same seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from specoracle.archive.archive import Archive, Row
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.judging.performance import (
    RoundPerformance,
    candidate_flags,
    round_performance,
    trained_on,
)
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.pool import pool_rows
from specoracle.campaign.scoring import Classifier
from specoracle.campaign.transition import next_round
from specoracle.campaign.workspace import Workspace

ANNOTATOR = "simulated oracle"

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRound:
    """What a trained round knew and what it was worth.

    Attributes
    ----------
    estimate
        What the campaign itself could tell from its estimation sample.
    n_found
        Targets among the labels it was trained on.
    n_true
        Targets on its candidate list.
    n_targets
        Targets in the pool.
    """

    estimate: RoundPerformance
    n_found: int
    n_true: int
    n_targets: int

    @property
    def precision(self) -> float:
        """True precision of the candidate list; NaN when it is empty."""
        listed = self.estimate.n_candidates
        return self.n_true / listed if listed else float("nan")

    @property
    def completeness(self) -> float:
        """True completeness of the candidate list."""
        return self.n_true / self.n_targets if self.n_targets else float("nan")


def replay(
    workspace: Workspace,
    facts: CampaignFacts,
    truth: Mapping[str, str],
    *,
    n_rounds: int,
    known: Mapping[str, str] | None = None,
    classifier: Callable[[], Classifier] | None = None,
    progress: Progress | None = None,
) -> list[ReplayRound]:
    """Run a campaign to the end, or go on with one that was interrupted.

    Parameters
    ----------
    workspace
        A workspace with an archive.
    facts
        The campaign.
    truth
        Class of every spectrum that the oracle knows; it skips the others.
    n_rounds
        Rounds to train.
    known
        Labels that are there before the first question.
    classifier
        Makes a classifier for each round; the preset's network when left out.
    progress
        Called with what is being done and the share of the whole.

    Returns
    -------
    list of ReplayRound
        One for each trained round; the last batch is answered too.
    """
    campaign = opened(workspace, facts, known or {})
    try:
        while True:
            answer_all(campaign.batch(ANNOTATOR), KnownLabels(truth))
            number = campaign.round_number
            if number >= n_rounds:
                break
            if progress is not None:
                progress(f"{facts.name}: round {number + 1}", number / n_rounds)
            next_round(campaign, classifier=classifier() if classifier else None)
        return [judge(campaign, truth, r) for r in range(1, campaign.round_number + 1)]
    finally:
        campaign.close()


def opened(
    workspace: Workspace,
    facts: CampaignFacts,
    known: Mapping[str, str],
    *,
    mapped: bool = True,
) -> Campaign:
    """Open a campaign of a replay, or create it; its first labels are ``known``.

    Without a map it is ``mapped=False``: nobody looks at one, and it takes seconds.
    """
    campaign = None
    if facts.name in workspace.campaign_names():
        campaign = Campaign(workspace, facts.name)
        if campaign.journal.last_round(facts.name) is None:
            campaign.close()
            campaign = None
    if campaign is None:
        return create_campaign(workspace, facts, known=known, mapped=mapped)
    return campaign


def judge(campaign: Campaign, truth: Mapping[str, str], number: int) -> ReplayRound:
    """Compare the candidate list of a round with the truth."""
    targets = {name for name, label in truth.items() if label in campaign.facts.targets}
    estimate = round_performance(campaign, number)
    listed = candidate_flags(campaign, number)
    pool = pool_rows(campaign.archive, campaign.folder, campaign.facts)
    usable = np.zeros(len(listed), dtype=np.bool_)
    usable[pool[pool < len(listed)]] = True
    listed &= usable
    inside = _rows_of(campaign.archive, targets, len(listed))
    return ReplayRound(
        estimate=estimate,
        n_found=len(targets & trained_on(campaign, number).keys()),
        n_true=int(listed[inside].sum()),
        n_targets=int(usable[inside].sum()),
    )


def _rows_of(archive: Archive, names: set[str], n_rows: int) -> Row:
    """Rows of those of ``names`` that the archive holds; some may have been refused."""
    encoded = {name.encode() for name in names}
    found = [
        block.start + place
        for block in archive.blocks("identifier")
        for place, name in enumerate(block.values.tolist())
        if name in encoded
    ]
    rows = np.array(found, dtype=np.int64)
    return rows[rows < n_rows]
