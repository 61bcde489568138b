"""Read an archive: blocks in order, rows by identifier, the catalogue.

Reading never changes anything, and any number of processes may do it at once, also
while files are being added: new rows come behind the ones there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from specoracle.archive.catalogue_reading import Catalogue
from specoracle.archive.index import Index
from specoracle.archive.joined import joined_files
from specoracle.archive.layout import Layout, read_facts
from specoracle.archive.listing import read_listing
from specoracle.archive.mapped import MappedShards
from specoracle.archive.rows import decode
from specoracle.errors import ArchiveError
from specoracle.recipes.recipe import Recipe
from specoracle.spectra.spectrum import Spectrum

Row = npt.NDArray[np.int64]

OBJECT_ID = "object_id"
"""Column that says which object a spectrum is of, once objects have been looked for."""


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
        If there is no archive, one of another version, or its books are damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(Path(folder))
        self.facts = read_facts(self.layout)
        listing = read_listing(self.layout)
        self.shards = listing.shards
        counts = [shard.n_spectra for shard in self.shards]
        self._stops = np.cumsum(counts, dtype=np.int64)
        self._index = Index(self.layout)
        joined = joined_files(self.layout, listing)
        self._catalogue = Catalogue(self.layout, self.shards, joined)
        paths = [self.layout.shards / shard.name for shard in self.shards]
        self._mapped = MappedShards(paths)

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
        for number, stop in enumerate(self._stops.tolist()):
            values = self._mapped.passing(number, column)
            start = stop - len(values)
            for first in range(0, len(values), rows_per_block):
                yield Block(start + first, values[first : first + rows_per_block])

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
        return decode(self.column("identifier", rows))

    def rows(self, identifiers: Sequence[str]) -> Row:
        """Row numbers of the given identifiers, shape ``(n_identifiers,)``.

        Raises
        ------
        ArchiveError
            If one is not in the archive.
        """
        candidates = self._index.candidates(identifiers)
        counts = [len(rows) for rows in candidates]
        asked = np.repeat(np.arange(len(identifiers)), counts)
        rows = np.concatenate([np.zeros(0, np.int64), *candidates])
        visible = rows < len(self)
        rows, asked = rows[visible], asked[visible]
        found = dict.fromkeys(range(len(identifiers)), -1)
        names = self.identifiers(rows)
        for number, row, name in zip(asked.tolist(), rows.tolist(), names, strict=True):
            if name == identifiers[number] and found[number] < 0:
                found[number] = row
        if unknown := [identifiers[n] for n, row in found.items() if row < 0]:
            raise self._unknown(unknown[0])
        return np.array(list(found.values()), dtype=np.int64)

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
        root = decode(self.column("root", rows))[0]
        path = decode(self.column("path", rows))[0]
        return Source(
            path=Path(self.facts.roots[root]) / path,
            hdu=int(self.column("hdu", rows)[0]),
            row=int(self.column("source_row", rows)[0]),
        )

    def catalogue(
        self, columns: Sequence[str] | None = None, rows: Row | None = None
    ) -> pa.Table:
        """Read the catalogue, one row a spectrum; null where the survey says nothing.

        Parameters
        ----------
        columns
            Names; all when left out.
        rows
            Row numbers, any order; all rows in order when left out. Only the files that
            hold them are read.
        """
        if rows is None:
            return self._catalogue.table(columns)
        return self._catalogue.take(np.asarray(rows, dtype=np.int64), columns)

    def catalogue_batches(
        self,
        columns: Sequence[str] | None = None,
        where: pc.Expression | None = None,
    ) -> Iterator[pa.Table]:
        """Stream the catalogue, with row numbers in a last column ``row``.

        Parameters
        ----------
        columns
            Names; all when left out.
        where
            Which rows, e.g. ``pyarrow.compute.field("snr_r") > 50``; looked for while
            reading, so that the others cost little.
        """
        return self._catalogue.batches(columns, where)

    @property
    def catalogue_columns(self) -> list[str]:
        """Names of the catalogue's columns, those that were joined last."""
        return self._catalogue.columns

    @property
    def catalogue_schema(self) -> pa.Schema:
        """Names and types of the catalogue's columns."""
        return self._catalogue.schema

    @property
    def joins(self) -> dict[str, list[str]]:
        """Columns of each catalogue that was joined, by its name."""
        return self._catalogue.joins

    def catalogue_row(self, identifier: str) -> dict[str, Any]:
        """What the survey says of one spectrum; ``None`` where it says nothing."""
        return self.catalogue_rows([identifier])[identifier]

    def catalogue_rows(self, identifiers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What the survey says of several spectra, by identifier, in one reading."""
        beside = {"identifier", "quality"}
        columns = [name for name in self._catalogue.columns if name not in beside]
        rows = self.catalogue(columns, self.rows(identifiers)).to_pylist()
        return dict(zip(identifiers, rows, strict=True))

    def same_object(self, identifier: str) -> list[str]:
        """Identifiers of all spectra of one object on the sky, the given one among them.

        A spectrum that came after the objects were found stands for itself.

        Raises
        ------
        ArchiveError
            If objects have not been looked for, or the identifier is unknown.
        """
        if OBJECT_ID not in self.catalogue_columns:
            raise ArchiveError(
                f"{self.layout.folder}: expected an archive whose objects are known, got "
                f"one without. Run 'specoracle archive objects {self.layout.folder}'."
            )
        rows = self.rows([identifier])
        (known,) = self.catalogue([OBJECT_ID], rows)[OBJECT_ID].to_pylist()
        if known is None:
            return [identifier]
        batches = self.catalogue_batches(["identifier"], pc.field(OBJECT_ID) == known)
        return [name for batch in batches for name in batch["identifier"].to_pylist()]

    def close(self) -> None:
        """Close the files that were opened for reading."""
        self._mapped.close()

    def _unknown(self, identifier: str) -> ArchiveError:
        return ArchiveError(
            f"{identifier}: expected an identifier of the archive {self.layout.folder}, "
            "got one that it does not hold. Was it labelled in another archive?"
        )

    def _gather(self, column: str, rows: Row) -> npt.NDArray[Any]:
        if not len(rows):
            return self._mapped.column(0, column)[:0] if self.shards else np.zeros(0)
        numbers = np.searchsorted(self._stops, rows, side="right")
        order = np.argsort(numbers, kind="stable")
        pieces = []
        for number in np.unique(numbers).tolist():
            values = self._mapped.column(number, column)
            start = int(self._stops[number]) - len(values)
            pieces.append(values[rows[numbers == number] - start])
        gathered = np.concatenate(pieces)
        ordered = np.empty_like(gathered)
        ordered[order] = gathered
        return ordered
