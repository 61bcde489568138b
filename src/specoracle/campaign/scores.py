"""The small arrays that a round writes beside the pool.

Rows are those of the archive at the time; an archive that has grown since has more rows
behind them, which are not scored yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.campaign.scoring import Scores
from specoracle.durable import appearing

LogProbabilities = npt.NDArray[np.float32]
Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """A plane view of some spectra.

    Attributes
    ----------
    identifiers
        Which, length ``n_points``.
    x, y
        Coordinates, shape ``(n_points,)``, dimensionless.
    """

    identifiers: tuple[str, ...]
    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.float32]


def write_scores(
    path: Path,
    blocks: Iterable[Scores],
    *,
    n_spectra: int,
    classes: Sequence[str],
) -> None:
    """Write what a classifier says of the whole pool, block by block.

    Parameters
    ----------
    path
        Where.
    blocks
        Of consecutive rows.
    n_spectra
        Rows of the pool.
    classes
        Names of the columns.
    """
    # f4 and not f2, in which all probabilities above 0.9998 tie at 1.
    with appearing(path) as partial, h5py.File(partial, "w") as file:
        shape = (n_spectra, len(classes))
        dataset = file.create_dataset("log_probability", shape, dtype="<f4")
        predicted = np.zeros(len(classes), np.int64)
        start = 0
        for block, information in blocks:
            stop = start + len(block)
            dataset[start:stop] = block
            if information is not None:
                _beside(file, n_spectra)[start:stop] = information
            scored = block[~np.isneginf(block).all(axis=1)]  # the others are not of it
            predicted += np.bincount(scored.argmax(axis=1), minlength=len(classes))
            start = stop
        file["classes"] = np.array(classes, dtype=h5py.string_dtype())
        file["n_predicted"] = predicted


def read_scores(path: Path, rows: Row | None = None) -> LogProbabilities:
    """Read log-probabilities of the pool, or of some rows in any order."""
    with h5py.File(path, "r", locking=False) as file:
        dataset = file["log_probability"]
        return dataset[...] if rows is None else _gather(dataset, rows)


def read_information(path: Path) -> npt.NDArray[np.float32] | None:
    """Read the mutual information of the pool [nat]; ``None`` without an ensemble."""
    with h5py.File(path, "r", locking=False) as file:
        return file[_INFORMATION][...] if _INFORMATION in file else None


def read_predicted(path: Path) -> dict[str, int]:
    """Count how many of the pool were predicted to be of each class."""
    with h5py.File(path, "r", locking=False) as file:
        classes = [name.decode() for name in file["classes"][...]]
        counts = file["n_predicted"][...].tolist()
    return dict(zip(classes, counts, strict=True))


def write_map(path: Path, plane: Map) -> None:
    """Write a plane view."""
    with appearing(path) as partial, h5py.File(partial, "w") as file:
        file["identifier"] = np.array(plane.identifiers, dtype=h5py.string_dtype())
        file["x"], file["y"] = plane.x, plane.y


def read_map(path: Path) -> Map | None:
    """Read a plane view; ``None`` when the round has none."""
    if not path.exists():
        return None
    with h5py.File(path, "r", locking=False) as file:
        identifiers = tuple(name.decode() for name in file["identifier"][...])
        return Map(identifiers=identifiers, x=file["x"][...], y=file["y"][...])


_INFORMATION = "mutual_information"


def _beside(file: h5py.File, n_spectra: int) -> h5py.Dataset:
    if _INFORMATION not in file:
        file.create_dataset(_INFORMATION, (n_spectra,), "<f4", fillvalue=np.nan)
    return file[_INFORMATION]


def _gather(dataset: h5py.Dataset, rows: Row) -> LogProbabilities:
    unique, inverse = np.unique(rows, return_inverse=True)
    if not len(unique):
        return np.zeros((0, dataset.shape[1]), np.float32)
    return dataset[unique][inverse]
