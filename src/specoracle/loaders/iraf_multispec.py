"""Several lines of spectra in one FITS image, as IRAF writes them: multispec and equispec.

Lines of a multispec image have each their own dispersion, lines of an equispec image share
one. Lines that begin and end at different wavelengths are the orders of an echelle
spectrum, and joined: they overlap on different pixels, so they are cut in the middle of
the overlap; nothing corrects for the blaze. An order inside another is left out. Lines of
nearly the same wavelengths are spectra of different fibres, and remain apart.

Format: Valdes (1993), The IRAF/NOAO Spectral World Coordinate Systems (help specwcs).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError
from specoracle.loaders.fits_image import (
    Bands,
    ascending,
    bands_of,
    first_image,
    has_bands,
    lines_and_bands,
)
from specoracle.loaders.header import AnyHeader, number, text
from specoracle.loaders.header_catalogue import exposure_row
from specoracle.loaders.inverse_variance import of_plane, usable
from specoracle.loaders.iraf_dispersion import Line, lines, wavelengths
from specoracle.loaders.opened import Opened
from specoracle.loaders.spectral_axis import (
    image_wavelength,
    in_air,
    unit_of,
    vacuum_angstrom,
)
from specoracle.spectra.arms import Arm, join_arms
from specoracle.spectra.observation import CatalogueRow, Observation
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]

MULTISPEC, EQUISPEC = "multispec", "equispec"

SAME_RANGE = 0.1
"""Lines that begin within this share of their length of each other are no orders."""


def recognises(opened: Opened) -> bool:
    """Whether the first image has lines that IRAF's attributes describe."""
    place = first_image(opened.hdus)
    if place is None or opened.hdus is None:
        return False
    header = opened.hdus[place].header
    n_lines, n_bands = lines_and_bands(header)
    several = _system(header) == MULTISPEC or (_system(header) == EQUISPEC and n_lines > 1)
    return several and (n_bands == 1 or has_bands(header))


def read(opened: Opened) -> list[Observation]:
    """Read the spectrum of all orders, or one for each fibre."""
    place = first_image(opened.hdus)
    if place is None or opened.hdus is None:
        return []
    header, data = opened.hdus[place].header, opened.hdus[place].data
    read_lines = _multispec if _system(header) == MULTISPEC else _equispec
    arms = read_lines(header, bands_of(header, data))
    key = f"iraf:{opened.key}"
    if len(arms) > 1 and _is_same_range(list(arms.values())):
        return [
            Observation(
                spectrum=_spectrum(f"{key}-{_aperture(header, row)}", arm),
                catalogue=_of_fibre(header, row),
                hdu=place,
                row=row,
            )
            for row, arm in arms.items()
        ]
    spectrum = _spectrum(key, join_arms(_reaching_further(list(arms.values()))))
    return [Observation(spectrum=spectrum, catalogue=exposure_row(header), hdu=place)]


def _spectrum(identifier: str, arm: Arm) -> Spectrum:
    return Spectrum(identifier=identifier, **arm._asdict())


def _system(header: AnyHeader) -> str | None:
    words = (text(header, ["WAT0_001"]) or "").lower().split("system=")
    return words[1].split()[0] if len(words) > 1 and words[1].split() else None


def _multispec(header: AnyHeader, bands: Bands) -> dict[int, Arm]:
    """All lines that hold anything, by their row."""
    described = lines(header)
    n_lines = len(bands.flux)
    if not set(range(1, n_lines + 1)) <= described.keys():
        raise LoaderError(
            f"Expected spec1 to spec{n_lines} in WAT2, one for each line of the image, "
            f"got {len(described)}. The header is cut; fetch the file again."
        )
    found = {}
    for row in range(n_lines):
        line = described[row + 1]
        n_pixels = max(0, min(line.n_pixels, bands.flux.shape[1]))
        if n_pixels > 1 and np.isfinite(bands.flux[row, :n_pixels]).any():
            found[row] = _arm(_line_wavelength(header, line, n_pixels), bands, row)
    return found or _refuse(bands)


def _equispec(header: AnyHeader, bands: Bands) -> dict[int, Arm]:
    wavelength = image_wavelength(header, bands.flux.shape[1])
    rows = [row for row, flux in enumerate(bands.flux) if np.isfinite(flux).any()]
    return {row: _arm(wavelength, bands, row) for row in rows} or _refuse(bands)


def _refuse(bands: Bands) -> dict[int, Arm]:
    raise LoaderError(
        f"Expected a flux, got no finite value in an image of shape {bands.flux.shape}. "
        "Leave the file out."
    )


def _arm(wavelength: Pixels, bands: Bands, row: int) -> Arm:
    flux = np.asarray(bands.flux[row, : wavelength.size], np.float64)
    ivar = None
    if bands.sigma is not None:
        ivar = of_plane("SIGMA", bands.sigma[row, : wavelength.size])
    return ascending(wavelength, flux, usable(ivar, flux))


def _line_wavelength(header: AnyHeader, line: Line, n_pixels: int) -> Pixels:
    with np.errstate(all="ignore"):  # a damaged header may hold anything
        values = wavelengths(line, _physical(header, n_pixels))
    unit = unit_of(header, values)
    return vacuum_angstrom(values, unit=unit, air=in_air(header))


def _physical(header: AnyHeader, n_pixels: int) -> Pixels:
    """Pixels before the image was cut or binned: specwcs, section 3."""
    step, start = number(header, ["LTM1_1"]) or 1.0, number(header, ["LTV1"]) or 0.0
    return np.asarray((np.arange(1, n_pixels + 1) - start) / step, np.float64)


def _is_same_range(arms: Sequence[Arm]) -> bool:
    starts = [arm.wavelength[0] for arm in arms]
    length = np.median([arm.wavelength[-1] - arm.wavelength[0] for arm in arms])
    return bool(max(starts) - min(starts) < SAME_RANGE * length)


def _reaching_further(orders: Sequence[Arm]) -> list[Arm]:
    """Orders of which each reaches further than all before it."""
    kept: list[Arm] = []
    for order in sorted(orders, key=lambda arm: (arm.wavelength[0], -arm.wavelength[-1])):
        if not kept or order.wavelength[-1] > kept[-1].wavelength[-1]:
            kept.append(order)
    return kept


def _aperture(header: AnyHeader, row: int) -> str:
    described = lines(header).get(row + 1)
    if described is not None:
        return str(described.aperture)
    return (text(header, [f"APNUM{row + 1}"]) or str(row + 1)).split()[0]


def _of_fibre(header: AnyHeader, row: int) -> CatalogueRow:
    """Catalogue row of one fibre: the header's place is that of the telescope."""
    catalogue = exposure_row(header)
    catalogue.pop("ra", None)
    catalogue.pop("dec", None)
    if name := text(header, [f"APID{row + 1}"]):
        catalogue["object_name"] = name
    return catalogue
