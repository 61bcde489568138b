"""Which class is taken for which: the confusion table of a pool, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation import estimate
from specoracle.estimation.cells import Cells
from specoracle.estimation.estimate import ERROR, Estimate

Codes = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """How well one class is found.

    Attributes
    ----------
    name, n_predicted
        The class, and how many of the pool are predicted to be of it.
    precision, completeness, f1
        As of `specoracle.estimation.estimate`, over the whole pool.
    """

    name: str
    n_predicted: int
    precision: Estimate
    completeness: Estimate
    f1: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """The confusion table of a pool.

    Attributes
    ----------
    classes
        Figures of each class, in the order of rows and columns.
    shares
        ``shares[i][j]``: which share of those predicted to be of class j is of class i.
    accuracy
        Share of the pool that is predicted rightly; of little use where one class
        outnumbers the others.
    """

    classes: tuple[ClassFigures, ...]
    shares: tuple[tuple[Estimate, ...], ...]
    accuracy: Estimate


def confusion(
    cells: Cells, truth: Codes, names: Sequence[str], *, error: float = ERROR
) -> Confusion:
    """Estimate the confusion table.

    Parameters
    ----------
    cells
        The pool, split by predicted class: category j is that of class j.
    truth
        Class of each labelled unit, shape ``(n_units,)``.
    names
        Of the classes.
    error
        Of each interval.

    References
    ----------
    Stratified estimation of an error matrix: Olofsson et al. (2014), Remote Sensing of
    Environment 148, 42.
    """
    counts = [cells.counts(truth == code) for code in range(len(names))]
    predicted = [cells.category == code for code in range(len(names))]
    right = cells.counts(truth == cells.category[cells.unit])
    return Confusion(
        classes=tuple(
            ClassFigures(
                name=name,
                n_predicted=int(cells.size[listed].sum()),
                precision=estimate.precision(of_class, listed, error=error),
                completeness=estimate.completeness(of_class, listed, error=error),
                f1=estimate.f1(of_class, listed, error=error),
            )
            for name, of_class, listed in zip(names, counts, predicted, strict=True)
        ),
        shares=tuple(
            tuple(estimate.precision(of_class, listed, error=error) for listed in predicted)
            for of_class in counts
        ),
        accuracy=estimate.prevalence(right, error=error),
    )
