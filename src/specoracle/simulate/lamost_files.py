"""Write simulated stars as LAMOST FITS files, in either layout, plain or gzipped.

The same star gives the same bytes with the same zlib. A file appears under its name by
rename, but without fsync: after a power cut a simulation is simply made again.
"""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from specoracle.durable import PARTIAL
from specoracle.errors import SpectrumError
from specoracle.simulate.lamost_header import BLOCK, Cards, header, star_cards
from specoracle.simulate.star import SimulatedStar

_COLUMNS = ("FLUX", "IVAR", "WAVELENGTH", "ANDMASK", "ORMASK", "NORMALIZATION")
_GZIP_LEVEL = 1  # a tenth larger than the default and three times as fast


def relative_path(star: SimulatedStar, *, compress: bool = False) -> Path:
    """Path of a star's file inside a survey's folder: one folder a plan."""
    suffix = ".fits.gz" if compress else ".fits"
    return Path(star.placement.plan) / f"spec-{star.placement.key}{suffix}"


def fits_bytes(star: SimulatedStar, *, layout: str = "image") -> bytes:
    """Return the content of a star's uncompressed FITS file.

    Parameters
    ----------
    star
        The star.
    layout
        One of `LAYOUTS`: ``"image"``, rows of one primary image as in LAMOST releases
        5 to 8, or ``"table"``, one table row of array columns as from release 9 on.

    Raises
    ------
    SpectrumError
        If the layout is unknown.

    Examples
    --------
    >>> from specoracle.simulate.star import simulate_star
    >>> star = simulate_star(np.random.default_rng(0))
    >>> len(fits_bytes(star)) % 2880
    0
    """
    if layout not in LAYOUTS:
        raise SpectrumError(
            f"Layout: expected one of {', '.join(LAYOUTS)}, got {layout!r}. "
            "Choose one of these."
        )
    return LAYOUTS[layout](star)


def write_star(
    folder: Path, star: SimulatedStar, *, layout: str = "image", compress: bool = False
) -> Path:
    """Write a star's file below ``folder`` and return its path.

    Parameters
    ----------
    folder
        Folder of the survey; the plan's folder in it is made when missing.
    star
        The star.
    layout
        One of `LAYOUTS`.
    compress
        Whether to gzip the file.
    """
    path = folder / relative_path(star, compress=compress)
    content = fits_bytes(star, layout=layout)
    if compress:
        content = gzip.compress(content, compresslevel=_GZIP_LEVEL, mtime=0)
    partial = path.with_name(f"{PARTIAL}{path.name}")
    try:
        partial.write_bytes(content)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
    partial.replace(path)
    return path


def _image(star: SimulatedStar) -> bytes:
    n_pixels = star.wavelength.size
    cards: Cards = [
        ("SIMPLE", True, "Primary Header"),
        ("BITPIX", -32, ""),
        ("NAXIS", 2, "Number of array dimensions"),
        ("NAXIS1", n_pixels, ""),
        ("NAXIS2", 5, ""),
        ("EXTEND", True, ""),
    ]
    return header(cards + star_cards(star, table=False)) + _data(_rows(star))


def _table(star: SimulatedStar) -> bytes:
    n_pixels = star.wavelength.size
    primary: Cards = [
        ("SIMPLE", True, "Primary Header"),
        ("BITPIX", 16, ""),
        # Real files add NAXIS1 and NAXIS2 here, which strict readers refuse.
        ("NAXIS", 0, "Number of array dimensions"),
        ("EXTEND", True, ""),
    ]
    extension: Cards = [
        ("XTENSION", "BINTABLE", "Binary table"),
        ("BITPIX", 8, "Required value"),
        ("NAXIS", 2, "Required value"),
        ("NAXIS1", 4 * n_pixels * len(_COLUMNS), "Number of bytes per row"),
        ("NAXIS2", 1, "Number of rows"),
        ("PCOUNT", 0, "Normally 0 (no varying arrays)"),
        ("GCOUNT", 1, "Required value"),
        ("TFIELDS", len(_COLUMNS), "Number of columns in table"),
        ("EXTNAME", "COADD", "The extension name"),
    ]
    extension += [(f"TTYPE{n}", name, "") for n, name in enumerate(_COLUMNS, 1)]
    extension += [(f"TFORM{n + 1}", f"{n_pixels}E", "") for n in range(len(_COLUMNS))]
    rows = np.vstack([_rows(star), star.flux / star.continuum])
    return header(primary + star_cards(star, table=True)) + header(extension) + _data(rows)


def _rows(star: SimulatedStar) -> npt.NDArray[np.float64]:
    return np.stack([star.flux, star.ivar, star.wavelength, star.andmask, star.ormask])


def _data(rows: npt.NDArray[np.float64]) -> bytes:
    content = rows.astype(">f4").tobytes()
    return content.ljust(-(-len(content) // BLOCK) * BLOCK, b"\0")


LAYOUTS: dict[str, Callable[[SimulatedStar], bytes]] = {
    "image": _image,
    "table": _table,
}
"""What makes a file's bytes, by the name of the layout."""
