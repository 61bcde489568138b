"""Nebulae that several fibres of a plate see: gas of the field, not of one star."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

RADIUS = 0.25
"""Distance on the sky within which fibres are neighbours [degree]: a circle that holds
39 of LAMOST's 4000 fibres, which share 20 square degrees."""

TOLERANCE = 30.0
"""Difference up to which velocities are the same [km/s]; half of what a pixel spans."""

LEAST = 2
"""Neighbours that must agree. One may do so by chance, for gas of the Galaxy within 0.25°
often moves alike whether or not the fibres see the same cloud."""


def shared_by_neighbours(
    ra: Values,
    dec: Values,
    velocity: Values,
    plate: npt.NDArray[np.str_],
    *,
    radius: float = RADIUS,
) -> Mask:
    """Tell which nebular spectra have neighbours with nebular lines at their velocity.

    Parameters
    ----------
    ra, dec
        Of the nebular spectra, shape ``(n_spectra,)`` [degree]; NaN where missing.
    velocity
        Of their nebular lines, shape ``(n_spectra,)`` [km/s]; NaN where missing.
    plate
        What was observed at once, by any name, shape ``(n_spectra,)``; ``""`` where
        missing. The same stars on another night are another plate.
    radius
        Distance within which fibres are neighbours [degree].

    Returns
    -------
    Mask
        Shape ``(n_spectra,)``: at least two neighbours on the plate are within 30 km/s.
        False where anything is missing.

    Examples
    --------
    >>> ra, dec = np.array([10.0, 10.1, 10.2, 10.1]), np.zeros(4)
    >>> velocity = np.array([5.0, 10.0, -5.0, 90.0])
    >>> shared_by_neighbours(ra, dec, velocity, np.array(["GAC_1"] * 4))
    array([ True,  True,  True, False])
    """
    known = np.isfinite(ra) & np.isfinite(dec) & np.isfinite(velocity) & (plate != "")
    rows = np.flatnonzero(known)
    agreeing = np.zeros(len(ra), dtype=np.intp)
    for members in _by_plate(plate[rows]):
        pairs = rows[members][_close(ra[rows[members]], dec[rows[members]], radius)]
        same = np.abs(velocity[pairs[:, 0]] - velocity[pairs[:, 1]]) <= TOLERANCE
        np.add.at(agreeing, pairs[same], 1)
    return agreeing >= LEAST


def _by_plate(plate: npt.NDArray[np.str_]) -> list[npt.NDArray[np.intp]]:
    """Places of the members of each plate."""
    _, number = np.unique(plate, return_inverse=True)
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _close(ra: Values, dec: Values, radius: float) -> npt.NDArray[np.intp]:
    """Pairs no further apart than ``radius`` [degree], shape ``(n_pairs, 2)``."""
    longitude, latitude = np.radians(ra), np.radians(dec)
    towards = np.stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ],
        axis=1,
    )
    # The straight line between two directions that far apart.
    chord = 2 * np.sin(np.radians(radius) / 2)
    return np.asarray(cKDTree(towards).query_pairs(chord, output_type="ndarray"))
