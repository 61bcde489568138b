"""The query strategies that a campaign can be given, by name."""

from functools import partial

from specoracle.query.diverse import (
    balanced_by_class,
    contradictory,
    core_set,
    dense,
    likely_targets,
    long_gradients,
    typical_first,
)
from specoracle.query.names import StrategyName, strategy_name
from specoracle.query.strategy import (
    QueryStrategy,
    at_random_by_class,
    blindly,
    most_uncertain,
)

STRATEGIES: dict[StrategyName, QueryStrategy] = {
    StrategyName.ENTROPY: partial(most_uncertain, acquisition="entropy"),
    StrategyName.MARGIN: partial(most_uncertain, acquisition="margin"),
    StrategyName.LEAST_CONFIDENCE: partial(most_uncertain, acquisition="least_confidence"),
    StrategyName.MUTUAL_INFORMATION: contradictory,
    StrategyName.LIKELY: likely_targets,
    StrategyName.BALANCED: balanced_by_class,
    StrategyName.DENSITY: dense,
    StrategyName.BADGE: long_gradients,
    StrategyName.CORE_SET: core_set,
    StrategyName.TYPICAL: typical_first,
    StrategyName.RANDOM: blindly,
    StrategyName.STRATIFIED: at_random_by_class,
}
"""Query strategies by name."""


def strategy_named(name: str) -> QueryStrategy:
    """Return a query strategy; raises as `strategy_name` does."""
    return STRATEGIES[strategy_name(name)]
