"""Cells of the pool: what is sampled at one rate and stands on one side of a list.

Within a cell the sample is a simple random one, whatever the scores have done since the
draw; so counts in cells are all that an estimate needs. The sizes of the cells are known
exactly, by counting the pool.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation.limits import Counts

Probability = npt.NDArray[np.float64]
Row = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

STEP = 3.0
"""Rows sampled at rates within this factor share a cell, weighted by their rates."""

_N_RATES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A pool split in cells, and the sampled units in them.

    Attributes
    ----------
    size
        Rows of each cell, shape ``(n_cells,)``.
    category
        To which of the categories each cell belongs, the same shape.
    unit
        Cell of each sampled unit, shape ``(n_units,)``.
    weight
        Inverse inclusion probability of each, the same shape.
    """

    size: npt.NDArray[np.float64]
    category: npt.NDArray[np.intp]
    unit: npt.NDArray[np.intp]
    weight: npt.NDArray[np.float64]

    def counts(self, positive: Flags) -> Counts:
        """Count units, and those that are positive, by cell.

        Where rates differ within a cell, both are effective numbers.

        Parameters
        ----------
        positive
            Of each unit, shape ``(n_units,)``.

        References
        ----------
        Effective size: Kish (1965), Survey Sampling, section 11.7.
        """
        total = self._sum(self.weight)
        squares = self._sum(self.weight**2)
        seen = np.where(squares > 0, total**2 / np.where(squares > 0, squares, 1), 0.0)
        hits = self._sum(self.weight * positive)
        share = np.where(total > 0, hits / np.where(total > 0, total, 1), 0.0)
        # Of a cell sampled at one rate the numbers are whole ones, so round them.
        seen = np.minimum(np.round(seen, 9), self.size)
        # Where all are labelled, rates no longer matter.
        every = self._sum(np.ones(len(self.unit))) == self.size
        seen = np.where(every, self.size, seen)
        share = np.where(every, self._sum(1.0 * positive) / np.maximum(seen, 1), share)
        return Counts(size=self.size, sampled=seen, positive=np.minimum(seen * share, seen))

    def _sum(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        summed = np.bincount(self.unit, values, minlength=len(self.size))
        return summed.astype(np.float64)


def split(
    probability: Probability,
    category: npt.NDArray[np.integer],
    rows: Row,
    *,
    alike: npt.NDArray[np.integer] | None = None,
) -> Cells:
    """Split a pool by rate of sampling and by category.

    Parameters
    ----------
    probability
        Inclusion probability of each row of the pool, shape ``(n_pool,)``; 1 where the
        label is known anyhow, 0 where none could be drawn.
    category
        Of each row, e.g. whether it is on the list, the same shape, from 0.
    rows
        Rows with a label, drawn or known, shape ``(n_units,)``.
    alike
        How many spectra each row stands for, the same shape as ``probability``; one if
        left out.

    Examples
    --------
    >>> rate, listed = np.array([1, 0.5, 0.5, 0.5]), np.array([0, 0, 0, 1])
    >>> cells = split(rate, listed, np.array([0, 2]))
    >>> cells.size, cells.category
    (array([1., 2., 1.]), array([0, 0, 1]))
    """
    n_categories = int(category.max(initial=0)) + 1
    with np.errstate(divide="ignore"):
        rate = np.ceil(-np.log(probability) / np.log(STEP) - 1e-9)
    key = np.minimum(rate, _N_RATES - 1).astype(np.int64) * n_categories + category
    sizes = np.bincount(key, alike, minlength=_N_RATES * n_categories)
    used = np.flatnonzero(sizes)
    number = np.zeros(len(sizes), np.intp)
    number[used] = np.arange(len(used))
    return Cells(
        size=sizes[used].astype(np.float64),
        category=used % n_categories,
        unit=number[key[rows]],
        weight=1 / probability[rows],
    )
