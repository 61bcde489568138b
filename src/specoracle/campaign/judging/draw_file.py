"""The design of one draw into the estimation sample, beside the scores of its round.

It holds the stratum of each row, the inclusion probability of each stratum, and by which
rule, model and seed they came about: all that is needed to draw again, or to weight.
"""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.durable import appearing
from specoracle.estimation.strata import FIRST_BELOW, Stratum
from specoracle.journal.event import BLIND

Row = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a draw came about.

    Attributes
    ----------
    name
        ``signal``: S/N within clusters of the spectra; ``score``: by score, with a floor.
    seed
        Seed of the draw, as numpy's generator takes it.
    model_hash
        The model whose scores made the strata.
    floor
        Lowest score above the floor, ``None`` where there was no model.
    """

    name: str
    seed: tuple[int, ...]
    model_hash: str = BLIND
    floor: float | None = None


def write_draw(
    path: Path, strata: Stratum, probability: npt.NDArray[np.float64], design: Design
) -> None:
    """Write a draw: stratum of each row, probability of each stratum, design."""
    with appearing(path) as partial, h5py.File(partial, "w") as file:
        file["stratum"] = strata
        file["probability"] = probability
        file.attrs["design"] = design.name
        file.attrs["seed"] = design.seed
        file.attrs["model_hash"] = design.model_hash
        if design.floor is not None:
            file.attrs["floor"] = design.floor


def read_design(path: Path) -> Design:
    """Read how a draw came about; files of old say less."""
    with h5py.File(path, "r", locking=False) as file:
        floor = file.attrs.get("floor")
        return Design(
            name=str(file.attrs.get("design", "unrecorded")),
            seed=tuple(int(s) for s in file.attrs.get("seed", ())),
            model_hash=str(file.attrs.get("model_hash", BLIND)),
            floor=None if floor is None else float(floor),
        )


def read_inclusion(path: Path, n_spectra: int) -> npt.NDArray[np.float64]:
    """Read the inclusion probability of every row; 0 for those that it did not know.

    Parameters
    ----------
    path
        The draw.
    n_spectra
        Rows of the archive now, shape of the result.
    """
    with h5py.File(path, "r", locking=False) as file:
        stratum, probability = file["stratum"][...], file["probability"][...]
    by_stratum = np.zeros(256)
    by_stratum[: len(probability)] = probability
    inclusion = np.zeros(n_spectra)
    inclusion[: len(stratum)] = by_stratum[stratum]
    return inclusion


def read_below(path: Path, n_spectra: int) -> Flags:
    """Whether each row lies below the floor of a draw, or was not in it."""
    with h5py.File(path, "r", locking=False) as file:
        stratum = file["stratum"][...]
    below = np.ones(n_spectra, dtype=np.bool_)
    below[: len(stratum)] = stratum >= FIRST_BELOW
    return below
