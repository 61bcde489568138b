"""A stranger's arrays, made a spectrum or refused with the reason.

What is missing is NaN or -9999. Wavelengths that decrease are turned round. A pixel whose
flux or noise is missing, or whose noise is 0, gets ivar 0; where no noise is known of any
pixel, it is estimated from the flux.
"""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError
from specoracle.loaders.header import SENTINEL
from specoracle.spectra.air import air_to_vacuum
from specoracle.spectra.noise import estimated_ivar
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]
Medium = Literal["air", "vacuum"]
NoiseKind = Literal["error", "variance", "ivar"]

MEDIA: tuple[Medium, ...] = ("air", "vacuum")


class Noise(NamedTuple):
    """What is said of the noise.

    Attributes
    ----------
    values
        Shape ``(n_pixels,)``.
    kind
        Standard deviation, variance or inverse variance of the flux.
    name
        What the file calls it.
    """

    values: Pixels
    kind: NoiseKind
    name: str


def measured_spectrum(
    identifier: str,
    wavelength: Pixels,
    flux: Pixels,
    *,
    medium: Medium,
    noise: Noise | None = None,
) -> Spectrum:
    """Make a spectrum of what somebody measured.

    Parameters
    ----------
    identifier
        Survey and key.
    wavelength
        In air or vacuum, shape ``(n_pixels,)`` [Angstrom], increasing or decreasing.
        Pixels without a wavelength are left out.
    flux
        Flux density, shape ``(n_pixels,)``.
    medium
        What the wavelengths are measured in.
    noise
        Of the same shape.

    Raises
    ------
    LoaderError
        If the arrays are no spectrum.
    """
    placed = np.isfinite(wavelength) & (wavelength != SENTINEL)
    if wavelength.shape != flux.shape or wavelength.ndim != 1 or placed.sum() < 2:
        raise LoaderError(
            f"expected at least two pixels with wavelength and flux each, got "
            f"{wavelength.shape} wavelengths, {int(placed.sum())} of them known, and "
            f"{flux.shape} fluxes. Leave the file out, or complete it."
        )
    order = _order(wavelength[placed])
    flux = np.where(flux == SENTINEL, np.nan, flux)[placed][order]
    if not np.isfinite(flux).any():
        raise LoaderError(
            f"expected a flux that is known somewhere, got {flux.size} pixels without. "
            "Leave the file out."
        )
    ivar = None if noise is None else _ivar(noise)[placed][order]
    if ivar is None or not ivar.any():
        ivar = estimated_ivar(flux)
    increasing = wavelength[placed][order]
    return Spectrum(
        identifier=identifier,
        wavelength=air_to_vacuum(increasing) if medium == "air" else increasing,
        flux=flux,
        ivar=np.where(np.isfinite(flux), ivar, 0.0),
    )


def _order(wavelength: Pixels) -> slice:
    """How to take the pixels so that wavelengths increase."""
    if (wrong := int((wavelength <= 0).sum())) > 0:
        raise LoaderError(
            f"expected wavelengths above 0, got {wrong} of {wavelength.size} that are not. "
            "Cut them off, or correct the column or unit."
        )
    turn = -1 if wavelength[-1] < wavelength[0] else 1
    steps = np.diff(wavelength[::turn])
    if (same := int(wavelength.size - np.unique(wavelength).size)) > 0:
        raise LoaderError(
            f"expected each wavelength once, got {same} of {wavelength.size} that are "
            "there already. Average or leave out what was written twice."
        )
    if (back := int((steps < 0).sum())) > 0:
        raise LoaderError(
            f"expected wavelengths that increase or decrease throughout, got {back} that "
            f"turn back among {wavelength.size}. Sort the pixels, or join the orders."
        )
    return slice(None, None, turn)


def _ivar(noise: Noise) -> Pixels:
    values = np.where(noise.values == SENTINEL, np.nan, noise.values)
    if (negative := int((values < 0).sum())) > 0:
        raise LoaderError(
            f"{noise.name}: expected an {noise.kind} that is never negative, got "
            f"{negative} of {values.size} that are. Correct the column, or leave it out."
        )
    power = {"error": -2, "variance": -1, "ivar": 1}[noise.kind]
    with np.errstate(all="ignore"):
        ivar = values**power
    return np.where(np.isfinite(ivar), ivar, 0.0)
