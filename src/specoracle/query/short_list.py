"""Choose by score, then look closer: only a short list is ever looked at in detail."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import Scores
from specoracle.query.candidates import Candidates
from specoracle.query.clustering import Features
from specoracle.query.repeats import without_repeats
from specoracle.query.strategy import top

Position = npt.NDArray[np.int64]

PER_PLACE = 30
"""Candidates on a short list for each place in the batch."""

LEAST, MOST = 200, 20_000
"""Bounds of a short list's length."""


@dataclass(slots=True, kw_only=True)
class ShortList:
    """Candidates of largest score that repeat nothing, best first.

    Attributes
    ----------
    positions
        Shape ``(n_listed,)``.
    features
        Shape ``(n_listed, n_features)``, ``None`` where there are none.
    """

    positions: Position
    features: Features | None


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a batch holds already; no candidate, object or spectrum enters it twice.

    Attributes
    ----------
    candidates
        What the batch is chosen from.
    open
        Whether each candidate may still be chosen, shape ``(n_candidates,)``.
    positions
        Those that were chosen.
    flagged
        Those that would have been listed but look like artefacts.
    """

    candidates: Candidates
    open: npt.NDArray[np.bool_]
    positions: Position = field(default_factory=lambda: np.zeros(0, np.int64))
    flagged: Position = field(default_factory=lambda: np.zeros(0, np.int64))

    def take(self, positions: Position) -> None:
        """Put candidates into the batch."""
        self.positions = np.concatenate([self.positions, positions])
        self.flagged = np.setdiff1d(self.flagged, positions)
        self.open[positions] = False

    def short_list(self, scores: Scores, n: int, *, rng: np.random.Generator) -> ShortList:
        """List about 30 times ``n`` candidates of largest score.

        The list is made longer, up to 20,000, while repeats and artefacts leave less
        than ``n`` of it; those are not open any more.

        Parameters
        ----------
        scores
            Shape ``(n_candidates,)``; those that are not finite are left out.
        n
            Places there are.
        rng
            Breaks ties.
        """
        length = min(max(PER_PLACE * n, LEAST), MOST)
        while True:
            best = top(scores, np.flatnonzero(self.open), length, rng=rng)
            listed = self._closer(best)
            if len(listed.positions) >= n or len(best) < length or length == MOST:
                return listed
            length = min(4 * length, MOST)

    def _closer(self, best: Position) -> ShortList:
        """Leave out artefacts, then what cannot be compared, then repeats."""
        flag = self.candidates.is_artefact(best)
        self.flagged = np.union1d(self.flagged, best[flag])
        self.open[best[flag]] = False
        best = best[~flag]
        features = self.candidates.features_at(best)
        if features is not None:
            finite = np.isfinite(features).all(axis=1)
            best, features = best[finite], features[finite]
        kept = self.apart(best, features)
        return ShortList(
            positions=best[kept], features=None if features is None else features[kept]
        )

    def apart(self, best: Position, features: Features | None) -> npt.NDArray[np.intp]:
        """Leave out what repeats a candidate before it, or one that was taken.

        Returns
        -------
        Position
            Which of ``best`` are kept.
        """
        objects, before = self.candidates.objects, self.positions
        if features is not None and len(before):
            known = np.asarray(self.candidates.features_at(before))
            finite = np.isfinite(known).all(axis=1)
            before, features = before[finite], np.concatenate([known[finite], features])
        if features is None and objects is None:
            return np.arange(len(best))
        own = None if objects is None else objects[np.concatenate([before, best])]
        kept = without_repeats(features, own)
        return kept[kept >= len(before)] - len(before)
