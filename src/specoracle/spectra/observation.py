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
    mag_u: float
    mag_g: float
    mag_r: float
    mag_i: float
    mag_z: float
    mjd: float
    observed: str
    plan: str
    spectrograph: float
    fibre: float
    release: str
    object_name: str
    target: str


BANDS = "ugriz"
"""Bands of the columns ``snr_…`` and ``mag_…``."""

NUMBERS = (
    "ra",
    "dec",
    "z",
    *(f"snr_{band}" for band in BANDS),
    *(f"mag_{band}" for band in BANDS),
    "mjd",
    "spectrograph",
    "fibre",
)
"""Catalogue columns that hold numbers.

``ra`` and ``dec`` in degrees (ICRS); ``mag_…`` [mag] as the catalogue that the target was
taken from gives them, in its own system; ``mjd`` of the observation [day, UTC], of SDSS
the whole number that names its night; the others dimensionless.
"""

TEXTS = (
    "object_class",
    "subclass",
    "observed",
    "plan",
    "release",
    "object_name",
    "target",
)
"""Catalogue columns that hold text.

``object_class`` is STAR, GALAXY or QSO in every survey; ``subclass`` as the survey has it.
``observed`` is a UTC date, or date and time, as ISO 8601 writes them. ``plan`` is LAMOST's
plan or SDSS's plate, ``object_name`` the survey's designation, ``target`` the identifier
in the catalogue that the target was taken from.
"""


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
