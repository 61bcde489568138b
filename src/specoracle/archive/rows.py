"""Rows of prepared spectra, and the HDF5 file of a shard that holds them.

A shard is made of contiguous arrays, one row a spectrum, beside what the survey says of
each, where it came from, and which files were refused on the way. Rows are never
identities: objects are known by their identifier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from io import BytesIO
from pathlib import Path
from typing import Any

import deflate
import h5py
import numpy as np
import numpy.typing as npt

from specoracle.durable import appearing
from specoracle.errors import ArchiveError
from specoracle.spectra.observation import NUMBERS, TEXTS
from specoracle.spectra.quality import MEASURES

FORMAT = "specoracle-rows"

VERSION = 3
"""Version of the file format; newer files are refused.

Version 1 has no measures. Until version 2 the catalogue ended with the release: no
magnitudes, no place on the plate, no names; and a class could be ``Unknown``.
"""

Text = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One file that was not taken, and why."""

    path: str
    reason: str
    exception: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Prepared spectra, column by column.

    Attributes
    ----------
    flux, ivar
        Scaled flux and its inverse variance, shape ``(n_spectra, n_pixels)``.
    offset, gain
        Undo the scaling, shape ``(n_spectra,)``.
    quality
        `specoracle.spectra.quality.Quality` of each, shape ``(n_spectra,)``.
    bad_share, snr, gap, cosmics
        See `specoracle.spectra.quality.Measures`; shape ``(n_spectra,)`` each.
    identifier
        Survey and the survey's own key.
    root, path, hdu, source_row, size, mtime, crc
        The survey file: named root, path below it, HDU and row inside it, bytes on disk,
        time of change [ns], and CRC-32 of the unpacked content.
    catalogue
        Columns of `CatalogueRow`; NaN or ``""`` where missing.
    refused
        Files that were looked at and not taken.
    """

    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]
    offset: npt.NDArray[np.float64]
    gain: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]
    bad_share: npt.NDArray[np.float32]
    snr: npt.NDArray[np.float32]
    gap: npt.NDArray[np.float32]
    cosmics: npt.NDArray[np.uint16]
    identifier: Text
    root: Text
    path: Text
    hdu: npt.NDArray[np.int32]
    source_row: npt.NDArray[np.int32]
    size: npt.NDArray[np.int64]
    mtime: npt.NDArray[np.int64]
    crc: npt.NDArray[np.uint32]
    catalogue: dict[str, Any] = field(default_factory=dict)
    refused: Sequence[Refused] = ()

    def __len__(self) -> int:
        return len(self.identifier)

    @property
    def checksum(self) -> npt.NDArray[np.uint32]:
        """CRC-32 of flux and ivar of each row, shape ``(n_spectra,)``."""
        return row_checksums(self.flux, self.ivar)


ARRAYS = {
    "flux": "<f4",
    "ivar": "<f4",
    "offset": "<f8",
    "gain": "<f8",
    "quality": "u1",
    "bad_share": "<f4",
    "snr": "<f4",
    "gap": "<f4",
    "cosmics": "<u2",
    "hdu": "<i4",
    "source_row": "<i4",
    "size": "<i8",
    "mtime": "<i8",
    "crc": "<u4",
}
"""Numbers of each row, by name, as stored."""

LABELS = ("identifier", "root", "path")
"""Texts of each row."""

Columns = dict[str, Any]
"""Values of `Rows` by the name of the column."""


def row_checksums(
    flux: npt.NDArray[np.float32], ivar: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint32]:
    """CRC-32 of flux followed by ivar, row by row, as stored (little-endian f4)."""
    rows = np.concatenate([flux, ivar], axis=1, dtype="<f4")
    return np.fromiter(map(deflate.crc32, rows.view(np.uint8)), np.uint32, len(rows))


def write_rows(path: Path, rows: Rows) -> None:
    """Write a shard; it appears whole or not at all."""
    # Made in memory, because HDF5 crashes the process when a disk fills up under it.
    content = BytesIO()
    with h5py.File(content, "w") as file:
        _fill(file, rows)
    with appearing(path) as partial:
        partial.write_bytes(content.getbuffer())


def open_rows(path: Path) -> h5py.File:
    """Open a shard for reading.

    Raises
    ------
    ArchiveError
        If it is missing, damaged, or of a newer version.
    """
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as reason:
        raise ArchiveError(
            f"{path}: expected a readable shard, got {reason}. Run 'specoracle archive "
            "verify --repair', then the same ingest, which reads its files anew."
        ) from reason
    found = file.attrs.get("version", 0)
    if file.attrs.get("format") == FORMAT and found <= VERSION:
        return file
    file.close()
    raise ArchiveError(
        f"{path}: expected rows of a Specoracle archive of version {VERSION} or older, "
        f"got version {found}. Upgrade specoracle to open it."
    )


def read_rows(path: Path) -> Rows:
    """Read a whole shard into memory."""
    with open_rows(path) as file:
        columns: Columns = {name: file[name][...] for name in ARRAYS}
        columns |= {name: _read_text(file[name]) for name in LABELS}
        return Rows(**columns, catalogue=_survey(file), refused=read_refused(file))


def read_catalogue(file: h5py.File) -> dict[str, Any]:
    """Read the catalogue columns of an open shard: the survey's, and our measures.

    Measures are NaN in a shard of version 1.
    """
    unknown = np.full(len(file["identifier"]), np.nan)
    return _survey(file) | {
        name: file[name][...] if name in file else unknown for name in MEASURES
    }


def _survey(file: h5py.File) -> dict[str, Any]:
    group, n = file["catalogue"], len(file["identifier"])
    unknown = np.full(n, np.nan)
    survey: Columns = {
        name: group[name][...] if name in group else unknown for name in NUMBERS
    }
    survey |= {
        name: _read_text(group[name]) if name in group else [""] * n for name in TEXTS
    }
    if file.attrs["version"] < 3:
        survey["object_class"] = [
            "" if name == "Unknown" else name for name in survey["object_class"]
        ]
    return survey


def read_refused(file: h5py.File) -> list[Refused]:
    """Read which files a shard's tasks refused."""
    group = file["refused"]
    columns = {c.name: _read_text(group[c.name]) for c in fields(Refused)}
    return [
        Refused(path=path, reason=reason, exception=exception)
        for path, reason, exception in zip(*columns.values(), strict=True)
    ]


