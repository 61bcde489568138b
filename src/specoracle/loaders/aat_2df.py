"""Spectra of 2dF and AAOmega at the Anglo-Australian Telescope, as 2dfdr writes them.

The first image holds one spectrum a row (or is one spectrum); VARIANCE has the same shape,
FIBRES a row for each. WAVELENGTH, which Marz's files have, is preferred to the cards of
the axis, and holds log10 of wavelengths where LOGSCALE says so. Wavelengths are in air
unless VACUUM says otherwise: Marz, https://github.com/Samreay/Marz. They are left in the
frame they are in: DO_HELIO and DO_CMB ask Marz to correct redshifts, not wavelengths.

Only fibres of type P, program, are on objects; S is sky, F guides, N is broken and U
unused, and 2dfdr keeps a row for each. Positions are in radians:
http://www.aao.gov.au/local/www/2df/aaomega/aaomega_file_format.html
"""

import math
from typing import Any

import numpy as np
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import number, text
from specoracle.loaders.header_catalogue import time_row
from specoracle.loaders.inverse_variance import of_variance, usable
from specoracle.loaders.opened import Opened, check_whole
from specoracle.loaders.spectral_axis import (
    Pixels,
    image_wavelength,
    in_air,
    vacuum_angstrom,
)
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

PROGRAM = "P"
"""TYPE of a fibre on an object."""

COLUMNS = frozenset({"NAME", "RA", "DEC", "TYPE"})


def recognises(opened: Opened) -> bool:
    """Whether the first HDU is an image, and VARIANCE and FIBRES go with it."""
    hdus = opened.hdus or fits.HDUList()
    by_name = {hdu.name: hdu for hdu in hdus}
    fibres = by_name.get("FIBRES")
    tabled = isinstance(fibres, fits.BinTableHDU) and set(fibres.columns.names) >= COLUMNS
    return tabled and "VARIANCE" in by_name and hdus[0].header.get("NAXIS") in {1, 2}


def read(opened: Opened) -> list[Observation]:
    """Read the spectra of all objects of the file."""
    hdus = fits.HDUList() if opened.hdus is None else opened.hdus
    check_whole(opened)
    header, fibres = hdus[0].header, hdus["FIBRES"].data
    flux, variance = (np.atleast_2d(hdus[name].data) for name in (0, "VARIANCE"))
    if not flux.shape == variance.shape == (len(fibres), flux.shape[-1]):
        raise LoaderError(
            f"Expected an image and VARIANCE with a row for each of {len(fibres)} rows of "
            f"FIBRES, got {flux.shape} and {variance.shape}. Fetch the file again."
        )
    wavelengths = _wavelengths(hdus, flux.shape)
    keys = _keys(header, fibres["NAME"])
    return [
        Observation(
            spectrum=Spectrum(
                identifier=f"2df:{keys[row]}",
                wavelength=wavelengths[row],
                flux=flux[row],
                ivar=usable(of_variance(variance[row]), flux[row]),
            ),
            catalogue=_catalogue(header, fibres[row]),
            row=row,
        )
        for row in _objects(fibres["TYPE"], flux)
    ]


def _objects(types: Any, flux: Any) -> list[int]:
    """Rows of fibres on objects that received any light."""
    rows = [row for row, kind in enumerate(types) if kind.strip() == PROGRAM]
    lit = [row for row in rows if np.isfinite(flux[row]).any()]
    if not lit:
        raise LoaderError(
            f"FIBRES: expected a fibre of type {PROGRAM} with a spectrum, got types "
            f"{sorted({str(kind) for kind in types})}. There is no object in the file; "
            "leave it out."
        )
    return lit


def _wavelengths(hdus: fits.HDUList, shape: tuple[int, ...]) -> list[Pixels]:
    """Vacuum wavelengths of each spectrum [Angstrom]; all may share one array."""
    header = hdus[0].header
    if "WAVELENGTH" not in hdus:
        wavelength = image_wavelength(header, shape[-1])
    else:
        stored = np.asarray(hdus["WAVELENGTH"].data, np.float64)
        if header.get("LOGSCALE") is True:
            with np.errstate(over="ignore"):
                stored = 10**stored
        wavelength = vacuum_angstrom(stored, unit=1.0, air=in_air(header))
    wavelength.flags.writeable = False  # so that it is checked once for all spectra
    return [wavelength] * shape[0] if wavelength.ndim == 1 else list(wavelength)


def _keys(header: fits.Header, names: Any) -> list[str]:
    """Night, arm and number of the exposure, and name of the object."""
    night, arm = text(header, ["UTDATE"]), text(header, ["SPECTID"]) or ""
    run = number(header, ["RUN", "OBSNUM"])
    if night is None or run is None:
        raise LoaderError(
            f"Expected UTDATE and RUN in the header, got {night!r} and {run!r}. Without "
            "them spectra have no identifiers; restore the header."
        )
    exposure = f"{night.replace(':', '')}-{arm}{run:04.0f}"
    words = ["_".join(name.split()) for name in names]
    # A name may stand for several fibres, and may be missing.
    return [
        f"{exposure}-{name}" if name and words.count(name) == 1 else f"{exposure}-{row + 1}"
        for row, name in enumerate(words)
    ]


def _catalogue(header: fits.Header, fibre: Any) -> CatalogueRow:
    row = time_row(number(header, ["UTMJD"]))
    ra, dec = math.degrees(fibre["RA"]), math.degrees(fibre["DEC"])
    if 0 <= ra < 360 and -90 <= dec <= 90:
        row["ra"], row["dec"] = ra, dec
    if name := fibre["NAME"].strip():
        row["target"] = name
    if field := text(header, ["OBJECT"]):
        row["plan"] = field
    if "PIVOT" in fibre.array.names:
        row["fibre"] = float(fibre["PIVOT"])
    return row
