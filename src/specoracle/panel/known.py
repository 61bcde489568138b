"""What catalogue and model say of the members of a batch, read at once.

One look at a catalogue takes as long as a hundred, and a step has no time for either.
"""

from typing import Any

import numpy as np

from specoracle.campaign.batch import Batch
from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import BLIND_ROLES
from specoracle.journal.journal import Member

Opinion = dict[str, float]


class Known:
    """Catalogue rows and class probabilities by identifier.

    Parameters
    ----------
    campaign
        Where they come from.
    batch
        Its members are read when this is made; others when they are asked for.
    """

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        names = [member.identifier for member in batch.members]
        self._rows = campaign.catalogue_rows(names)
        self._opinions = campaign.opinions(names)

    def row(self, identifier: str) -> dict[str, Any]:
        """What the survey says; text is untrusted."""
        if identifier not in self._rows:
            self._rows |= self._campaign.catalogue_rows([identifier])
        return self._rows[identifier]

    def redshift(self, identifier: str) -> float | None:
        """Redshift by the survey, ``None`` where it has none."""
        z = self.row(identifier).get("z")
        return float(z) if z is not None and np.isfinite(z) and z > -1 else None

    def opinion(self, member: Member) -> Opinion | None:
        """Probabilities by the last model where they may be seen, else ``None``."""
        if member.role in BLIND_ROLES:
            return None
        if member.identifier not in self._opinions:
            self._opinions |= self._campaign.opinions([member.identifier])
        return self._opinions.get(member.identifier)
