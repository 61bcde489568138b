"""Is it time to stop? Advice with reasons; the decision stays with the user.

To stop is advised when all criteria hold that must, or when a limit of the user's is
reached. Whether another hundred labels are worth their price is for the user to say, in
`Costs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from specoracle.estimation.stopping_criteria import ENOUGH, MUST_HOLD, Criterion
from specoracle.estimation.stopping_evidence import Costs, RoundEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is advised, and why.

    Attributes
    ----------
    stop
        Whether stopping is advised.
    sentence
        The advice in words.
    criteria
        All that must hold.
    limits
        Each of which is enough.
    """

    stop: bool
    sentence: str
    criteria: tuple[Criterion, ...]
    limits: tuple[Criterion, ...]


def advise(rounds: Sequence[RoundEvidence], costs: Costs | None = None) -> Advice:
    """Weigh the evidence of all rounds so far.

    Parameters
    ----------
    rounds
        Evidence of each trained round, in order.
    costs
        What the user wants.
    """
    costs = costs or Costs()
    criteria = tuple(rule(rounds, costs) for rule in MUST_HOLD) if rounds else ()
    limits = tuple(rule(rounds, costs) for rule in ENOUGH) if rounds else ()
    reached = [limit for limit in limits if limit.met]
    missing = [criterion for criterion in criteria if not criterion.met]
    stop = bool(reached) or (bool(criteria) and not missing)
    if reached:
        sentence = f"Stopping is advised: {reached[0].sentence}."
    elif not rounds:
        sentence = "No advice yet: label the first batch and train."
    elif missing:
        sentence = f"Going on is advised: {missing[0].sentence}."
    else:
        sentence = "Stopping is advised: nothing that counts has changed lately."
    return Advice(stop=stop, sentence=sentence, criteria=criteria, limits=limits)
