"""The part of an archive that a campaign is about, fixed when it is created.

Rows come and never change in an archive, so the rows that fitted are kept as bits, with a
checksum of their identifiers: whatever the expression would find now, in an archive that
has grown or was joined anew, the campaign goes on with the spectra it began with.
"""

import zlib
from pathlib import Path

import h5py
import numpy as np
import numpy.typing as npt

from specoracle.archive.archive import Archive
from specoracle.durable import appearing
from specoracle.errors import CampaignError

Row = npt.NDArray[np.int64]


def write_selected(path: Path, archive: Archive, rows: Row) -> None:
    """Keep the rows of a campaign, whole or not at all."""
    inside = np.zeros(len(archive), dtype=np.bool_)
    inside[rows] = True
    with appearing(path) as partial, h5py.File(partial, "w") as file:
        file["inside"] = np.packbits(inside)
        file.attrs["n_spectra"] = len(archive)
        file.attrs["crc32"] = _identifiers_crc32(archive, inside)


def read_selected(path: Path, archive: Archive) -> Row:
    """Read the rows of a campaign, and check that they are the spectra they were.

    Parameters
    ----------
    path
        What `write_selected` wrote.
    archive
        The archive, which may have grown.

    Raises
    ------
    CampaignError
        If the file is missing or damaged, or the archive holds other spectra there.
    """
    try:
        with h5py.File(path, "r", locking=False) as file:
            n_spectra, crc = int(file.attrs["n_spectra"]), int(file.attrs["crc32"])
            inside = np.unpackbits(file["inside"][...], count=n_spectra).astype(np.bool_)
    except (OSError, KeyError, ValueError) as reason:
        raise CampaignError(
            f"{path}: expected the spectra of a campaign on part of an archive, got "
            f"{reason}. Restore the file from a copy."
        ) from reason
    if n_spectra > len(archive) or _identifiers_crc32(archive, inside) != crc:
        raise CampaignError(
            f"{path}: expected the spectra that the campaign began with, got others in "
            f"{archive.layout.folder}. Was the archive made anew? Restore it from a copy, "
            "or create the campaign again."
        )
    return np.flatnonzero(inside).astype(np.int64)


def _identifiers_crc32(archive: Archive, inside: npt.NDArray[np.bool_]) -> int:
    """CRC-32 of the identifiers of the rows inside, in order, one a line."""
    crc = 0
    for block in archive.blocks("identifier"):
        if block.start >= len(inside):
            break
        chosen = inside[block.start : block.start + len(block.values)]
        names = block.values[: len(chosen)][chosen].tolist()
        crc = zlib.crc32(b"\n".join([*names, b""]), crc)
    return crc
