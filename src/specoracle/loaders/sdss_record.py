"""What SDSS's pipelines say of an object in a table of one row, as a catalogue row."""

import math
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import NUMERIC, SENTINEL, magnitude, object_class
from specoracle.spectra.observation import BANDS, NUMBERS, TEXTS, CatalogueRow

# RA and DEC of the first header are those of the telescope, so they are not asked.
CELLS = {
    "PLUG_RA": ("ra",),
    "PLUG_DEC": ("dec",),
    "CLASS": ("object_class",),
    "SUBCLASS": ("subclass",),
    "Z": ("z",),
    "SN_MEDIAN": tuple(f"snr_{band}" for band in BANDS),
    "PSFMAG": tuple(f"mag_{band}" for band in BANDS),
    "SPECTROGRAPHID": ("spectrograph",),
    "RUN2D": ("release",),
    "BESTOBJID": ("target",),
    "OBJID": ("target",),
}
"""Columns of the table and what the catalogue calls the values of each.

PSFMAG, the magnitudes of the images, and OBJID as text are those of SPALL alone. SPECOBJ
has fluxes that were measured on the spectrum through the fibre; they are no magnitudes of
the object.
"""

_MAGNITUDES = frozenset(CELLS["PSFMAG"])


def row_of(hdu: fits.BinTableHDU) -> dict[str, Any]:
    """Return what a table of one row says, by the name of the catalogue's column.

    Raises
    ------
    LoaderError
        If it has not one row.
    """
    table = hdu.data
    if len(table) != 1:
        raise LoaderError(
            f"{hdu.name}: expected one row of what SDSS says of the object, got "
            f"{len(table)} rows. Fetch the file again from SDSS."
        )
    row: dict[str, Any] = {}
    for name in sorted(CELLS.keys() & set(hdu.columns.names)):
        values = np.atleast_1d(np.asarray(table[name][0])).tolist()
        if len(values) == len(CELLS[name]):
            row |= zip(CELLS[name], values, strict=True)
    return row


def catalogue_of(row: Mapping[str, Any]) -> CatalogueRow:
    """Make a catalogue row, without sentinels and values of unexpected kinds."""
    texts = {name: row[name].strip() for name in TEXTS if isinstance(row.get(name), str)}
    numbers = {name: float(row[name]) for name in NUMBERS if type(row.get(name)) in NUMERIC}
    known = {
        name: value
        for name, value in numbers.items()
        if math.isfinite(value) and value != SENTINEL
    }
    for name in _MAGNITUDES & known.keys():
        if magnitude(known[name]) is None:
            del known[name]
    texts["object_class"] = object_class(texts.get("object_class")) or ""
    return cast(
        CatalogueRow, known | {name: words for name, words in texts.items() if words}
    )
