"""Score a pool with a classifier, in blocks: memory does not grow with the pool."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Block
from specoracle.campaign.scores import LogProbabilities

SCORED_AT_ONCE = 65_536
"""Spectra handed to a classifier at once: several mini-batches of a GPU."""


class Classifier(Protocol):
    """What a round trains: anything with scikit-learn's interface."""

    classes_: npt.NDArray[Any]

    def fit(self, X: npt.NDArray[np.floating], y: Any) -> Any:
        """Train on spectra and their classes."""

    def predict_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Class probabilities, columns in the order of ``classes_``."""


def log_probabilities(
    archive: Archive,
    model: Classifier,
    classes: Sequence[str],
    inside: npt.NDArray[np.bool_],
) -> Iterator[LogProbabilities]:
    """Score an archive block by block; a class without labels has probability 0.

    Parameters
    ----------
    archive
        The pool, and what else is in its archive.
    model
        A fitted classifier.
    classes
        Names of the columns.
    inside
        Which rows are of the pool, shape ``(n_spectra,)``; the others have probability 0
        in all classes.
    """
    columns = [classes.index(str(name)) for name in model.classes_]
    for block in _ahead(archive.blocks("flux", rows_per_block=SCORED_AT_ONCE)):
        scores = np.full((len(block.values), len(classes)), -np.inf, "f4")
        rows = np.flatnonzero(inside[block.start : block.start + len(scores)])
        if len(rows) == len(scores):
            scores[:, columns] = _log_proba(model, block.values)
        elif len(rows):
            scores[rows[:, None], columns] = _log_proba(model, block.values[rows])
        yield scores


def _ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """Have the next block come from the disk while one is being scored."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(_read, blocks)
        while (block := coming.result()) is not None:
            coming = reader.submit(_read, blocks)
            yield block


def _read(blocks: Iterator[Block]) -> Block | None:
    block = next(blocks, None)
    if block is not None:
        # One number of every 4 kB, which is what a disk is asked for at a time.
        block.values.reshape(-1)[::1024].sum()
    return block


def _log_proba(
    model: Classifier, flux: npt.NDArray[np.float32]
) -> npt.NDArray[np.floating]:
    exact = getattr(model, "predict_log_proba", None)
    with np.errstate(divide="ignore"):
        return exact(flux) if exact is not None else np.log(model.predict_proba(flux))
