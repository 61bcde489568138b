"""What a survey file yields: a spectrum, its place in the file, its catalogue row."""

from dataclasses import dataclass, field
from typing import TypedDict

from specoracle.spectra.spectrum import Spectrum


class CatalogueRow(TypedDict, total=False):
    """What the survey says of a spectrum; a missing value is left out.

    Text comes from headers and is never markup.
    """

    ra: float
    dec: float
    object_class: str
    subclass: str
    z: float
    snr_u: float
    snr_g: float
    snr_r: float
    snr_i: float
    snr_z: float
    observed: str
    plan: str
    release: str


NUMBERS = ("ra", "dec", "z", "snr_u", "snr_g", "snr_r", "snr_i", "snr_z")
"""Catalogue columns that hold numbers; ``ra`` and ``dec`` in degrees (ICRS)."""

TEXTS = ("object_class", "subclass", "observed", "plan", "release")
"""Catalogue columns that hold text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One spectrum as it was found in a survey file.

    Attributes
    ----------
    spectrum
        Wavelength in vacuum, flux and ivar.
    catalogue
        What the header says of it.
    hdu, row
        Where in the file it stands; ``row`` is 0 in a file of one spectrum.
    """

    spectrum: Spectrum
    catalogue: CatalogueRow = field(default_factory=CatalogueRow)
    hdu: int = 0
    row: int = 0
