"""Which spectra of a damaged shard are damaged."""

import h5py
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from specoracle.archive.catalogue import catalogue_path, catalogue_table
from specoracle.archive.catalogue_reading import Catalogue
from specoracle.archive.layout import Layout
from specoracle.archive.listing import Shard, file_crc32
from specoracle.archive.rows import open_rows, row_checksums
from specoracle.errors import ArchiveError

ROWS_PER_BLOCK = 4096

Damaged = npt.NDArray[np.bool_]

UNREADABLE = (
    *(ArchiveError, OSError, KeyError, ValueError, TypeError, RuntimeError),
    *(AttributeError, MemoryError, OverflowError),
)
"""What h5py raises for a file whose inside contradicts itself."""


def damaged_rows(file: h5py.File) -> Damaged:
    """Tell which rows of an open shard differ from their checksum, ``(n_spectra,)``."""
    stored = file["checksum"][...]
    damaged = np.zeros(len(stored), dtype=np.bool_)
    for start in range(0, len(stored), ROWS_PER_BLOCK):
        place = slice(start, start + ROWS_PER_BLOCK)
        found = row_checksums(file["flux"][place], file["ivar"][place])
        damaged[place] = found != stored[place]
    return damaged


def damaged_identifiers(layout: Layout, shard: Shard) -> list[str]:
    """Name the spectra of a shard that are not what was packed.

    Their flux or ivar differs from its checksum, or what the survey says of them from
    the catalogue. All are named when the shard is gone, or unreadable.

    Parameters
    ----------
    layout
        The archive.
    shard
        Whose file is not as it was listed.

    Returns
    -------
    list of str
        Empty where the damage lies elsewhere in the file, or nothing is left to tell.
    """
    said = _said(layout, shard)
    try:
        with open_rows(layout.shards / shard.name) as file:
            now = catalogue_table(file)
            damaged = damaged_rows(file)
    except UNREADABLE:
        return [] if said is None else list(said["identifier"].to_pylist())
    if said is not None and len(said) == len(now):
        damaged |= _differing(now, said)
    names = (now if said is None else said)["identifier"].to_pylist()
    return [name for name, bad in zip(names, damaged, strict=True) if bad]


def _said(layout: Layout, shard: Shard) -> pa.Table | None:
    """Return what the catalogue says of a shard, unless it is damaged itself."""
    found = file_crc32(catalogue_path(layout, shard.name))
    if shard.catalogue_crc32 not in {None, found}:
        return None
    try:
        table = Catalogue(layout, [shard]).table()
        table.validate(full=True)
    except (ArchiveError, pa.ArrowException):
        return None
    return table


def _differing(now: pa.Table, said: pa.Table) -> Damaged:
    differs = np.zeros(len(now), dtype=np.bool_)
    for name in set(now.column_names) & set(said.column_names):
        unequal = pc.fill_null(pc.not_equal(now[name], said[name]), False)  # noqa: FBT003
        lost = pc.not_equal(pc.is_null(now[name]), pc.is_null(said[name]))
        differs |= pc.or_(unequal, lost).to_numpy(zero_copy_only=False)
    return differs
