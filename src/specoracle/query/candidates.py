"""What a mixed batch is chosen from: all that may be asked about, as arrays.

Nothing here is as wide as a spectrum. Features and artefacts are looked up for short
lists only, so that those of the whole pool never need to exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.errors import CampaignError
from specoracle.query.acquisition import LogProbabilities, Scores
from specoracle.query.clustering import Features
from specoracle.query.likely import THRESHOLD

Row = npt.NDArray[np.int64]
Object = npt.NDArray[np.integer]
Flag = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """The labels there are.

    Attributes
    ----------
    column
        Class of each label as a column of the scores, shape ``(n_labelled,)``.
    features
        Returns their features, shape ``(n_labelled, n_features)``, in those of the
        candidates; ``None`` where there are none.
    """

    column: npt.NDArray[np.integer] = field(default_factory=lambda: np.zeros(0, np.intp))
    features: Callable[[], Features] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """All rows that may be asked about, and what is known of them.

    Attributes
    ----------
    rows
        Row numbers in the pool, each once, shape ``(n_candidates,)``; everything else
        follows this order. Neither labelled rows nor unusable spectra.
    log_probabilities
        Natural log of the class probabilities, shape ``(n_candidates, n_classes)``. Rows
        of NaN, or without probability in any class, are never asked about.
    targets
        Columns of the classes that are looked for; none while no target has a label.
    threshold
        Probability from which on a target counts as found.
    mutual_information
        Shape ``(n_candidates,)``; ``None`` without an ensemble.
    unlike
        Distance to the nearest labelled spectrum, in the same features, shape
        ``(n_candidates,)``; needed only while a target has no label.
    objects
        Number of the sky object of each, shape ``(n_candidates,)``, negative where it is
        not known; ``None`` where none is.
    features
        Shape ``(n_candidates, n_features)``, or a function that returns those of some
        thousand row numbers in any order; ``None`` where there are none.
    artefact
        Whether each looks like an artefact, or a function that tells of row numbers.
    labelled
        The labels there are.
    """

    rows: Row
    log_probabilities: LogProbabilities
    targets: tuple[int, ...] = ()
    threshold: float = THRESHOLD
    mutual_information: Scores | None = None
    unlike: Scores | None = None
    objects: Object | None = None
    features: Features | Callable[[Row], Features] | None = None
    artefact: Flag | Callable[[Row], Flag] | None = None
    labelled: Labelled = field(default_factory=Labelled)

    def __post_init__(self) -> None:
        columns = {
            "log_probabilities": self.log_probabilities,
            "mutual_information": self.mutual_information,
            "unlike": self.unlike,
            "objects": self.objects,
            "features": self.features,
            "artefact": self.artefact,
        }
        lengths = {n: len(c) for n, c in columns.items() if isinstance(c, np.ndarray)}
        if set(lengths.values()) - {len(self.rows)}:
            raise CampaignError(
                f"Candidates: expected arrays of {len(self.rows)} rows, got {lengths}. "
                "Give those of the same rows in the same order."
            )
        n_classes = self.log_probabilities.shape[1]
        if set(self.targets) - set(range(n_classes)) or not 0 < self.threshold < 1:
            raise CampaignError(
                f"Candidates: expected targets among columns 0 to {n_classes - 1} and a "
                f"threshold between 0 and 1, got {list(self.targets)} and "
                f"{self.threshold}. Correct them."
            )

    def among(self, positions: npt.NDArray[np.integer]) -> "Candidates":
        """Return some of the candidates."""
        return replace(
            self,
            **{
                each.name: column[positions]
                for each in fields(self)
                if isinstance(column := getattr(self, each.name), np.ndarray)
            },
        )

    def features_at(self, positions: npt.NDArray[np.integer]) -> Features | None:
        """Features of some candidates, ``None`` where there are none."""
        return self._at(self.features, positions)

    def is_artefact(self, positions: npt.NDArray[np.integer]) -> Flag:
        """Whether some candidates look like artefacts."""
        flag = self._at(self.artefact, positions)
        return np.zeros(len(positions), dtype=bool) if flag is None else flag

    def _at(self, column: Any, positions: npt.NDArray[np.integer]) -> Any:
        if column is None or isinstance(column, np.ndarray):
            return None if column is None else column[positions]
        return np.asarray(column(self.rows[positions]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """Rows that have an answer, and their objects, numbered as those of candidates.

    Attributes
    ----------
    rows
        Row numbers in the pool.
    objects
        Number of the sky object of each, negative where it is not known.
    """

    rows: Row = field(default_factory=lambda: np.zeros(0, np.int64))
    objects: Object | None = None

    def __post_init__(self) -> None:
        if self.objects is not None and len(self.objects) != len(self.rows):
            raise CampaignError(
                f"Answered: expected an object for each of {len(self.rows)} rows, got "
                f"{len(self.objects)}. Give those of the same rows in the same order."
            )
