"""Draw uniformly, each object once, with the exact probability of every draw.

What chance has chosen is what probabilities are calibrated on, weighted by 1/π.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Position = npt.NDArray[np.intp]
Object = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Candidates drawn by chance.

    Attributes
    ----------
    positions
        Which, shape ``(n_drawn,)``.
    probability
        Chance of each to be drawn, π, shape ``(n_drawn,)``.
    """

    positions: Position
    probability: npt.NDArray[np.float64]


def draw_once_each(
    eligible: Position, objects: Object | None, n: int, *, rng: np.random.Generator
) -> Drawn:
    """Draw ``n`` objects without replacement, and one spectrum of each.

    Parameters
    ----------
    eligible
        Positions to draw from.
    objects
        Object number of every candidate, negative where the object is not known and the
        spectrum stands for itself; ``None`` where no objects are known.
    n
        How many; all objects when there are fewer.
    rng
        Decides.

    Returns
    -------
    Drawn
        π of a spectrum is n / (n_objects · spectra of its object).

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 11: subsampling units of unequal size.
    """
    if objects is None:
        return _draw(eligible, np.ones(len(eligible), dtype=np.int64), n, rng)
    own = objects[eligible]
    alone = eligible[own < 0]
    several, own = eligible[own >= 0], own[own >= 0]
    numbers, size = np.unique(own, return_counts=True)
    units = _draw(
        np.arange(len(alone) + len(numbers)),
        np.concatenate([np.ones(len(alone), np.int64), size]),
        n,
        rng,
    )
    number = units.positions - len(alone)
    of_objects = several[np.isin(own, numbers[number[number >= 0]])]
    spectra = {int(objects[at]): int(at) for at in rng.permutation(of_objects).tolist()}
    positions = [
        int(alone[unit]) if at < 0 else spectra[int(numbers[at])]
        for unit, at in zip(units.positions, number, strict=True)
    ]
    return Drawn(
        positions=np.array(positions, dtype=np.intp), probability=units.probability
    )


def _draw(
    units: Position, size: npt.NDArray[np.integer], n: int, rng: np.random.Generator
) -> Drawn:
    n = min(n, len(units))
    at = rng.choice(len(units), n, replace=False) if n else np.zeros(0, dtype=np.intp)
    return Drawn(positions=units[at], probability=n / max(len(units), 1) / size[at])
