"""What catalogue and model say of the members of a batch, read at once.

One look at a catalogue takes as long as a hundred, and a step has no time for either.
What the model says passes through here alone, so that here alone it is held back.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from specoracle.campaign.answering.batch import Batch
from specoracle.campaign.attribution import read_strips
from specoracle.campaign.campaign import Campaign
from specoracle.journal.event import BLIND_ROLES
from specoracle.journal.fold import NOTHING
from specoracle.journal.journal import Member

Opinion = dict[str, float]


class Known:
    """Catalogue rows, class probabilities and attributions by identifier.

    Parameters
    ----------
    campaign
        Where they come from.
    batch
        Its members are read when this is made; others when they are asked for.
    """

    def __init__(self, campaign: Campaign, batch: Batch) -> None:
        self._campaign = campaign
        self._batch = batch
        names = [member.identifier for member in batch.members]
        self._rows = campaign.catalogue_rows(names)
        self._opinions = campaign.opinions(names)
        trained = campaign.last_trained
        self._strips = (
            {}
            if trained is None
            else read_strips(campaign.folder.round(trained).attribution)
        )
        self._is_blind = False
        self._observers: list[Callable[[], None]] = []

    @property
    def is_blind(self) -> bool:
        """Whether the annotator wants to answer before the model is heard."""
        return self._is_blind

    def set_blind(self, *, wanted: bool) -> None:
        """Hold the model back until each answer, or not."""
        self._is_blind = wanted
        for callback in self._observers:
            callback()

    def observe(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` when the model is to be heard earlier or later."""
        self._observers.append(callback)

    def may_be_seen(self, member: Member) -> bool:
        """Whether the model's word on a member may be shown now.

        Never where the answer measures something; else at once, or, blind, once there is
        an answer.
        """
        if member.role in BLIND_ROLES:
            return False
        answer = self._batch.answers.get(member.identifier, NOTHING)
        return not self._is_blind or answer.answered

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
        if not self.may_be_seen(member):
            return None
        if member.identifier not in self._opinions:
            self._opinions |= self._campaign.opinions([member.identifier])
        return self._opinions.get(member.identifier)

    def strip(self, member: Member) -> bytes | None:
        """How much each pixel counted for the model, 0 to 255, where it may be seen."""
        strip = self._strips.get(member.identifier)
        return strip.tobytes() if strip is not None and self.may_be_seen(member) else None
