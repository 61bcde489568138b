"""Wavelengths of the pixels of a FITS image, from its header.

Two conventions are in use: that of the FITS standard (CTYPE1, CUNIT1) and that of IRAF
(DC-FLAG, and units= in WAT1_001). Both give the first pixel the number 1.

Where neither a card nor the telescope says whether wavelengths were measured in air, they
were: optical spectra of ground-based telescopes are calibrated with lines in air by
convention, and IRAF, which wrote most of these files, has line lists in air. A spectrum
that reaches below 2000 Å was taken in space, and is in vacuum.
"""

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError
from specoracle.loaders.header import AnyHeader, number, text
from specoracle.spectra.air import SHORTEST, air_to_vacuum

Pixels = npt.NDArray[np.float64]

ANGSTROM = {
    **dict.fromkeys(("angstrom", "angstroms", "ang", "a", "å", "0.1nm"), 1.0),
    **dict.fromkeys(("nm", "nanometer", "nanometers"), 10.0),
    **dict.fromkeys(("um", "micron", "microns", "micrometer", "micrometers"), 1e4),
    **dict.fromkeys(("m", "meter", "meters"), 1e10),
}
"""Units of length, in small letters [Angstrom]."""

NOT_WAVELENGTH = {
    **dict.fromkeys(("VELO", "VRAD", "VOPT", "BETA", "FELO"), "velocities"),
    "ZOPT": "redshifts",
    "FREQ": "frequencies",
    "ENER": "energies",
    "WAVN": "wavenumbers",
    "PIXE": "pixels",
}
"""What a spectral axis may hold instead, by the first letters of CTYPE1: Greisen et al.
(2006), A&A 446, 747, table 1, and AIPS."""

IN_SPACE = frozenset({"HST", "JWST", "IUE", "FUSE", "EUVE", "GALEX", "GAIA", "EUCLID"})

_PLAIN = ("", "LINEAR", "LAMBDA", "AWAV", "MULTISPE")
_OPTICAL = (3000.0, 11_000.0)
_UNITS = re.compile(r"\bunits=(\w+)")


class Axis(NamedTuple):
    """How pixels become wavelengths; `scale` is linear, log10 or ln."""

    start: float
    step: float
    reference: float
    scale: str


def image_wavelength(header: AnyHeader, n_pixels: int) -> Pixels:
    """Wavelengths along the first axis of an image.

    Parameters
    ----------
    header
        Of the HDU that holds the image.
    n_pixels
        Length of that axis.

    Returns
    -------
    Pixels
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom]; it may decrease.

    Raises
    ------
    LoaderError
        If the axis is not one of wavelengths, or lacks a unit or what else it takes.

    References
    ----------
    Greisen et al. (2006), A&A 446, 747, equation 5 for CTYPE1 …-LOG; Valdes (1993), The
    IRAF/NOAO Spectral World Coordinate Systems, section 4, for DC-FLAG.
    """
    _check_kind(header)
    axis = _axis(header)
    offset = axis.step * (np.arange(1, n_pixels + 1) - axis.reference)
    with np.errstate(all="ignore"):  # a damaged header may hold anything
        if axis.scale == "ln":
            values = axis.start * np.exp(offset / axis.start)
        elif axis.scale == "log10":
            values = 10 ** (axis.start + offset)
        else:
            values = axis.start + offset
    return vacuum_angstrom(values, unit=unit_of(header, values), air=in_air(header))


def vacuum_angstrom(values: Pixels, *, unit: float, air: bool | None) -> Pixels:
    """Wavelengths in vacuum.

    Parameters
    ----------
    values
        Wavelength, any shape, in ``unit`` [Angstrom].
    air
        Whether measured in air; ``None`` where nothing says so.
    """
    wavelength = np.asarray(values, np.float64) * unit
    if not np.all((wavelength > 0) & (wavelength < np.inf)):
        raise LoaderError(
            f"Expected positive wavelengths, got {np.min(wavelength)} to "
            f"{np.max(wavelength)} Å. The header is damaged, or says something else."
        )
    if air or (air is None and wavelength.min() > SHORTEST):
        return air_to_vacuum(wavelength)
    return wavelength


