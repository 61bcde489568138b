"""Line flags beside the catalogue: one Parquet file a shard, in the order of its rows.

They are made after an ingest, from the prepared rows. Each file says which shard it was
made from and how; one that no longer fits is made anew. Shards are never touched.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from specoracle.archive.archive import Archive
from specoracle.archive.layout import Layout
from specoracle.archive.listing import Shard
from specoracle.durable import appearing
from specoracle.errors import ArchiveError
from specoracle.spectra.line_flags import LineMeasures

VERSION = 1
"""Version of the measures; files of another one are made anew."""

FLAGS = "line_flags"
"""Name of the column of `specoracle.spectra.line_flags.LineFlag`."""

SCHEMA = pa.schema(
    {
        FLAGS: pa.uint8(),
        "sky_residual": pa.float32(),
        "nebular": pa.float32(),
        "nebular_velocity": pa.float32(),
        "halpha": pa.float32(),
        "halpha_error": pa.float32(),
        "nitrogen_ratio": pa.float32(),
    }
)
"""Columns; null where there is nothing to measure.

``nebular_velocity`` is in km/s; ``halpha`` and its error, of the narrow line, are in the
survey's flux unit · Angstrom; the others are dimensionless.
"""

_ABOUT = b"specoracle-line-flags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a file was made from, and how.

    Attributes
    ----------
    shard
        CRC-32, rows and bytes of the shard.
    resolution
        λ / FWHM of the lines that were looked for.
    """

    shard: Shard
    resolution: float

    @property
    def record(self) -> bytes:
        """The same for whatever gives the same measures."""
        entry = {**asdict(self.shard), "catalogue_crc32": None}
        how = {"version": VERSION, "resolution": self.resolution, "shard": entry}
        return json.dumps(how, sort_keys=True).encode("utf-8")


def flags_path(layout: Layout, shard: Shard) -> Path:
    """File of the line flags of a shard."""
    return (layout.flags / shard.name).with_suffix(".parquet")


def flags_table(measures: Sequence[LineMeasures]) -> pa.Table:
    """Join the measures of consecutive rows."""
    return pa.concat_tables(
        [SCHEMA.empty_table(), *(_table(measured) for measured in measures)]
    ).combine_chunks()


def write_flags(layout: Layout, made: Made, table: pa.Table) -> None:
    """Write the file of a shard; it appears whole or not at all."""
    content = pa.BufferOutputStream()
    about = table.replace_schema_metadata({_ABOUT: made.record})
    pq.write_table(about, content, use_dictionary=[FLAGS])
    with appearing(flags_path(layout, made.shard)) as partial:
        partial.write_bytes(content.getvalue())


def read_made(layout: Layout, made: Made) -> pa.Table | None:
    """Read the file of a shard; ``None`` without one that was made so."""
    try:
        table = pq.read_table(flags_path(layout, made.shard), partitioning=None)
    except (OSError, pa.ArrowException):
        return None
    fits = (table.schema.metadata or {}).get(_ABOUT) == made.record
    fits &= table.schema.equals(SCHEMA) and len(table) == made.shard.n_spectra
    return table.replace_schema_metadata(None) if fits else None


def read_flags(archive: Archive) -> Iterator[pa.Table]:
    """Stream the line flags shard by shard, in the order of the archive's rows.

    Raises
    ------
    ArchiveError
        If they were not made of all that the archive holds.
    """
    for shard in archive.shards:
        path = flags_path(archive.layout, shard)
        resolution = _resolution(path)
        made = Made(shard=shard, resolution=resolution)
        table = None if np.isnan(resolution) else read_made(archive.layout, made)
        if table is None:
            raise ArchiveError(
                f"{path}: expected line flags of the shard {shard.name}, got none that "
                f"fit it. Run 'specoracle archive flag {archive.layout.folder}'."
            )
        yield table


def _resolution(path: Path) -> float:
    """Resolution that a file was made with; NaN without a readable one."""
    try:
        about = pq.read_schema(path).metadata[_ABOUT]
        return float(json.loads(about)["resolution"])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError):
        return np.nan


def _table(measured: LineMeasures) -> pa.Table:
    gas = measured.nebular
    columns: dict[str, npt.NDArray[Any]] = {
        FLAGS: measured.flags,
        "sky_residual": measured.sky_residual,
        "nebular": gas.significance,
        "nebular_velocity": gas.velocity,
        "halpha": gas.strength[:, 0],
        "halpha_error": gas.error[:, 0],
        "nitrogen_ratio": gas.nitrogen_ratio,
    }
    arrays = [_arrow(columns[field.name], field.type) for field in SCHEMA]
    return pa.table(arrays, schema=SCHEMA)


def _arrow(values: npt.NDArray[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_floating(kind):
        with np.errstate(over="ignore"):
            values = values.astype(np.float32)
        # What is too large for a column is as unknown as what was not measured.
        values = np.where(np.isfinite(values), values, np.float32(np.nan))
    return pa.array(values, kind, from_pandas=True)
