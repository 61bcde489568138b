"""Choose what a round asks: for training, for confirmation, and for the estimate.

The query ranks the whole pool, members of the estimation sample included: those that
would have been asked are marked and not trained on. Only so is being asked independent
of being in the sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.facts import CampaignFacts
from specoracle.journal.event import Role
from specoracle.journal.journal import Member
from specoracle.query.by_name import strategy_named
from specoracle.query.candidates import Candidates
from specoracle.query.diverse import likely_targets
from specoracle.query.likely import targets_probability
from specoracle.query.strategy import Choice, at_random

Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row that a round asks about, and why."""

    row: int
    role: Role
    reason: str
    probability: float | None = None


def questions_at_random(
    facts: CampaignFacts, eligible: Row, rng: np.random.Generator
) -> list[Question]:
    """Ask about a uniform random batch, as round 0 does."""
    return questions(at_random(eligible, facts.batch_size, rng=rng), Role.ORACLE)


def questions_by_score(
    facts: CampaignFacts, candidates: Candidates, rng: np.random.Generator
) -> list[Question]:
    """Ask about the most probable targets, then about what the strategy chooses."""
    likely = likely_targets(candidates, facts.candidate_size, rng=rng)
    return [
        *questions(likely, Role.CANDIDATE),
        *_asked(facts, candidates, likely.rows, rng),
    ]


def questions_for_discovery(
    facts: CampaignFacts, candidates: Candidates, unlike: Row, rng: np.random.Generator
) -> list[Question]:
    """Ask about spectra unlike anything labelled, while no target has a label."""
    reason = ("unlike anything labelled",) * len(unlike)
    return [
        *questions(Choice(rows=unlike, reason=reason), Role.ORACLE),
        *_asked(facts, candidates, unlike, rng),
    ]


def target_score(
    facts: CampaignFacts, log_probabilities: npt.NDArray[np.floating]
) -> npt.NDArray[np.floating]:
    """Probability of the target classes, shape ``(n_spectra,)``."""
    columns = [facts.classes.index(name) for name in facts.targets]
    return targets_probability(log_probabilities, columns)


def members(
    archive: Archive,
    questions: Sequence[Question],
    sample: Sequence[str],
    *,
    unanswered: Sequence[str],
    rng: np.random.Generator,
) -> tuple[list[Member], list[str]]:
    """Turn questions into a batch, mixed with the estimation sample.

    Parameters
    ----------
    archive
        The pool.
    questions
        What the query wants to ask.
    sample
        Identifiers of the whole estimation sample.
    unanswered
        Those of the sample that have no label yet: they are asked too.
    rng
        Mixes the two.

    Returns
    -------
    tuple
        The members in the order they are asked, and the sample members that the query
        would have asked.
    """
    names = archive.identifiers(np.array([q.row for q in questions], dtype=np.int64))
    reserved = set(sample)
    named = list(zip(names, questions, strict=True))
    marked = [i for i, q in named if i in reserved and q.role is not Role.REPEAT]
    # What is asked again was answered before any draw took it.
    asked = [
        (name, q.role, q.reason, q.probability)
        for name, q in named
        if name not in reserved or q.role is Role.REPEAT
    ]
    asked += [(name, Role.ESTIMATION, "drawn by chance", None) for name in unanswered]
    order = rng.permutation(len(asked))
    batch = [
        Member(
            identifier=asked[i][0],
            role=asked[i][1],
            reason=asked[i][2],
            probability=asked[i][3],
            position=position,
        )
        for position, i in enumerate(order)
    ]
    return batch, marked


def _asked(
    facts: CampaignFacts, candidates: Candidates, taken: Row, rng: np.random.Generator
) -> list[Question]:
    """Let the strategy fill the places that others have not taken."""
    rest = candidates.among(np.flatnonzero(~np.isin(candidates.rows, taken)))
    strategy = strategy_named(facts.strategy)
    return questions(strategy(rest, facts.batch_size - len(taken), rng=rng), Role.ORACLE)


def questions(choice: Choice, role: Role) -> list[Question]:
    """Ask about what a strategy chose."""
    return [
        Question(row=int(row), role=role, reason=reason, probability=choice.probability)
        for row, reason in zip(choice.rows, choice.reason, strict=True)
    ]
