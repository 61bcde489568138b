"""SDSS-V optical spectra in files ``spec-FIELD-MJD-CATALOGID``, lite and full.

HDU 1, COADD, holds one row a pixel, as in `sdss_spec`, with names in capitals; HDU 2,
SPALL, one row of what the pipeline says. With robots in the place of plates no plate and no
fibre names a spectrum any more: its field, day and target do. No real file was at hand; the
layout is that of DR19. The masks are left alone for the reasons given in `sdss_spec`.
Data model: product specLite of https://github.com/sdss/datamodel
"""

from typing import Any, cast

import numpy as np
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.observing_time import day
from specoracle.loaders.sdss_record import catalogue_of, row_of
from specoracle.loaders.sdss_spec import survey_wavelength
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

PIXEL_COLUMNS = ("FLUX", "LOGLAM", "IVAR")
"""Columns of COADD that make a spectrum."""

IDENTITY = ("FIELD", "MJD", "CATALOGID")
"""Columns of SPALL that name it."""

OBJECT = {"SDSS_ID": ("object_name", "SDSS_ID"), "GAIA_ID": ("target", "Gaia DR2")}
"""Columns of SPALL with numbers that are above 0 where they are known."""


def recognises(hdus: fits.HDUList) -> bool:
    """Whether the file is one of SDSS-V's coadded spectra with its record."""
    try:
        coadd, record = hdus[1], hdus[2]
    except IndexError:
        return False
    named = coadd.name == "COADD" and record.name == "SPALL"
    return named and (
        _columns(coadd).issuperset(PIXEL_COLUMNS) and _columns(record).issuperset(IDENTITY)
    )


def read(hdus: fits.HDUList) -> list[Observation]:
    """Read the one spectrum of the file."""
    if not recognises(hdus):
        raise LoaderError(
            "expected an SDSS-V file with COADD and SPALL, which names field, day and "
            "CATALOGID, got another. Leave the choice of the loader to the file."
        )
    pixels, row = hdus[1].data, row_of(hdus[2])
    field, mjd, catalogue_id = _key(hdus[2].data)
    loglam = pixels["LOGLAM"]
    wavelength = survey_wavelength(loglam)
    if wavelength is None:
        wavelength = np.power(10.0, loglam.astype(np.float64))
    spectrum = Spectrum(
        # SDSS's own name of the file, which gives the field six digits.
        identifier=f"sdss:{field:06d}-{mjd}-{catalogue_id}",
        wavelength=wavelength,
        flux=pixels["FLUX"],
        ivar=pixels["IVAR"],
    )
    catalogue = cast(dict[str, Any], catalogue_of(row) | _object(hdus[2].data))
    catalogue |= {"mjd": float(mjd), "observed": day(mjd), "plan": f"{field:06d}"}
    return [Observation(spectrum=spectrum, catalogue=cast(CatalogueRow, catalogue), hdu=1)]


def _columns(hdu: Any) -> set[str]:
    """Names of a table's columns, in capitals; none of what is no table."""
    is_table = isinstance(hdu, fits.BinTableHDU)
    return {name.upper() for name in hdu.columns.names if name} if is_table else set()


def _key(table: Any) -> tuple[int, int, int]:
    values = [_cell(table, name) for name in IDENTITY]
    field, mjd, catalogue_id = (value or 0 for value in values)
    if not (0 < field < 10**6 and 10**4 <= mjd < 10**5 and catalogue_id > 0):
        raise LoaderError(
            f"expected FIELD, MJD and CATALOGID in SPALL, got {values}. Without them the "
            "spectrum has no identifier; a fibre without a target has none."
        )
    return field, mjd, catalogue_id


def _object(table: Any) -> dict[str, Any]:
    """Names of the object: those of the survey and of the catalogue it was taken from."""
    known = set(table.columns.names)
    numbers = {name: _cell(table, name) for name in OBJECT if name in known}
    return {
        OBJECT[name][0]: f"{OBJECT[name][1]} {value}"
        for name, value in numbers.items()
        if value is not None and value > 0
    }


def _cell(table: Any, name: str) -> int | None:
    """Return a whole number, written as number or text; ``None`` for anything else."""
    value = np.asarray(table[name][0])
    if value.shape != () or value.dtype.kind not in "iuUS":
        return None
    try:
        return int(value.item())
    except ValueError:
        return None
