"""The default batch: several reasons to ask, each with its share.

Draws by chance come first, from all candidates, so that their probability is exact
whatever else is asked. Then come likely members, mutual information, and margin.

A stream that cannot fill its places leaves them: likely members to discovery while the
model knows no target; everything else (no ensemble, nothing unlike known, nothing to
repeat, no artefact) to margin. The batch is smaller than asked for only where no
candidate is left that could be judged and repeats nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from specoracle.query.acquisition import Scores, margin
from specoracle.query.by_chance import draw_once_each
from specoracle.query.candidates import Answered, Candidates
from specoracle.query.clustering import Features
from specoracle.query.discovery import farthest_first
from specoracle.query.in_turn import best_of_clusters
from specoracle.query.likely import has_members, near_threshold, target_probability
from specoracle.query.shares import Shares, Stream
from specoracle.query.short_list import Taken
from specoracle.query.strategy import top

Spread = Callable[[Features, Scores, int], npt.NDArray[np.intp]]
"""Chooses so many of a short list, given features and scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One member of a batch.

    Attributes
    ----------
    row
        Row number in the pool.
    stream
        Which share it fills.
    reason
        Why, in words.
    probability
        Chance to be chosen, ``None`` where chance had no part.
    """

    row: int
    stream: Stream
    reason: str
    probability: float | None = None


def mixed_batch(
    candidates: Candidates,
    n: int,
    *,
    shares: Shares | None = None,
    answered: Answered | None = None,
    rng: np.random.Generator,
) -> tuple[Asked, ...]:
    """Choose a batch of several streams.

    Parameters
    ----------
    candidates
        All rows that may be asked about.
    n
        Size of the batch; all there are when there are fewer.
    shares
        Parts of the streams; the default ones when left out.
    answered
        What may be asked again. Other spectra of these objects are not asked about.
    rng
        Breaks ties, draws and clusters; the same seed chooses the same.

    Returns
    -------
    tuple
        The members, stream by stream; no row, object or spectrum twice.
    """
    answered = answered or Answered()
    counts = (shares or Shares()).counts(n)
    batch = _Batch(candidates, answered, rng)
    batch.repeat(answered, counts[Stream.REPEAT])
    batch.draw(counts[Stream.RANDOM])
    batch.likely(counts[Stream.LIKELY])
    batch.contradictory(counts[Stream.MUTUAL_INFORMATION])
    batch.hesitant(n - len(batch.members) - counts[Stream.ARTEFACT])
    batch.artefacts(counts[Stream.ARTEFACT])
    batch.hesitant(n - len(batch.members))
    return tuple(batch.members)


class _Batch:
    """A batch that is being made."""

    def __init__(
        self, candidates: Candidates, answered: Answered, rng: np.random.Generator
    ) -> None:
        self.members: list[Asked] = []
        self._candidates = candidates
        self._margin = margin(candidates.log_probabilities)
        is_open = np.isfinite(self._margin)
        is_open &= ~np.isin(candidates.rows, answered.rows)
        if candidates.objects is not None and answered.objects is not None:
            known = answered.objects[answered.objects >= 0]
            is_open &= ~np.isin(candidates.objects, known)
        self._taken = Taken(candidates=candidates, open=is_open)
        self._rng = rng

    def repeat(self, answered: Answered, n: int) -> None:
        """Ask again what was answered, drawn by chance."""
        everything = np.arange(len(answered.rows))
        drawn = draw_once_each(everything, answered.objects, n, rng=self._rng)
        for at, probability in zip(drawn.positions, drawn.probability, strict=True):
            self.members.append(
                Asked(
                    row=int(answered.rows[at]),
                    stream=Stream.REPEAT,
                    reason="asked again",
                    probability=float(probability),
                )
            )

    def draw(self, n: int) -> None:
        """Draw from all that can be judged, artefacts included."""
        everything = np.flatnonzero(self._taken.open)
        objects = self._candidates.objects
        drawn = draw_once_each(everything, objects, n, rng=self._rng)
        self._taken.take(drawn.positions)
        for at, probability in zip(drawn.positions, drawn.probability, strict=True):
            self._add(int(at), Stream.RANDOM, "random", float(probability))

    def likely(self, n: int) -> None:
        """Ask about each target alike, and discover in place of those not known yet."""
        logs, is_open = self._candidates.log_probabilities, self._taken.open
        probabilities = [target_probability(logs, t) for t in self._candidates.targets]
        known = [p for p in probabilities if has_members(p, is_open)]
        n_parts = len(known)
        if self._candidates.unlike is not None:
            n_parts = max(len(probabilities), 1)
        for number, probability in enumerate(known):
            self._members_of(probability, (n + number) // n_parts)
        parts = range(len(known), n_parts)
        self._discover(sum((n + number) // n_parts for number in parts))

    def _members_of(self, probability: Scores, n: int) -> None:
        """Half the most probable members, half those nearest to the border."""
        near = near_threshold(probability, self._candidates.threshold)

        def words(at: int) -> str:
            return f"probability {probability[at]:.3f}"

        self._choose(probability, (n + 1) // 2, Stream.LIKELY, words)
        self._choose(near, n // 2, Stream.LIKELY, words)

    def _discover(self, n: int) -> None:
        if self._candidates.unlike is None:
            return
        words = "unlike anything labelled"
        scores = self._candidates.unlike
        self._choose(scores, n, Stream.DISCOVERY, lambda _: words, farthest_first)

    def contradictory(self, n: int) -> None:
        """Ask what the members of the ensemble decide differently."""
        scores = self._candidates.mutual_information
        if scores is None:
            return

        def words(at: int) -> str:
            return f"mutual information {scores[at]:.3f}"

        self._choose(scores, n, Stream.MUTUAL_INFORMATION, words)

    def hesitant(self, n: int) -> None:
        """Ask what lies between two classes, the best of each of ``n`` clusters."""
        spread = partial(best_of_clusters, rng=self._rng)
        self._choose(self._margin, n, Stream.MARGIN, self._by_margin, spread)

    def artefacts(self, n: int) -> None:
        """Ask some of what would have been listed but looks like an artefact."""
        best = top(self._margin, self._taken.flagged, len(self._margin), rng=self._rng)
        kept = self._taken.apart(best, None)[:n]
        self._taken.take(best[kept])
        for at in best[kept]:
            reason = f"looks like an artefact, {self._by_margin(at)}"
            self._add(int(at), Stream.ARTEFACT, reason)

    def _by_margin(self, at: int) -> str:
        return f"margin {self._margin[at]:.3f}"

    def _choose(
        self,
        scores: Scores,
        n: int,
        stream: Stream,
        words: Callable[[int], str],
        spread: Spread | None = None,
    ) -> None:
        if n < 1:
            return
        listed = self._taken.short_list(scores, n, rng=self._rng)
        at = np.arange(min(n, len(listed.positions)))
        if spread is not None and listed.features is not None:
            at = spread(listed.features, scores[listed.positions], n)
        self._taken.take(listed.positions[at])
        for position in listed.positions[at].tolist():
            self._add(position, stream, words(position))

    def _add(
        self, at: int, stream: Stream, reason: str, probability: float | None = None
    ) -> None:
        row = int(self._candidates.rows[at])
        self.members.append(
            Asked(row=row, stream=stream, reason=reason, probability=probability)
        )
