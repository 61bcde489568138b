"""The list of an archive's shards, and the checksums of everything it holds.

``index/shards.json`` is written last: what it lists is what a reader sees. It is the one
place that says how every file of the archive should be, itself included.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import deflate

from specoracle.archive.layout import Layout, read_record
from specoracle.durable import write_text
from specoracle.errors import ArchiveError

CHUNK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Shard:
    """One packed file.

    Attributes
    ----------
    name
        Of the file in ``shards/``.
    n_spectra, n_bytes
        Its rows, and its size on disk.
    crc32
        CRC-32 of the file when it was packed; ``None`` where it was found damaged
        before one was recorded.
    catalogue_crc32
        CRC-32 of its file in ``catalogue/``; ``None`` where that is to be made anew.
    """

    name: str
    n_spectra: int
    n_bytes: int = 0
    crc32: int | None = None
    catalogue_crc32: int | None = None

    def same_rows(self, other: "Shard") -> bool:
        """Tell whether both describe one file."""
        mine = (self.name, self.n_spectra, self.n_bytes, self.crc32)
        return mine == (other.name, other.n_spectra, other.n_bytes, other.crc32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an archive should hold.

    Attributes
    ----------
    shards
        In the order of their rows.
    files
        CRC-32 of index, ``rejected.csv`` and plans, by their path in the archive.
    recipe_crc32
        CRC-32 of the recipe in ``archive.json``; the roots beside it may be corrected.
    """

    shards: tuple[Shard, ...] = ()
    files: dict[str, int] = field(default_factory=dict)
    recipe_crc32: int | None = None

    @property
    def n_spectra(self) -> int:
        """Rows of all shards."""
        return sum(shard.n_spectra for shard in self.shards)


def listing_path(layout: Layout) -> Path:
    """File that holds the list."""
    return layout.index / "shards.json"


def read_listing(layout: Layout) -> Listing:
    """Read the list; empty before the first ingest has ended.

    Raises
    ------
    ArchiveError
        If it is damaged.
    """
    path = listing_path(layout)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["crc32"] != record_crc32(record["listing"]):
            raise ValueError("a wrong checksum")
        return _listing(record["listing"])
    except FileNotFoundError:
        return Listing()
    except (OSError, ValueError, TypeError, KeyError) as reason:
        raise ArchiveError(
            f"{path}: expected a readable list of shards, got {reason}. Run 'specoracle "
            f"archive verify --repair {layout.folder}', which makes it anew."
        ) from reason


def write_listing(layout: Layout, listing: Listing) -> None:
    """Write the list, which makes its rows visible."""
    record = asdict(listing)
    text = json.dumps({"crc32": record_crc32(record), "listing": record}, indent=1)
    write_text(listing_path(layout), text + "\n")


def read_shards(layout: Layout) -> Sequence[Shard]:
    """Read which shards a reader may see; none before the first ingest has ended."""
    return read_listing(layout).shards


def file_crc32(path: Path) -> int | None:
    """CRC-32 of a file; ``None`` where there is none or it cannot be read."""
    crc = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                crc = int(deflate.crc32(chunk, crc))
    except OSError:
        return None
    return crc


def recipe_crc32(layout: Layout) -> int:
    """CRC-32 of the recipe as ``archive.json`` has it."""
    return record_crc32(read_record(layout)["recipe"])


def record_crc32(record: Any) -> int:
    """CRC-32 of plain values, whatever the order of keys."""
    return zlib.crc32(json.dumps(record, sort_keys=True).encode("utf-8"))


def _listing(record: dict[str, Any]) -> Listing:
    shards = tuple(Shard(**entry) for entry in record["shards"])
    return Listing(**{**record, "shards": shards})
