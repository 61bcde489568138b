"""What is known against a spectrum: its quality, and what speaks against its line."""

from enum import IntFlag

import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive, Row
from specoracle.archive.line_flags import FLAGS, read_flags
from specoracle.errors import ArchiveError
from specoracle.spectra.line_flags import LineFlag
from specoracle.spectra.quality import Quality

NOTHING = "none"
"""Said of a spectrum that was looked at."""


def flag_columns(archive: Archive, rows: Row) -> dict[str, npt.NDArray[np.generic]]:
    """Quality and line flags of rows in words, joined by ``|``.

    Line flags are ``""`` where the archive was not flagged, which `NOTHING` is not.
    """
    quality = archive.column("quality", rows) if len(rows) else np.zeros(0, np.uint8)
    lines = _line_flags(archive)
    nothing = np.full(len(rows), "", np.str_)
    return {
        "quality": _words(Quality, quality),
        "line_flags": nothing if lines is None else _words(LineFlag, lines[rows]),
    }


def _line_flags(archive: Archive) -> npt.NDArray[np.uint8] | None:
    try:
        shards = [table[FLAGS].to_numpy() for table in read_flags(archive)]
    except ArchiveError:
        return None
    return np.concatenate([np.zeros(0, np.uint8), *shards])


def _words(kind: type[IntFlag], bits: npt.NDArray[np.integer]) -> npt.NDArray[np.str_]:
    names = {int(flag): str(flag.name) for flag in kind if flag.bit_count() == 1}
    said = {
        value: "|".join(name for flag, name in names.items() if value & flag) or NOTHING
        for value in np.unique(bits).tolist()
    }
    return np.array([said[value] for value in bits.tolist()], dtype=np.str_)
