"""Find each spectrum's object in another catalogue, by position or by a key.

A matcher is made of the other catalogue once; it then takes the archive a shard at a
time, so that memory follows the other catalogue, not the archive.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from specoracle.archive.index import hash_identifiers
from specoracle.errors import ArchiveError

Degrees = npt.NDArray[np.float64]
Row = npt.NDArray[np.int64]

ARCSEC = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Where the objects of some spectra stand in the other catalogue.

    Attributes
    ----------
    rows
        Row of the other catalogue, -1 where there is none, shape ``(n_spectra,)``.
    separation
        Angle to it on the sky [arcsec], NaN where there is none, shape ``(n_spectra,)``;
        ``None`` when matched by key.
    """

    rows: Row
    separation: npt.NDArray[np.float64] | None = None


def unit_vectors(ra: Degrees, dec: Degrees) -> npt.NDArray[np.float64]:
    """Directions on the unit sphere.

    Parameters
    ----------
    ra, dec
        Position, shape ``(n_spectra,)`` [degrees].

    Returns
    -------
    npt.NDArray[np.float64]
        Shape ``(n_spectra, 3)``, dimensionless.

    Examples
    --------
    >>> unit_vectors(np.array([0.0, 90.0]), np.array([0.0, 0.0])).round(6)
    array([[1., 0., 0.],
           [0., 1., 0.]])
    """
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=1)


def chord(angle: float) -> float:
    """Length of the chord of an angle [arcsec] on the unit sphere: 2 sin(angle / 2)."""
    return float(2 * np.sin(np.radians(angle / ARCSEC) / 2))


class SkyMatcher:
    """Nearest neighbours on the sky.

    Parameters
    ----------
    ra, dec
        Position of the other catalogue's objects, shape ``(n_objects,)`` [degrees]; NaN
        where unknown.
    radius
        Farthest a match may be [arcsec].
    """

    def __init__(self, ra: Degrees, dec: Degrees, radius: float) -> None:
        self._known = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        self._tree = cKDTree(unit_vectors(ra[self._known], dec[self._known]))
        self._chord = chord(radius)

    def match(self, ra: Degrees, dec: Degrees) -> Matches:
        """Match positions, shape ``(n_spectra,)`` [degrees]; NaN where unknown.

        References
        ----------
        The angle of a chord c is 2 arcsin(c / 2), exact also for the smallest angles.
        """
        rows = np.full(len(ra), -1, np.int64)
        separation = np.full(len(ra), np.nan)
        asked = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        if len(self._known) and len(asked):
            # The bound of scipy is exclusive.
            bound = np.nextafter(self._chord, 2.0)
            vectors = unit_vectors(ra[asked], dec[asked])
            chords, nearest = self._tree.query(vectors, distance_upper_bound=bound)
            found = np.isfinite(chords)
            rows[asked[found]] = self._known[nearest[found]]
            angles = np.degrees(2 * np.arcsin(chords[found] / 2)) * ARCSEC
            separation[asked[found]] = angles
        return Matches(rows=rows, separation=separation)


class KeyMatcher:
    """Rows with the same key.

    Parameters
    ----------
    keys
        Text of each of the other catalogue's objects, shape ``(n_objects,)``; null where
        unknown.
    column
        What to call them in messages.

    Raises
    ------
    ArchiveError
        If a key stands in several rows.
    """

    def __init__(self, keys: pa.Array, column: str) -> None:
        self._rows = np.flatnonzero(_is_known(keys)).astype(np.int64)
        self._texts = keys
        _refuse_repeats(keys, column)
        hashes = hash_identifiers(keys.take(pa.array(self._rows)).to_pylist())
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]

    def match(self, keys: pa.Array) -> Matches:
        """Match spectra of these keys, shape ``(n_spectra,)``; null where unknown."""
        rows = np.full(len(keys), -1, np.int64)
        asked = np.flatnonzero(_is_known(keys))
        if not len(asked) or not len(self._hashes):
            return Matches(rows=rows)
        wanted = keys.take(pa.array(asked))
        hashes = hash_identifiers(wanted.to_pylist())
        place = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        found = self._rows[self._order[place]]
        # Two keys may share a hash; the key itself decides.
        same = np.asarray(pc.equal(self._texts.take(pa.array(found)), wanted), bool)
        rows[asked[same]] = found[same]
        return Matches(rows=rows)


def _is_known(keys: Any) -> npt.NDArray[np.bool_]:
    known = pc.fill_null(pc.not_equal(keys, ""), False)  # noqa: FBT003
    return np.asarray(known, dtype=np.bool_)


def _refuse_repeats(keys: pa.Array, column: str) -> None:
    counts = pc.value_counts(keys.drop_null())
    often = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    repeated = [text for text in often[:6].to_pylist() if text]
    if repeated:
        raise ArchiveError(
            f"Column {column}: expected a key that stands in one row only, got "
            f"{', '.join(repeated[:5])} in several. Remove the repeats, or join by "
            "position."
        )
