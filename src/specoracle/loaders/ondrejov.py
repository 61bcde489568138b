"""Spectra about Hα of the Perek telescope in Ondřejov, camera CCD700 of its coudé.

Two forms of the same exposures: images of IRAF, and tables of the Virtual Observatory
(columns ``spectral`` and ``flux``), which may be cut out and normalised. FILENAME of the
one is the end of DS_IDPUB of the other, so an exposure has one identifier in both.

Wavelengths are in air, as observed: VHELIO is noted, not applied. There are no errors.
EQUINOX names the date, yet RA and DEC are those of J2000: for γ Cas in 2011 they read
00:56:42.527 +60:43:00.20, which is its place in the ICRS to 0.1 arcsec, while precession
had moved it by more than 6 arcmin. TMID of the tables is the time when the exposure began.
Archive: https://stelweb.asu.cas.cz/ and its service ``ccd700``
"""

from pathlib import PurePath

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import object_class, text
from specoracle.loaders.header_catalogue import exposure_row, position
from specoracle.loaders.inverse_variance import usable
from specoracle.loaders.spectral_axis import ANGSTROM, image_wavelength, vacuum_angstrom
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

COLLECTION = "stel/ccd700"
"""Part of DS_IDPUB by which the Virtual Observatory knows the archive."""


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is an image or a table of this archive."""
    return _is_image(hdus[0]) or (len(hdus) > 1 and _is_table(hdus[1]))


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    hdu = 0 if _is_image(hdus[0]) else 1
    header = hdus[hdu].header
    wavelength, flux = _image(hdus[0]) if hdu == 0 else _table(hdus[1])
    spectrum = Spectrum(
        identifier=f"ondrejov:{_key(header)}",
        wavelength=wavelength,
        flux=flux,
        ivar=usable(None, flux),
    )
    return [Observation(spectrum=spectrum, catalogue=_catalogue(header), hdu=hdu)]


def _is_image(hdu: fits.PrimaryHDU) -> bool:
    observatory = (text(hdu.header, ["OBSERVAT"]) or "").upper()
    camera = text(hdu.header, ["INSTRUME"]) or ""
    one = hdu.header.get("NAXIS") == 1 and text(hdu.header, ["FILENAME"]) is not None
    return one and observatory == "ONDREJOV" and camera == "COUDE700"


def _is_table(hdu: fits.BinTableHDU) -> bool:
    known = COLLECTION in (text(hdu.header, ["DS_IDPUB"]) or "")
    tabled = isinstance(hdu, fits.BinTableHDU)
    return known and tabled and {"spectral", "flux"} <= set(hdu.columns.names)


def _image(
    hdu: fits.PrimaryHDU,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.floating]]:
    return image_wavelength(hdu.header, hdu.data.size), hdu.data


def _table(
    hdu: fits.BinTableHDU,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.floating]]:
    named = hdu.columns["spectral"].unit or ""
    unit = ANGSTROM.get(named.lower())
    if unit is None:
        raise LoaderError(
            f"Expected a unit of wavelength for the column spectral, got {named!r}. Fetch "
            "the file again."
        )
    wavelength = vacuum_angstrom(hdu.data["spectral"], unit=unit, air=True)
    return wavelength, np.asarray(hdu.data["flux"], np.float64)


def _key(header: fits.Header) -> str:
    """Name of the exposure: the archive counts them by night."""
    return PurePath(text(header, ["FILENAME", "DS_IDPUB"]) or "").stem


def _catalogue(header: fits.Header) -> CatalogueRow:
    row = exposure_row(header)
    if place := position(header):
        row["ra"], row["dec"] = place
    if kind := object_class(text(header, ["SRCCLASS"])):
        row["object_class"] = kind
    return row
