"""What the first header of a LAMOST file says of its spectrum, as a catalogue row.

Magnitudes are those of the input catalogue. Up to DR8, MAGTYPE says in one letter each
what MAG1, MAG2 … are; types that are written otherwise, such as BR1R2I, are of other
bands. From DR9 on they are those of Pan-STARRS, which has no u. Data model:
https://www.lamost.org/dr9/v2.0/doc/lr-data-production-description
"""

from functools import lru_cache
from itertools import chain
from typing import cast

from specoracle.loaders.header import (
    NO_MAGNITUDE,
    NUMERIC,
    AnyHeader,
    number,
    object_class,
    text,
)
from specoracle.loaders.observing_time import lamost_time
from specoracle.spectra.observation import BANDS, CatalogueRow

# SN_U … until the DR1 and DR2 pipelines, SNRU … since.
_NUMBERS = {"ra": ("RA",), "dec": ("DEC",), "z": ("Z",)} | {
    f"snr_{band.lower()}": (f"SNR{band}", f"SN_{band}") for band in "UGRIZ"
}
_TEXTS = {
    "subclass": ("SUBCLASS",),
    "plan": ("PLANID",),
    "release": ("DATA_V", "VERSPIPE"),
    "object_name": ("DESIG",),
    "target": ("OBJNAME",),
}
_MAGNITUDES = tuple(f"MAG{number}" for number in range(1, 6))
"""MAG6 and MAG7 are of the infrared in all files, so they are not looked at."""
_PAN_STARRS = tuple((f"mag_{band}", f"MAG_PS_{band.upper()}") for band in BANDS[1:])
_LETTERS = frozenset("ugrizyjhk")

TEXT_KEYS = ("DESIG", "OBJNAME")
"""Cards of text that is another in every file."""

KEYS = (
    *("CLASS", "MAGTYPE", "DATE-OBS", "DATE-BEG"),
    *(key for key in chain(*_TEXTS.values()) if key not in TEXT_KEYS),
)
NUMBER_KEYS = (
    *chain(*_NUMBERS.values()),
    *_MAGNITUDES,
    *(key for _, key in _PAN_STARRS),
)
"""Cards that matter; some stand in other releases only."""


def catalogue_row(header: AnyHeader, spectrograph: int, fibre: int) -> CatalogueRow:
    """Make the row of a spectrum.

    Parameters
    ----------
    header
        Of the primary HDU.
    spectrograph, fibre
        Their numbers, from the identifier.
    """
    row: dict[str, float | str] = {
        "spectrograph": float(spectrograph),
        "fibre": float(fibre),
    }
    for column, keys in _NUMBERS.items():
        if (value := number(header, keys)) is not None:
            row[column] = value
    for column, key in _bands(header.get("MAGTYPE")):
        value = header.get(key)
        if type(value) in NUMERIC and 0 < value < NO_MAGNITUDE:
            row[column] = float(value)
    for column, cards in _TEXTS.items():
        if (words := text(header, cards)) is not None:
            row[column] = words
    if (name := object_class(text(header, ("CLASS",)))) is not None:
        row["object_class"] = name
    when = lamost_time(text(header, ("DATE-OBS",)), text(header, ("DATE-BEG",)))
    if when is not None:
        row["observed"], row["mjd"] = when
    return cast(CatalogueRow, row)


@lru_cache(maxsize=256)
def _bands(magtype: object) -> tuple[tuple[str, str], ...]:
    """Columns of magnitudes and the card of each.

    Examples
    --------
    >>> _bands("gri")
    (('mag_g', 'MAG1'), ('mag_r', 'MAG2'), ('mag_i', 'MAG3'))
    """
    if not isinstance(magtype, str):
        return _PAN_STARRS
    letters = magtype.strip()
    if len(set(letters)) != len(letters) or not set(letters) <= _LETTERS:
        return ()
    pairs = zip(letters, _MAGNITUDES, strict=False)
    return tuple((f"mag_{band}", key) for band, key in pairs if band in BANDS)
