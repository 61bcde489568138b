"""Score a pool with a classifier, in blocks: memory does not grow with the pool."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.campaign.inputs import Input, input_blocks, takes_missing
from specoracle.query.disagreement import mutual_information

SCORED_AT_ONCE = 65_536
"""Spectra handed to a classifier at once: several mini-batches of a GPU."""


class Classifier(Protocol):
    """What a round trains: anything with scikit-learn's interface."""

    classes_: npt.NDArray[Any]

    def fit(self, X: npt.NDArray[np.floating], y: Any) -> Any:
        """Train on spectra and their classes."""

    def predict_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Class probabilities, columns in the order of ``classes_``."""


class Scores(NamedTuple):
    """What a classifier says of some consecutive rows.

    Attributes
    ----------
    log_probabilities
        Natural log of the class probabilities, shape ``(n_rows, n_classes)``.
    mutual_information
        Of class and member of an ensemble, or of class and draw of dropout, shape
        ``(n_rows,)`` [nat]; ``None`` where a single classifier is asked once.
    """

    log_probabilities: npt.NDArray[np.float32]
    mutual_information: npt.NDArray[np.float32] | None = None


def pool_scores(
    archive: Archive,
    model: Classifier,
    classes: Sequence[str],
    inside: npt.NDArray[np.bool_],
    *,
    n_draws: int = 0,
) -> Iterator[Scores]:
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
    n_draws
        How often a single network is asked with other neurons missing, for its mutual
        information.
    """
    columns = [classes.index(str(name)) for name in model.classes_]
    blocks = input_blocks(
        archive, missing=takes_missing(model), rows_per_block=SCORED_AT_ONCE
    )
    for block in _ahead(blocks):
        scores = np.full((len(block.values), len(classes)), -np.inf, "f4")
        rows = np.flatnonzero(inside[block.start : block.start + len(scores)])
        if not len(rows):
            yield Scores(scores)
            continue
        whole = len(rows) == len(scores)
        found = _scored(model, block.values if whole else block.values[rows], n_draws)
        scores[rows[:, None], columns] = found.log_probabilities
        yield Scores(scores, _spread(found.mutual_information, rows, len(scores)))


def _spread(
    values: npt.NDArray[np.float32] | None, rows: npt.NDArray[np.intp], n_rows: int
) -> npt.NDArray[np.float32] | None:
    if values is None:
        return None
    spread = np.full(n_rows, np.nan, "f4")
    spread[rows] = values
    return spread


def _ahead(blocks: Iterator[Input]) -> Iterator[Input]:
    """Have the next block come from the disk while one is being scored."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(_read, blocks)
        while (block := coming.result()) is not None:
            coming = reader.submit(_read, blocks)
            yield block


def _read(blocks: Iterator[Input]) -> Input | None:
    block = next(blocks, None)
    if block is not None:
        # One number of every 4 kB, which is what a disk is asked for at a time.
        block.values.reshape(-1)[::1024].sum()
    return block


def _scored(model: Classifier, flux: npt.NDArray[np.float32], n_draws: int) -> Scores:
    members = getattr(model, "member_log_proba", None)
    if members is not None:
        each = members(flux)
        mean = np.logaddexp.reduce(each, axis=2) - np.float32(np.log(each.shape[2]))
        return Scores(mean, mutual_information(each).astype(np.float32))
    information = _by_dropout(model, flux, n_draws) if n_draws else None
    exact = getattr(model, "predict_log_proba", None)
    with np.errstate(divide="ignore"):
        logs = exact(flux) if exact is not None else np.log(model.predict_proba(flux))
    return Scores(logs, information)


def _by_dropout(
    model: Any, flux: npt.NDArray[np.float32], n_draws: int
) -> npt.NDArray[np.float32]:
    from specoracle.models.dropout import dropout_log_proba

    draws = dropout_log_proba(model, flux, n_draws=n_draws)
    return mutual_information(draws).astype(np.float32)
