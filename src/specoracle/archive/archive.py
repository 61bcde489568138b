"""Read an archive: blocks in order, rows by identifier, the catalogue.

Reading never changes anything, and any number of processes may do it at once, also
while files are being added: new rows come behind the ones there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from specoracle.archive.index import Index, read_shards
from specoracle.archive.layout import Layout, read_facts
from specoracle.archive.rows import open_rows
from specoracle.errors import ArchiveError
from specoracle.spectra.recipe import Recipe
from specoracle.spectra.spectrum import Spectrum

Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows of an archive.

    Attributes
    ----------
    start
        Row number of the first.
    values
        One column of these rows, shape ``(n_rows, ...)``.
    """

    start: int
    values: npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The survey file that a row came from."""

    path: Path
    hdu: int
    row: int


class Archive:
    """An archive of prepared spectra, opened for reading.

    Parameters
    ----------
    folder
        The folder that ``specoracle ingest`` made.

    Raises
    ------
    ArchiveError
        If there is no archive, or one of a newer version.
    """

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(Path(folder))
        self.facts = read_facts(self.layout)
        self.shards = read_shards(self.layout)
        counts = [shard.n_spectra for shard in self.shards]
        self._stops = np.cumsum(counts, dtype=np.int64)
        self._index = Index(self.layout)
        self._open: dict[int, h5py.File] = {}

    def __len__(self) -> int:
        return int(self._stops[-1]) if self._stops.size else 0

    @property
    def recipe(self) -> Recipe:
        """How its spectra were prepared."""
        return self.facts.recipe

    @property
    def wavelength(self) -> npt.NDArray[np.float64]:
        """The common vacuum wavelengths, shape ``(n_pixels,)`` [Angstrom]."""
        return self.recipe.grid.wavelength

    def blocks(self, column: str, *, rows_per_block: int = 16384) -> Iterator[Block]:
        """Stream one column (``flux``, ``ivar``, ``quality``, …) in row order."""
        for number, stop in enumerate(self._stops):
            dataset = self._shard(number)[column]
            start = int(stop) - len(dataset)
            for first in range(0, len(dataset), rows_per_block):
                values = dataset[first : first + rows_per_block]
                yield Block(start + first, values)

    def column(self, column: str, rows: Row | None = None) -> npt.NDArray[Any]:
        """Read a column at the given rows, or a narrow one whole.

        Parameters
        ----------
        column
            Name of a dataset of the shards, e.g. ``flux`` or ``quality``.
        rows
            Row numbers, any order; all rows when left out.
        """
        if rows is None:
            parts = [block.values for block in self.blocks(column)]
            return np.concatenate(parts) if parts else np.zeros(0)
        return self._gather(column, np.asarray(rows, dtype=np.int64))

    def identifiers(self, rows: Row) -> list[str]:
        """Identifiers of the given rows."""
        return _decode(self.column("identifier", rows))

    def rows(self, identifiers: Sequence[str]) -> Row:
        """Row numbers of the given identifiers, shape ``(n_identifiers,)``.

        Raises
        ------
        ArchiveError
            If one is not in the archive.
        """
        return np.array(
            [
                self._matching(identifier, rows)
                for identifier, rows in zip(
                    identifiers, self._index.candidates(identifiers), strict=True
                )
            ],
            dtype=np.int64,
        )

    def spectrum(self, identifier: str) -> Spectrum:
        """Return the prepared spectrum: scaled flux on the archive's grid."""
        rows = self.rows([identifier])
        return Spectrum(
            identifier=identifier,
            wavelength=self.wavelength,
            flux=self.column("flux", rows)[0],
            ivar=self.column("ivar", rows)[0],
        )

    def source(self, identifier: str) -> Source:
        """Return the survey file that the spectrum came from; it may be gone."""
        rows = self.rows([identifier])
        root = _decode(self.column("root", rows))[0]
        path = _decode(self.column("path", rows))[0]
        return Source(
            path=Path(self.facts.roots[root]) / path,
            hdu=int(self.column("hdu", rows)[0]),
            row=int(self.column("source_row", rows)[0]),
        )

    def catalogue(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the catalogue, one row a spectrum in row order."""
        try:
            # Opened once: by its name, pyarrow would open it again for the columns, and
            # find another file where an ingest has ended in between.
            with self.layout.catalogue.open("rb") as file:
                table = pq.ParquetFile(file).read(columns=columns)
        except (OSError, pa.ArrowInvalid) as reason:
            raise ArchiveError(
                f"{self.layout.catalogue}: expected a readable catalogue, got {reason}. "
                "Run the same ingest again, it is made anew from the shards."
            ) from reason
        return table.slice(0, len(self))

    def catalogue_row(self, identifier: str) -> dict[str, Any]:
        """What the survey says of one spectrum; ``None`` where it says nothing."""
        row = self.rows([identifier])
        group = {}
        for name in self._shard(0)["catalogue"]:
            value = self.column(f"catalogue/{name}", row)[0]
            text = isinstance(value, bytes)
            group[name] = _decode([value])[0] or None if text else _finite(value)
        return group

    def close(self) -> None:
        """Close the files that were opened for reading."""
        for file in self._open.values():
            file.close()
        self._open.clear()

    def _matching(self, identifier: str, rows: Row) -> int:
        rows = rows[rows < len(self)]
        for row, found in zip(rows, self.identifiers(rows), strict=True):
            if found == identifier:
                return int(row)
        raise ArchiveError(
            f"{identifier}: expected an identifier of the archive {self.layout.folder}, "
            "got one that it does not hold. Was it labelled in another archive?"
        )

    def _gather(self, column: str, rows: Row) -> npt.NDArray[Any]:
        if not len(rows):
            return np.concatenate([b.values[:0] for b in self.blocks(column)] or [rows])
        numbers = np.searchsorted(self._stops, rows, side="right")
        pieces: list[Any] = [None] * len(rows)
        for number in np.unique(numbers):
            here = np.flatnonzero(numbers == number)
            dataset = self._shard(int(number))[column]
            local = rows[here] - (int(self._stops[number]) - len(dataset))
            unique, inverse = np.unique(local, return_inverse=True)
            values = _read_sorted(dataset, unique)
            for place, value in zip(here, values[inverse], strict=True):
                pieces[place] = value
        return np.array(pieces)

    def _shard(self, number: int) -> h5py.File:
        if number not in self._open:
            self._open[number] = open_rows(self.layout.shards / self.shards[number].name)
        return self._open[number]


def _read_sorted(dataset: h5py.Dataset, rows: Row) -> npt.NDArray[Any]:
    """Read sorted unique rows; a dense choice as one slice, which is faster."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    if last - first <= 8 * len(rows):
        return dataset[first:last][rows - first]
    return np.stack([dataset[int(row)] for row in rows])


def _decode(values: Sequence[bytes] | npt.NDArray[Any]) -> list[str]:
    return [bytes(value).decode("utf-8", "surrogateescape") for value in values]


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
