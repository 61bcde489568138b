"""A survey file in memory, as loaders get to see it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

import deflate
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.spectra.observation import Observation


@dataclass(frozen=True, slots=True)
class Opened:
    """A survey file, unpacked and verified.

    Attributes
    ----------
    name
        Last part of its path.
    content
        All its bytes.
    hdus
        What astropy makes of them; ``None`` unless it is a FITS file.
    """

    name: str
    content: bytes | bytearray
    hdus: fits.HDUList | None = None

    @property
    def key(self) -> str:
        """A key for files whose headers hold none: their name and their CRC-32.

        Two files of one name in two folders differ in it, and a copy elsewhere does not.

        Examples
        --------
        >>> Opened("gamma-cas.fits.gz", b"SIMPLE").key
        'gamma-cas-3183fa84'
        """
        stem = PurePath(self.name).name.split(".")[0] or "spectrum"
        return f"{stem}-{deflate.crc32(self.content):08x}"


@dataclass(frozen=True, slots=True)
class Loader:
    """How one survey's files are told from others and read.

    Attributes
    ----------
    recognises
        Whether a file is one of the survey's; looks at headers only, and never fails.
    read
        All spectra of such a file.
    """

    recognises: Callable[[Opened], bool]
    read: Callable[[Opened], list[Observation]]


def check_whole(opened: Opened) -> None:
    """Refuse a FITS file of which astropy found a part, and silently left the rest.

    To be called where what comes last may be missing in a good file.

    Raises
    ------
    LoaderError
        If the HDUs do not end where the file does.
    """
    if not opened.hdus:
        return
    last = opened.hdus[-1]
    info = last.fileinfo()
    # The padding may be missing, and blanks may follow; other bytes are a header that
    # astropy could not read.
    least = info["datLoc"] + min(last.size, info["datSpan"])
    rest = bytes(opened.content[info["datLoc"] + info["datSpan"] :])
    if len(opened.content) < least or rest.strip(b"\0 "):
        raise LoaderError(
            f"Expected a file that ends with its last HDU, {last.name!r} at {least:,} "
            f"bytes, got {len(opened.content):,} bytes. Fetch the file again."
        )


def of_fits(
    recognises: Callable[[fits.HDUList], bool],
    read: Callable[[fits.HDUList], list[Observation]],
) -> Loader:
    """Make a loader of functions that need the HDUs alone."""

    def is_one(opened: Opened) -> bool:
        return opened.hdus is not None and recognises(opened.hdus)

    def read_one(opened: Opened) -> list[Observation]:
        if opened.hdus is None:
            raise LoaderError(
                "expected a FITS file for this loader, got one that begins with "
                f"{bytes(opened.content[:8])!r}. Choose another loader, or none."
            )
        return read(opened.hdus)

    return Loader(is_one, read_one)


def only_by_name(read: Callable[[fits.HDUList], list[Observation]]) -> Loader:
    """Make a loader that recognises nothing: it reads what it is chosen for."""
    return of_fits(lambda _: False, read)
