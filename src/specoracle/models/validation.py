"""Keep some labelled spectra from training, to see when to stop."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""With fewer labels of some class, none is spared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows to train on and rows to validate on; of these there may be none."""

    training: npt.NDArray[np.intp]
    validation: npt.NDArray[np.intp]


def stratified(y: npt.NDArray[np.intp], *, share: float, rng: np.random.Generator) -> Split:
    """Draw a share of every class, and at least one of each, for validation.

    Parameters
    ----------
    y
        Class numbers, shape ``(n_spectra,)``.
    share
        From 0, for no validation, to 0.5.
    rng
        Source of randomness.

    Examples
    --------
    >>> y = np.repeat([0, 1], [20, 5])
    >>> split = stratified(y, share=0.2, rng=np.random.default_rng(1))
    >>> np.bincount(y[split.validation])
    array([4, 1])
    """
    classes, counts = np.unique(y, return_counts=True)
    if share == 0 or counts.min() < FEWEST:
        return Split(training=np.arange(len(y)), validation=np.arange(0))
    kept = [
        rng.permutation(np.flatnonzero(y == label))[: max(1, round(share * count))]
        for label, count in zip(classes, counts, strict=True)
    ]
    validation = np.sort(np.concatenate(kept))
    training = np.setdiff1d(np.arange(len(y)), validation)
    return Split(training=training, validation=validation)
