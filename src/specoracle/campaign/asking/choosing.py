"""Choose what a round asks: who joins the estimation sample, and what the query wants."""

import numpy as np
import numpy.typing as npt

from specoracle.campaign.asking.first_questions import first_questions
from specoracle.campaign.asking.mixed_questions import mixed_questions
from specoracle.campaign.asking.next_batch import (
    Question,
    members,
    questions_by_score,
    questions_for_discovery,
    target_score,
)
from specoracle.campaign.asking.pool_candidates import pool_candidates
from specoracle.campaign.campaign import Campaign
from specoracle.campaign.facts import MIXED
from specoracle.campaign.judging.draw_file import Design, write_draw
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.opening import sample_members
from specoracle.campaign.pool import pool_rows, unlike_anything, without
from specoracle.campaign.scores import read_scores
from specoracle.campaign.scoring import Classifier
from specoracle.campaign.training_set import TrainingSet
from specoracle.estimation.design import draw, shares_by_variance
from specoracle.estimation.strata import (
    FIRST_BELOW,
    N_STRATA,
    SHARES,
    Stratum,
    among,
    score_strata,
)
from specoracle.journal.journal import EstimationMember, NewRound


def choose(
    campaign: Campaign,
    model: Classifier | None,
    training: TrainingSet,
    *,
    number: int,
    model_hash: str,
) -> NewRound:
    """Draw into the sample, query, and mix; deterministic in seed and labels.

    Parameters
    ----------
    campaign
        Whose pool has been scored.
    model
        The classifier of the round; ``None`` where one class alone has labels, so that
        there is nothing to train. Then nobody is drawn, and questions are like the first.
    training
        What it was trained on.
    number, model_hash
        Of the round.
    """
    facts, archive = campaign.facts, campaign.archive
    rng = np.random.default_rng([facts.seed, number])
    usable = pool_rows(archive, campaign.folder, facts)
    added: list[EstimationMember] = []
    if model is not None:
        scores = read_scores(campaign.folder.round(number).scores)
        added = _extend_sample(campaign, number, model_hash, scores, usable, rng)
    sample = sorted(campaign.sample() | {m.identifier for m in added})
    dealt_with = campaign.dealt_with()
    settled = archive.rows(sorted(set(training.labels) | dealt_with - set(sample)))
    marked = archive.rows(sorted(campaign.journal.would_be_asked(campaign.name)))
    eligible = without(without(usable, settled), marked)
    if model is None:
        asked = _unscored_questions(campaign, eligible, settled, training, rng)
    else:
        asked = _questions(campaign, number, model, scores, eligible, training, rng)
    batch, would_be_asked = members(
        archive,
        asked,
        sample,
        unanswered=[name for name in sample if name not in dealt_with],
        rng=rng,
    )
    return NewRound(
        number=number,
        model_hash=model_hash,
        members=batch,
        estimation=added,
        would_be_asked=would_be_asked,
    )


def _questions(
    campaign: Campaign,
    number: int,
    model: Classifier,
    scores: npt.NDArray[np.float32],
    eligible: npt.NDArray[np.int64],
    training: TrainingSet,
    rng: np.random.Generator,
) -> list[Question]:
    """Ask by score; while no target is known, discovery has the candidates' places."""
    facts, archive = campaign.facts, campaign.archive
    candidates = pool_candidates(campaign, number, model, scores, eligible, training)
    if facts.strategy == MIXED:
        return mixed_questions(campaign, candidates, training, rng)
    if not facts.candidate_size or training.classes & set(facts.targets):
        return questions_by_score(facts, candidates, rng)
    known = training.members(archive, facts.classes)
    unlike = unlike_anything(archive, eligible, known, facts.candidate_size)
    return questions_for_discovery(facts, candidates, unlike, rng)


def _unscored_questions(
    campaign: Campaign,
    eligible: npt.NDArray[np.int64],
    settled: npt.NDArray[np.int64],
    training: TrainingSet,
    rng: np.random.Generator,
) -> list[Question]:
    facts, archive = campaign.facts, campaign.archive
    flux = training.members(archive, facts.targets)
    return first_questions(
        archive, facts, eligible, members=flux, answered=settled, rng=rng
    )


def _extend_sample(
    campaign: Campaign,
    number: int,
    model_hash: str,
    scores: npt.NDArray[np.float32],
    usable: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> list[EstimationMember]:
    """Draw once more, with strata and a floor by this round's score."""
    facts, archive = campaign.facts, campaign.archive
    if not facts.estimation_growth:
        return []
    columns = [facts.classes.index(name) for name in facts.targets]
    n_listed = int(np.isin(scores[usable].argmax(axis=1), columns).sum())
    by_score = score_strata(target_score(facts, scores[usable]), n_listed)
    strata = among(usable, by_score.stratum, len(archive))
    shares = _shares(campaign, strata)
    drawn = draw(strata, facts.estimation_growth, rng=rng, shares=shares)
    design = Design(
        name="score",
        seed=(facts.seed, number),
        model_hash=model_hash,
        floor=by_score.floor,
    )
    write_draw(campaign.folder.round(number).draw, strata, drawn.probability, design)
    return sample_members(archive, drawn, strata, number=number, model_hash=model_hash)


def _shares(campaign: Campaign, strata: Stratum) -> npt.NDArray[np.float64]:
    """Where completeness above the floor varies most by the labels there are.

    Labels of the sample say how many are drawn from a stratum, never which ones.
    """
    seen, hits = EstimationSample(campaign).by_stratum(strata, set(campaign.facts.targets))
    if not hits.sum():
        return SHARES
    size = np.bincount(strata, minlength=N_STRATA)[:N_STRATA]
    share = (hits + 0.5) / (seen + 1)
    above = np.arange(N_STRATA) < FIRST_BELOW
    return shares_by_variance(size, share * (1 - share) * above, SHARES)
