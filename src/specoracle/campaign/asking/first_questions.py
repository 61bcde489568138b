"""What a campaign asks before it has a network."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Row
from specoracle.campaign.asking.likeness import most_like
from specoracle.campaign.asking.next_batch import Question, questions, questions_at_random
from specoracle.campaign.facts import MIXED, CampaignFacts
from specoracle.campaign.pool import unlike_anything, without
from specoracle.journal.event import Role
from specoracle.query.strategy import Choice, at_random

Flux = npt.NDArray[np.float32]


def first_questions(
    archive: Archive,
    facts: CampaignFacts,
    eligible: Row,
    *,
    members: Flux,
    answered: Row,
    rng: np.random.Generator,
) -> list[Question]:
    """Choose a batch for which no model has a word.

    Strategies other than ``mixed`` ask at random. The mixed batch asks first about
    neighbours of known members of the target classes; half of the rest is drawn by
    chance, the other half is unlike all these and unlike each other: a class whose
    members look different is met long before chance would bring one.

    Parameters
    ----------
    archive
        The pool.
    facts
        The campaign.
    eligible
        Rows that may be asked about.
    members
        Prepared flux of known members of the target classes, shape
        ``(n_members, n_pixels)``; none is a shape of ``(0, n_pixels)``.
    answered
        Rows that have been asked about already.
    rng
        Draws.
    """
    if facts.strategy != MIXED:
        return questions_at_random(facts, eligible, rng)
    n = facts.batch_size
    # Draws by chance come first, so that their probability is exact.
    n_alike = int(n * facts.alike) if len(members) else 0
    drawn = at_random(eligible, (n - n_alike + 1) // 2, rng=rng)
    rest = without(eligible, drawn.rows)
    alike = _alike(archive, rest, members, n_alike, rng)
    rest = without(rest, alike.rows)
    seen = np.concatenate([answered, drawn.rows, alike.rows])
    n_unlike = n - len(drawn.rows) - len(alike.rows)
    unlike = unlike_anything(archive, rest, archive.column("flux", seen), n_unlike)
    words = ("unlike the rest",) * len(unlike)
    choices: Sequence[Choice] = (alike, drawn, Choice(rows=unlike, reason=words))
    return [one for choice in choices for one in questions(choice, Role.ORACLE)]


def _alike(
    archive: Archive, eligible: Row, members: Flux, n: int, rng: np.random.Generator
) -> Choice:
    if not n or not len(eligible):
        return Choice(rows=np.zeros(0, dtype=np.int64), reason=())
    rows, _ = most_like(archive, eligible, members, n, rng=rng)
    return Choice(rows=rows, reason=("like a known member",) * len(rows))