def concatenate(parts: Iterable[Rows]) -> Rows:
    """Join rows in the order given."""
    parts = list(parts)
    columns: Columns = {n: np.concatenate([getattr(p, n) for p in parts]) for n in ARRAYS}
    columns |= {n: [t for p in parts for t in getattr(p, n)] for n in LABELS}
    catalogue: Columns = {
        n: np.concatenate([p.catalogue[n] for p in parts]) for n in NUMBERS
    }
    catalogue |= {n: [t for p in parts for t in p.catalogue[n]] for n in TEXTS}
    refused = [entry for part in parts for entry in part.refused]
    return Rows(**columns, catalogue=catalogue, refused=refused)


def take(rows: Rows, keep: npt.NDArray[np.intp], refused: Sequence[Refused]) -> Rows:
    """Return the rows ``keep``, with ``refused`` added to the refusals."""
    columns: Columns = {name: getattr(rows, name)[keep] for name in ARRAYS}
    columns |= {name: [getattr(rows, name)[i] for i in keep] for name in LABELS}
    catalogue: Columns = {n: rows.catalogue[n][keep] for n in NUMBERS}
    catalogue |= {n: [rows.catalogue[n][i] for i in keep] for n in TEXTS}
    return Rows(**columns, catalogue=catalogue, refused=[*rows.refused, *refused])


def _fill(file: h5py.File, rows: Rows) -> None:
    file.attrs["format"] = FORMAT
    file.attrs["version"] = VERSION
    for name, dtype in ARRAYS.items():
        file[name] = np.asarray(getattr(rows, name), dtype=dtype)
    file["checksum"] = rows.checksum
    for name in LABELS:
        _write_text(file, name, getattr(rows, name))
    catalogue = file.create_group("catalogue")
    for name in NUMBERS:
        catalogue[name] = np.asarray(rows.catalogue[name], dtype="<f8")
    for name in TEXTS:
        _write_text(catalogue, name, rows.catalogue[name])
    refused = file.create_group("refused")
    for column in fields(Refused):
        values = [getattr(entry, column.name) for entry in rows.refused]
        _write_text(refused, column.name, values)


def _write_text(group: h5py.Group, name: str, values: Sequence[str]) -> None:
    """Write text as fixed-width UTF-8, which reads a hundred times faster than vlen."""
    encoded = encode(values)
    width = max(map(len, encoded), default=1) or 1
    group[name] = np.array(encoded, dtype=h5py.string_dtype("utf-8", width))


def _read_text(dataset: h5py.Dataset) -> Text:
    return decode(dataset[...].tolist())


def encode(values: Iterable[str]) -> list[bytes]:
    """UTF-8, also of names of files that are not."""
    return [value.encode("utf-8", "surrogateescape") for value in values]


def decode(values: Iterable[bytes]) -> Text:
    """Text again of what `encode` returned."""
    return [value.decode("utf-8", "surrogateescape") for value in values]
