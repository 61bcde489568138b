"""How a batch is made up: which streams there are, and how large each is."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum

from specoracle.errors import CampaignError


class Stream(StrEnum):
    """Why a candidate is asked about."""

    MARGIN = "margin"
    """The model hesitates between two classes; spread over the features."""
    MUTUAL_INFORMATION = "mutual_information"
    """The members of an ensemble contradict each other."""
    LIKELY = "likely"
    """Probably a member of a rare class, or near its border."""
    DISCOVERY = "discovery"
    """Unlike anything labelled, while no target is known."""
    RANDOM = "random"
    """Drawn uniformly, with a known probability."""
    REPEAT = "repeat"
    """Answered before; asked again, blind."""
    ARTEFACT = "artefact"
    """Would have been asked, but for looking like an artefact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts of a batch [percent]; together 100.

    Attributes
    ----------
    margin, mutual_information, likely, random, repeat, artefact
        Of each stream. Without a share of theirs, artefacts are not told from others.
        While a target class has no label, discovery has its part of the places of likely
        members. Places that a stream cannot fill are asked by margin.
    """

    margin: float = 55
    mutual_information: float = 15
    likely: float = 15
    random: float = 10
    repeat: float = 5
    artefact: float = 0

    def __post_init__(self) -> None:
        shares = asdict(self)
        valid = all(math.isfinite(share) and share >= 0 for share in shares.values())
        if not valid or not math.isclose(sum(shares.values()), 100):
            raise CampaignError(
                "Shares of a batch: expected percentages of at least 0 that add up to "
                f"100, got {shares}. Correct them."
            )

    def counts(self, n: int) -> dict[Stream, int]:
        """Places of each stream in a batch of ``n``, by largest remainder.

        Examples
        --------
        >>> Shares().counts(10)[Stream.MARGIN]
        6
        """
        exact = {Stream(name): n * share / 100 for name, share in asdict(self).items()}
        counts = {stream: int(places) for stream, places in exact.items()}
        remainder = sorted(exact, key=lambda stream: counts[stream] - exact[stream])
        for stream in remainder[: n - sum(counts.values())]:
            counts[stream] += 1
        return counts

    def without(self, stream: Stream) -> "Shares":
        """Give the places of one stream to margin.

        Examples
        --------
        >>> Shares().without(Stream.RANDOM).margin
        65
        """
        places = getattr(self, stream)
        return replace(self, **{stream: 0, Stream.MARGIN: self.margin + places})


def shares_from(named: Mapping[str, float]) -> Shares:
    """Make shares of names and percentages; those not named have none.

    Raises
    ------
    CampaignError
        If a name is unknown, or they do not add up.

    Examples
    --------
    >>> shares_from({"margin": 80, "random": 20}).counts(10)[Stream.RANDOM]
    2
    """
    known = [field.name for field in fields(Shares)]
    if unknown := set(named) - set(known):
        raise CampaignError(
            f"Shares of a batch: expected names of {', '.join(known)}, got "
            f"{', '.join(sorted(unknown))}. Correct them."
        )
    return Shares(**(dict.fromkeys(known, 0.0) | dict(named)))
