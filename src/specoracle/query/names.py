"""Names of the query strategies, for settings: what they do is in `by_name`.

Apart from them, as who reads settings need not wait for what a strategy imports.
"""

from enum import StrEnum

from specoracle.errors import CampaignError


class StrategyName(StrEnum):
    """What a campaign may be told to ask by."""

    ENTROPY = "entropy"
    MARGIN = "margin"
    LEAST_CONFIDENCE = "least_confidence"
    MUTUAL_INFORMATION = "mutual_information"
    LIKELY = "likely"
    BALANCED = "balanced"
    DENSITY = "density"
    BADGE = "badge"
    CORE_SET = "core_set"
    TYPICAL = "typical"
    RANDOM = "random"
    STRATIFIED = "stratified"


BLIND = (StrategyName.RANDOM,)
"""Those that see neither scores nor features."""

NEED_ENSEMBLE = (StrategyName.MUTUAL_INFORMATION,)
"""Those that compare several networks."""


def strategy_name(name: str) -> StrategyName:
    """Return the name of a query strategy.

    Raises
    ------
    CampaignError
        If there is none of that name; the message lists those there are.

    Examples
    --------
    >>> strategy_name("badge") is StrategyName.BADGE
    True
    """
    try:
        return StrategyName(name)
    except ValueError:
        raise CampaignError(
            f"Query strategy: expected one of {', '.join(StrategyName)}, got "
            f"{name!r}. Choose one of these."
        ) from None
