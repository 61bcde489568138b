"""Flag the emission lines of a whole archive, from its prepared rows.

Two passes: first each spectrum by itself, shard by shard, which can be interrupted and
goes on where it stopped; then the few with nebular lines among their neighbours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from specoracle.archive.archive import Archive
from specoracle.archive.layout import exclusive
from specoracle.archive.line_flags import (
    FLAGS,
    Made,
    flags_table,
    read_made,
    write_flags,
)
from specoracle.archive.mapped import MappedShards
from specoracle.errors import ArchiveError, SpectrumError
from specoracle.spectra.line_flags import (
    LineFlag,
    LineMeasures,
    check_window,
    measure_lines,
)
from specoracle.spectra.matched_filter import RESOLUTION
from specoracle.spectra.quality import Quality
from specoracle.spectra.shared_nebula import shared_by_neighbours

ROWS_PER_BLOCK = 4096
"""Rows measured at once; their sums take 40 MB."""

Progress = Callable[[int, int], None]
Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """What was found.

    Attributes
    ----------
    n_spectra
        All that the archive holds.
    n_flagged
        Spectra by the flag they have, in the order of `LineFlag`.
    """

    n_spectra: int
    n_flagged: dict[str, int]


def flag_lines(
    folder: Path, *, resolution: float = RESOLUTION, progress: Progress | None = None
) -> Flagged:
    """Measure and flag all spectra of an archive; those measured before are kept.

    Parameters
    ----------
    folder
        The archive.
    resolution
        λ / FWHM of its spectra.
    progress
        Called with spectra done and spectra to do.

    Raises
    ------
    ArchiveError
        If there is none, or its recipe does not resolve narrow lines around Hα.
    BusyError
        If somebody is writing to it.
    """
    archive = Archive(Path(folder).resolve())
    try:
        check_window(archive.wavelength, resolution)
    except SpectrumError as reason:
        raise ArchiveError(
            f"{archive.layout.folder}, recipe {archive.recipe.name}: {reason}"
        ) from reason
    with exclusive(archive.layout):
        every = [Made(shard=shard, resolution=resolution) for shard in archive.shards]
        seen = list(_look(archive, every, progress))
        return _flag_shared(archive, every, seen)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """What of a shard is needed to compare neighbours: little, for 10⁸ spectra.

    Attributes
    ----------
    bits
        `LineFlag` of each row.
    velocity
        Of the rows that are NEBULAR [km/s].
    """

    bits: Bits
    velocity: npt.NDArray[np.float64]


def _look(
    archive: Archive, every: Sequence[Made], progress: Progress | None
) -> Iterator[_Seen]:
    """Measure the shards that are not yet; the others are read."""
    done = 0
    for made in every:
        table = read_made(archive.layout, made)
        if table is None:
            measures = []
            for measured in _measured(archive, made):
                measures.append(measured)
                in_shard = min(ROWS_PER_BLOCK * len(measures), made.shard.n_spectra)
                _tell(progress, done + in_shard, archive)
            table = flags_table(measures)
            write_flags(archive.layout, made, table)
        done += made.shard.n_spectra
        _tell(progress, done, archive)
        bits = table[FLAGS].to_numpy()
        velocity = _numbers(table["nebular_velocity"])[bits & LineFlag.NEBULAR > 0]
        yield _Seen(bits=bits, velocity=velocity)


def _tell(progress: Progress | None, done: int, archive: Archive) -> None:
    if progress is not None:
        progress(done, len(archive))


def _measured(archive: Archive, made: Made) -> Iterator[LineMeasures]:
    """Measure a shard block by block, in the units it was observed in."""
    mapped = MappedShards([archive.layout.shards / made.shard.name])
    names = ("flux", "ivar", "offset", "gain", "quality")
    columns = {name: mapped.passing(0, name) for name in names}
    for first in range(0, made.shard.n_spectra, ROWS_PER_BLOCK):
        rows = slice(first, first + ROWS_PER_BLOCK)
        block = {name: values[rows] for name, values in columns.items()}
        offset, gain = block["offset"][:, None], block["gain"][:, None]
        with np.errstate(all="ignore"):  # a damaged file may hold anything
            flux = offset + gain * block["flux"].astype(np.float64)
            ivar = block["ivar"].astype(np.float64) / gain**2
        ivar[block["quality"] & Quality.UNUSABLE > 0] = 0.0
        yield measure_lines(flux, ivar, archive.wavelength, resolution=made.resolution)


def _flag_shared(archive: Archive, every: Sequence[Made], seen: Sequence[_Seen]) -> Flagged:
    """Set NEBULAR_SHARED over the whole archive, and write what changes by it."""
    before = np.concatenate([np.zeros(0, np.uint8), *(shard.bits for shard in seen)])
    velocity = np.concatenate([np.zeros(0), *(shard.velocity for shard in seen)])
    after = before & np.uint8(LineFlag.NEBULAR_SHARED ^ 0xFF)
    rows = np.flatnonzero(before & LineFlag.NEBULAR)
    shared = _shared(archive, rows, velocity)
    after[rows[shared]] |= np.uint8(LineFlag.NEBULAR_SHARED)
    stop = 0
    for made in every:
        start, stop = stop, stop + made.shard.n_spectra
        if not np.array_equal(before[start:stop], after[start:stop]):
            _write_bits(archive, made, after[start:stop])
    counts = {str(flag.name): int(np.count_nonzero(after & flag)) for flag in LineFlag}
    return Flagged(n_spectra=len(archive), n_flagged=counts)


def _write_bits(archive: Archive, made: Made, bits: Bits) -> None:
    table = read_made(archive.layout, made)
    assert table is not None  # written or read a moment ago, under the lock
    place = table.schema.get_field_index(FLAGS)
    table = table.set_column(place, table.schema.field(place), pa.array(bits))
    write_flags(archive.layout, made, table)


def _shared(
    archive: Archive, rows: npt.NDArray[np.int64], velocity: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    if not rows.size:
        return np.zeros(0, dtype=bool)
    field = archive.catalogue(["ra", "dec", "plan", "observed"], rows)
    ra, dec = _numbers(field["ra"]), _numbers(field["dec"])
    return shared_by_neighbours(ra, dec, velocity, _plates(field))


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(), np.float64)


def _plates(field: pa.Table) -> npt.NDArray[np.str_]:
    """Plan and date of each; ``""`` where the plan is not known."""
    plans, times = field["plan"].to_pylist(), field["observed"].to_pylist()
    names = [
        f"{plan} {(time or '')[:10]}" if plan else ""
        for plan, time in zip(plans, times, strict=True)
    ]
    return np.array(names, dtype=np.str_)