def unit_of(header: AnyHeader, values: Pixels) -> float:
    """Unit of the first axis [Angstrom]; without any, optical wavelengths are in Å."""
    named = text(header, ["CUNIT1"]) or iraf_unit(header)
    if named is None and _is_optical(header, values):
        return 1.0
    unit = ANGSTROM.get((named or "").lower().replace(" ", ""))
    if unit is None:
        raise LoaderError(
            "Expected a unit of wavelength in CUNIT1, or as units= in WAT1_001, got "
            f"{named!r} for values from {values[0]:.6g} to {values[-1]:.6g}. Add the "
            "card, or leave the file out."
        )
    return unit


def iraf_unit(header: AnyHeader) -> str | None:
    """Unit that IRAF notes, ``None`` without one."""
    noted = text(header, ["WAT1_001"]) or ""
    match = _UNITS.search(noted)
    return match.group(1) if match else None


def in_air(header: AnyHeader) -> bool | None:
    """Whether wavelengths were measured in air, ``None`` where nothing says so."""
    vacuum, kind = header.get("VACUUM"), _kind(header)
    if type(vacuum) is bool:
        return not vacuum
    said = (text(header, ["AIRORVAC"]) or "").lower()
    if said in {"air", "vac", "vacuum"}:
        return said == "air"
    if kind[:5] in {"AWAV", "AWAV-", "WAVE", "WAVE-"}:
        return kind.startswith("AWAV")
    telescope = (text(header, ["TELESCOP"]) or "").upper()
    return False if telescope in IN_SPACE else None


def _axis(header: AnyHeader) -> Axis:
    start = number(header, ["CRVAL1"])
    step = number(header, ["CD1_1"]) or number(header, ["CDELT1"])
    scale = "ln" if _kind(header).endswith("-LOG") else "linear"
    if number(header, ["DC-FLAG"]) == 1:
        scale = "log10"
    reference = number(header, ["CRPIX1"]) or 0.0
    if start is None or not step:
        # SDSS's own cards, which count pixels from 0; the others, where there are any,
        # were written later.
        start, step = number(header, ["COEFF0"]), number(header, ["COEFF1"])
        scale, reference = "log10", 1.0
    if start is None or not step or (scale == "ln" and start <= 0):
        raise LoaderError(
            "Expected CRVAL1 and CDELT1 or CD1_1 in the header, the wavelength of a pixel "
            f"and the step to the next, got {header.get('CRVAL1')!r} and "
            f"{header.get('CDELT1')!r}. The spectrum is not calibrated; leave it out."
        )
    return Axis(start, step, reference, scale)


def _check_kind(header: AnyHeader) -> None:
    kind = _kind(header)
    other = NOT_WAVELENGTH.get(kind[:4])
    if number(header, ["DC-FLAG"]) == -1:
        other = "pixels"
    if kind[:5] in {"WAVE-", "AWAV-"} and kind[5:] != "LOG":
        other = f"wavelengths by the algorithm {kind[5:]}"
    if other is not None:
        raise LoaderError(
            f"Expected wavelengths along the first axis, got {other} (CTYPE1 {kind!r}, "
            f"CUNIT1 {header.get('CUNIT1')!r}). Leave the file out, or convert it."
        )


def _is_optical(header: AnyHeader, values: Pixels) -> bool:
    first, last = min(values[0], values[-1]), max(values[0], values[-1])
    known = _kind(header) in _PLAIN or _kind(header).startswith("WAVE")
    return known and bool(_OPTICAL[0] <= first and last <= _OPTICAL[1])


def _kind(header: AnyHeader) -> str:
    return (text(header, ["CTYPE1"]) or "").upper()
