"""Which spectra are of one object on the sky.

Two spectra belong together when their positions differ by less than a radius, or through
others in between: friends of friends. Where the survey says nothing of the position, a
spectrum is an object of its own. The result lies beside the catalogue as the columns
``object_id``, the identifier of the object's first spectrum, and ``object_spectra``, how
many there are. Spectra that come later have neither until it is computed again.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from specoracle.archive.archive import OBJECT_ID, Archive
from specoracle.archive.crossmatch import Degrees, chord, unit_vectors
from specoracle.archive.join import OBJECT, RADIUS
from specoracle.archive.joined import write_joined
from specoracle.archive.layout import Layout, exclusive
from specoracle.archive.listing import Shard
from specoracle.errors import ArchiveError

Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectCount:
    """What was found.

    Attributes
    ----------
    on
        ``"position"`` or ``"target"``.
    radius
        Of friends [arcsec]; ``None`` by target.
    n_spectra, n_objects
        Spectra of the archive, and objects on the sky.
    n_repeated
        Objects with more than one spectrum.
    n_unknown
        Spectra without a position, or target, each an object of its own.
    """

    on: str
    radius: float | None
    n_spectra: int
    n_objects: int
    n_repeated: int
    n_unknown: int


def find_objects(
    folder: Path, *, radius: float = RADIUS, on: str = "position"
) -> ObjectCount:
    """Compute which spectra are of one object, and keep it beside the catalogue.

    Parameters
    ----------
    folder
        The archive.
    radius
        Farthest that two spectra of one object may lie apart [arcsec].
    on
        ``"position"``; or ``"target"``, the identifier in the input catalogue.

    Raises
    ------
    ArchiveError
        If the radius or ``on`` will not do.
    BusyError
        If somebody else is writing to the archive.
    """
    if on not in {"position", "target"} or not 0 < radius <= 60:
        raise ArchiveError(
            "Objects: expected position or target, and a radius of more than 0 and at most "
            f"60 arcsec, got {on!r} and {radius:g}. Correct them."
        )
    layout = Layout(Path(folder).resolve())
    with exclusive(layout), closing(Archive(layout.folder)) as archive:
        first, known = _first_rows(archive, radius, on)
        counts = np.bincount(first, minlength=len(first))
        found = ObjectCount(
            on=on,
            radius=radius if on == "position" else None,
            n_spectra=len(first),
            n_objects=int((counts > 0).sum()),
            n_repeated=int((counts > 1).sum()),
            n_unknown=int((~known).sum()),
        )
        write_joined(layout, OBJECT, _pieces(archive, first, counts[first]), asdict(found))
    return found


def friends(ra: Degrees, dec: Degrees, radius: float) -> Row:
    """Number the groups of positions that hang together.

    Parameters
    ----------
    ra, dec
        Positions, shape ``(n_spectra,)`` [degrees].
    radius
        Farthest that two friends may lie apart [arcsec].

    Returns
    -------
    Row
        Number of each position's group, shape ``(n_spectra,)``.

    References
    ----------
    Huchra & Geller (1982), ApJ 257, 423, section II: friends of friends.

    Examples
    --------
    >>> friends(np.array([10.0, 10.0005, 10.001, 50.0]), np.zeros(4), 2.0)
    array([0, 0, 0, 1])
    """
    tree = cKDTree(unit_vectors(ra, dec))
    pairs = tree.query_pairs(chord(radius), output_type="ndarray")
    ones = np.ones(len(pairs), np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(ra), len(ra)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _first_rows(
    archive: Archive, radius: float, on: str
) -> tuple[Row, npt.NDArray[np.bool_]]:
    """Row of the first spectrum of each spectrum's object, and whether it could be told."""
    columns = ["ra", "dec"] if on == "position" else ["target"]
    table = archive.catalogue(columns)
    known = np.ones(len(table), bool)
    for column in columns:
        known &= np.asarray(pc.is_valid(table[column]).to_numpy(), bool)
    rows = np.flatnonzero(known).astype(np.int64)
    part = table.take(pa.array(rows))
    if on == "position":
        group = friends(part["ra"].to_numpy(), part["dec"].to_numpy(), radius)
    else:
        codes = pc.dictionary_encode(part["target"].combine_chunks()).indices
        group = np.asarray(codes.to_numpy(), np.int64)
    first = np.arange(len(table), dtype=np.int64)
    _, place, inverse = np.unique(group, return_index=True, return_inverse=True)
    first[rows] = rows[place][inverse]
    return first, known


def _pieces(archive: Archive, first: Row, counts: Row) -> Iterator[tuple[Shard, pa.Table]]:
    start = 0
    for shard in archive.shards:
        rows = slice(start, start + shard.n_spectra)
        columns = {
            OBJECT_ID: pa.array(archive.identifiers(first[rows]), pa.string()),
            f"{OBJECT}_spectra": pa.array(counts[rows], pa.int32()),
        }
        yield shard, pa.table(columns)
        start += shard.n_spectra
