"""What a round of a replay is worth, by the truth.

Two parts of a pool are judged:

- the part that is *asked* about, as a campaign would hand it out: answered targets first,
  the rest by score, answered others last;
- the part that is *held out*, by score alone. Its stars are others than those asked about,
  so it tells what the model has learnt, not what has been looked up.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.asking.next_batch import target_score
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.replay.classifier import fitted
from specoracle.campaign.replay.pool import label_of
from specoracle.campaign.replay.ranking import Ranking, judge_ranking
from specoracle.campaign.scores import read_scores
from specoracle.campaign.scoring import pool_scores
from specoracle.simulate.pool import ASKED, HELD_OUT, Pool, TrueMember

SECONDS = "seconds.txt"
"""File in a round's folder with the time its transition took."""


def look(campaign: Campaign, pool: Pool, classifier: str) -> dict[str, Any]:
    """Judge the last trained round.

    Parameters
    ----------
    campaign
        A campaign about the pool.
    pool
        The pool, which knows the truth.
    classifier
        What was trained, see `specoracle.campaign.replay.classifier`.
    """
    number = campaign.round_number
    truth = pool.truth()
    labels, targets = trained_on(campaign, number), set(campaign.facts.targets)
    names = [name for name, label in label_of(pool).items() if label in targets]
    note = campaign.folder.round(number).folder / SECONDS
    figures = {
        "round": number,
        "labels": len(labels),
        "targets": len(set(names) & labels.keys()),
        "seconds": float(note.read_text()) if note.exists() else None,
        ASKED: _figures(_judged_asked(campaign, truth, labels)),
    }
    if pool.archive(HELD_OUT).exists():
        held_out = _judged_held_out(campaign, pool, classifier)
        figures[HELD_OUT] = _figures(held_out)
    return figures


def _judged_asked(
    campaign: Campaign, truth: Sequence[TrueMember], labels: dict[str, str]
) -> Ranking:
    facts, archive = campaign.facts, campaign.archive
    scores = read_scores(campaign.folder.round(campaign.round_number).scores)
    score = target_score(facts, scores)
    answered = archive.rows(list(labels))
    score[answered] = [2.0 if x in facts.targets else -1.0 for x in labels.values()]
    return judge_ranking(score, _is_target(truth, facts.targets))


def _judged_held_out(campaign: Campaign, pool: Pool, classifier: str) -> Ranking:
    facts = campaign.facts
    archive = Archive(pool.archive(HELD_OUT))
    try:
        model = fitted(campaign, classifier)
        everything = np.ones(len(archive), np.bool_)
        scores = pool_scores(archive, model, facts.classes, everything)
        blocks = [block.log_probabilities for block in scores]
    finally:
        archive.close()
    score = target_score(facts, np.concatenate(blocks))
    return judge_ranking(score, _is_target(pool.truth(HELD_OUT), facts.targets))


def _is_target(
    truth: Sequence[TrueMember], targets: Sequence[str]
) -> npt.NDArray[np.bool_]:
    return np.array([member.label in targets for member in truth], np.bool_)


def _figures(ranking: Ranking) -> dict[str, Any]:
    return {
        "completeness": round(ranking.completeness, 5),
        "average_precision": round(ranking.average_precision, 5),
        "found": "".join("1" if each else "0" for each in ranking.found),
    }
