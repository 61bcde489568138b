"""A spectrum in a FITS image of one dimension, of whatever telescope.

Axes of length 1 do not count. Of the bands that IRAF's apall writes (BANDID1, …) the first
is the spectrum and the one of sigma its error; other errors are looked for in extensions
of the same shape, by their names. Where there are none they are estimated.

The file has no key that all writers agree on, so its name and checksum identify it.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.header import AnyHeader, text
from specoracle.loaders.header_catalogue import exposure_row
from specoracle.loaders.inverse_variance import MASKS, PLANES, of_plane, usable
from specoracle.loaders.opened import Opened, check_whole
from specoracle.loaders.spectral_axis import image_wavelength
from specoracle.spectra.arms import Arm
from specoracle.spectra.observation import Observation
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]

IMAGES = (fits.PrimaryHDU, fits.ImageHDU, fits.CompImageHDU)


class Bands(NamedTuple):
    """Spectrum and error of IRAF's bands, each of shape ``(n_apertures, n_pixels)``."""

    flux: npt.NDArray[np.floating]
    sigma: npt.NDArray[np.floating] | None


def recognises(opened: Opened) -> bool:
    """Whether the first image of the file has one dimension, or is IRAF's of bands."""
    place = first_image(opened.hdus)
    if place is None or opened.hdus is None:
        return False
    header = opened.hdus[place].header
    n_lines, n_bands = lines_and_bands(header)
    return n_lines == 1 and (n_bands == 1 or has_bands(header))


def read(opened: Opened) -> list[Observation]:
    """Read the one spectrum of the file."""
    place = first_image(opened.hdus)
    if place is None or opened.hdus is None:
        return []
    check_whole(opened)  # or errors that come last would be estimated
    header = opened.hdus[place].header
    bands = bands_of(header, opened.hdus[place].data)
    flux = np.asarray(bands.flux[0], np.float64)
    ivar = None if bands.sigma is None else of_plane("SIGMA", bands.sigma[0])
    ivar = usable(_extension_ivar(opened.hdus, place, flux.size, ivar), flux)
    pixels = ascending(image_wavelength(header, flux.size), flux, ivar)
    spectrum = Spectrum(identifier=f"fits:{opened.key}", **pixels._asdict())
    return [Observation(spectrum=spectrum, catalogue=exposure_row(header), hdu=place)]


def first_image(hdus: fits.HDUList | None) -> int | None:
    """Place of the first image that holds anything, ``None`` without one."""
    for place, hdu in enumerate(hdus or ()):
        if isinstance(hdu, IMAGES) and hdu.header.get("NAXIS", 0) > 0:
            return place
    return None


def lines_and_bands(header: AnyHeader) -> tuple[int, int]:
    """Length of the second axis and of all further ones."""
    lengths = [header.get(f"NAXIS{n}") for n in range(2, 1 + header.get("NAXIS", 0))]
    return (lengths[0] if lengths else 1), int(np.prod(lengths[1:]))


def has_bands(header: AnyHeader) -> bool:
    """Whether the third axis is that of IRAF's bands, the first of them the spectrum."""
    return (text(header, ["BANDID1"]) or "").startswith("spectrum")


def bands_of(header: AnyHeader, data: Any) -> Bands:
    """Spectrum and sigma of an image, with or without bands."""
    planes = data.reshape(-1, *np.atleast_2d(data).shape[-2:])
    for band in range(1, len(planes) if has_bands(header) else 0):
        if (text(header, [f"BANDID{band + 1}"]) or "").startswith("sigma"):
            return Bands(planes[0], planes[band])
    return Bands(planes[0], None)


def ascending(wavelength: Pixels, flux: Pixels, ivar: Pixels) -> Arm:
    """Turn a spectrum round where its wavelengths decrease."""
    turn = slice(None, None, -1 if wavelength[0] > wavelength[-1] else 1)
    return Arm(wavelength[turn], flux[turn], ivar[turn])


def _extension_ivar(
    hdus: fits.HDUList, place: int, n_pixels: int, ivar: Pixels | None
) -> Pixels | None:
    """Inverse variance from planes of errors and masks next to the image."""
    planes = {
        hdu.name: np.ravel(hdu.data)
        for hdu in hdus[place + 1 :]
        if isinstance(hdu, IMAGES) and hdu.name in {*PLANES, *MASKS}
    }
    for name, values in planes.items():
        if values.size != n_pixels:
            raise LoaderError(
                f"{name}: expected {n_pixels} pixels as in the image, got {values.size}. "
                "Leave the file out."
            )
    errors = [name for name in PLANES if name in planes]
    if errors:
        ivar = of_plane(errors[0], planes[errors[0]])
    if ivar is None:
        return None
    good = [planes[name] == 0 for name in planes.keys() & set(MASKS)]
    return np.where(np.all(good, axis=0), ivar, 0.0) if good else ivar
