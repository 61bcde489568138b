"""The estimation sample of a campaign as it is labelled now, with its weights.

What the query asked about, or would have asked had it not been in the sample, is known
for certain and stands for itself; so do labels from elsewhere. The others of the sample
stand for the rest of the pool.
"""

import numpy as np
import numpy.typing as npt

from specoracle.campaign.campaign import Campaign
from specoracle.campaign.judging.draw_file import read_below, read_design, read_inclusion
from specoracle.campaign.pool import pool_rows
from specoracle.estimation.cells import Cells, split
from specoracle.estimation.strata import N_STRATA
from specoracle.journal.event import Action, Role

Row = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


BAD = ""
"""Stands for the class of a spectrum that is called bad and has none."""


class EstimationSample:
    """Rows, labels and inclusion probabilities, read once for all rounds.

    Parameters
    ----------
    campaign
        Whose sample.

    Attributes
    ----------
    pool
        Rows of the pool, sorted.
    rows, labels
        Rows with a label that bear on the pool, sorted, and their labels, shape
        ``(n_units,)``.
    drawn
        Whether each of them is in the sample, not known for certain.
    n_waiting
        Members of the sample without an agreed label.
    n_disputed
        Those of them on whom annotators differ.
    n_skipped
        Those of them that were shown and passed over.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        archive = campaign.archive
        self.pool = pool_rows(archive, campaign.folder, campaign.facts)
        labels = dict.fromkeys(campaign.bad(), BAD) | campaign.labels()
        members = campaign.journal.estimation_sample(campaign.name)
        self._draws = sorted({member.draw for member in members})
        sample = {member.identifier for member in members}
        certain = _known_anyhow(campaign) & labels.keys()
        names = sorted(certain | sample & labels.keys())
        self._count_waiting(sample - labels.keys())
        rows = archive.rows(names)
        inside = np.isin(rows, self.pool)
        order = np.argsort(rows[inside])
        self.rows = rows[inside][order]
        self.labels = np.array([labels[name] for name in names], dtype=object)[inside][
            order
        ]
        known = np.array([name in certain for name in names], dtype=np.bool_)[inside][order]
        self.drawn = ~known
        self._probability = self._union()
        self._probability[self.rows[known]] = 1.0

    @property
    def n_drawn(self) -> int:
        """Labelled members that stand for others."""
        return int(self.drawn.sum())

    def cells(self, category: npt.NDArray[np.integer]) -> tuple[Cells, Flags]:
        """Split the pool of a round.

        Parameters
        ----------
        category
            Of each row of the archive as large as it was in that round.

        Returns
        -------
        tuple
            The cells, and which of `rows` are their units, in order.
        """
        pool = self.pool[self.pool < len(category)]
        used = self.rows < len(category)
        where = np.searchsorted(pool, self.rows[used])
        return split(self._probability[pool], category[pool], where), used

    def below_floor(self, number: int, n_spectra: int) -> tuple[Flags, float | None]:
        """Tell which rows lie below the floor that a round's draw fixed, and the floor.

        Where a round drew none, the floor is that of the draw before; before the first
        one by score there is no floor, and no row lies below it.
        """
        for draw in reversed([draw for draw in self._draws if draw <= number]):
            path = self._campaign.folder.round(draw).draw
            floor = read_design(path).floor
            if floor is not None:
                return read_below(path, n_spectra), floor
        return np.zeros(n_spectra, dtype=np.bool_), None

    def by_stratum(
        self, strata: npt.NDArray[np.uint8], targets: set[str]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Count labelled members, and targets among them, in the strata of a new draw."""
        drawn = self.rows[self.drawn]
        is_target = np.array([label in targets for label in self.labels[self.drawn]], bool)
        here = np.minimum(strata[drawn], N_STRATA)
        seen = np.bincount(here, minlength=N_STRATA + 1)
        hits = np.bincount(here[is_target], minlength=N_STRATA + 1)
        return seen[:N_STRATA], hits[:N_STRATA]

    def _union(self) -> npt.NDArray[np.float64]:
        """Inclusion probability of each row of the archive in any draw."""
        n = len(self._campaign.archive)
        missed = np.ones(n)
        for draw in self._draws:
            missed *= 1 - read_inclusion(self._campaign.folder.round(draw).draw, n)
        return 1 - missed

    def _count_waiting(self, unlabelled: set[str]) -> None:
        disputed = set(self._campaign.disagreements())
        dealt_with = self._campaign.dealt_with()
        self.n_waiting = len(unlabelled)
        self.n_disputed = len(unlabelled & disputed)
        self.n_skipped = len(unlabelled & dealt_with - disputed)


def _known_anyhow(campaign: Campaign) -> set[str]:
    """Spectra that were, or would have been, labelled without the sample."""
    asked = {
        recorded.event.identifier
        for recorded in campaign.journal.events(campaign.name)
        if recorded.event.action in {Action.LABEL, Action.QUALITY}
        and recorded.event.role not in {Role.ESTIMATION, Role.REPEAT}
    }
    return asked | campaign.journal.would_be_asked(campaign.name)
