"""Keep artefacts out of the way, in a stream of their own; refuse nothing silently.

A classifier is unsure about a cosmic hit or a failed extraction as about nothing else, so
these would fill a batch. But what is rare is strange as well: the gate never flags what
is no stranger than a spectrum that somebody has already given a class.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from specoracle.errors import MissingExtraError
from specoracle.query.clustering import Features

Score = npt.NDArray[np.float64]
Flag = npt.NDArray[np.bool_]

SHARE = 0.005
"""Of the pool, flagged by each of features and measures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says of some candidates.

    Attributes
    ----------
    score
        Larger is stranger, above 0 is flagged; shape ``(n_candidates,)``.
    """

    score: Score

    @property
    def flag(self) -> Flag:
        """Whether each goes to the stream of artefacts, shape ``(n_candidates,)``."""
        return self.score > 0


class Gate:
    """Two isolation forests: one on features, one on measures of quality.

    Apart, as few measures would drown among many features.

    Parameters
    ----------
    share
        Part of the pool that each forest flags.
    seed
        Seed of the forests.

    References
    ----------
    Liu, Ting & Zhou (2008), ICDM, p. 413, equation 2.
    """

    def __init__(self, *, share: float = SHARE, seed: int = 0) -> None:
        self._share = share
        self._seed = seed
        self._forests: list[_Forest] = []

    def fit(
        self,
        sample: tuple[Features, ...],
        accepted: tuple[Features, ...] | None = None,
    ) -> Self:
        """Learn what is usual.

        Parameters
        ----------
        sample
            Features, or features and measures, or more such tables, of candidates drawn
            by chance; shape ``(n_sample, n_columns)`` each. Some ten thousand, as a
            forest isolates well only what it has seen a few of.
        accepted
            The same of spectra that have been given a class. None of them, nor what is
            no stranger, is flagged.
        """
        accepted = accepted or tuple(table[:0] for table in sample)
        self._forests = [
            _Forest(table, known, share=self._share, seed=self._seed)
            for table, known in zip(sample, accepted, strict=True)
        ]
        return self

    def judge(self, candidates: tuple[Features, ...]) -> Verdict:
        """Judge candidates by the same tables, of any number of rows."""
        pairs = zip(self._forests, candidates, strict=True)
        scores = [forest.strangeness(table) for forest, table in pairs]
        return Verdict(score=np.max(scores, axis=0))


class _Forest:
    """An isolation forest on one table, with its cut."""

    def __init__(
        self, sample: Features, accepted: Features, *, share: float, seed: int
    ) -> None:
        finite = (column[np.isfinite(column)] for column in sample.T)
        middle = [np.median(column) if len(column) else 0.0 for column in finite]
        self._middle = np.array(middle)
        self._cut = 0.0
        self._model: Any = _isolation_forest(seed).fit(self._filled(sample))
        cut = np.quantile(self.strangeness(sample), 1 - share)
        if len(accepted):
            cut = max(cut, self.strangeness(accepted).max())
        self._cut = float(cut)

    def strangeness(self, table: Features) -> Score:
        """Larger is stranger, and 0 the border."""
        return -self._model.score_samples(self._filled(table)) - self._cut

    def _filled(self, table: Features) -> npt.NDArray[np.float64]:
        """Missing values as middling ones, with a column that says they are missing."""
        missing = ~np.isfinite(table)
        filled = np.where(missing, self._middle, table)
        return np.column_stack([filled, missing.any(axis=1)]).astype(np.float64)


def _isolation_forest(seed: int) -> Any:
    try:
        from sklearn.ensemble import IsolationForest
    except ImportError as reason:
        raise MissingExtraError(
            f"Artefacts: expected scikit-learn, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    return IsolationForest(random_state=seed)
