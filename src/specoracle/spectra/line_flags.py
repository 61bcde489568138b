"""What makes an emission line at Hα suspect: the sky, a nebula, or a cosmic hit.

Measures of observed pixels in a window around Hα, and the flags that follow from them.
"""

from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError
from specoracle.spectra.lines import HALPHA
from specoracle.spectra.matched_filter import RESOLUTION, noise_scale
from specoracle.spectra.nebular import Nebular, measure_nebular
from specoracle.spectra.quality import spikes
from specoracle.spectra.sky_lines import sky_residual

Pixels = npt.NDArray[np.float64]

SKY_SIGMA = 5.0
"""Significance from which a residual of the sky's lines counts."""

NEBULAR_SIGMA = 4.0
"""Significance that Hα, [N II] and [S II] must all have; noise alone does not get beyond
3 in 200,000 spectra."""

COSMIC_REACH = 5.0
"""Distance from Hα within which a cosmic hit may be taken for the line [Angstrom]."""


class LineFlag(IntFlag):
    """Why an emission line at Hα may not be the star's; 0 where nothing speaks against."""

    SKY_RESIDUAL = 1
    """Lines of the night sky are left over, or were subtracted too much."""
    NEBULAR = 2
    """[N II] and [S II] stand beside a narrow Hα, at its velocity."""
    COSMIC_AT_LINE = 4
    """A cosmic hit lies on Hα."""
    NEBULAR_SHARED = 8
    """NEBULAR, and neighbouring fibres show it at the same velocity."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineMeasures:
    """Measures around Hα, each of shape ``(n_spectra,)``.

    Attributes
    ----------
    sky_residual
        See `specoracle.spectra.sky_lines.sky_residual`.
    nebular
        See `specoracle.spectra.nebular.Nebular`.
    cosmic_at_line
        Whether there is a cosmic hit within `COSMIC_REACH` of Hα.
    """

    sky_residual: Pixels
    nebular: Nebular
    cosmic_at_line: npt.NDArray[np.bool_]

    @property
    def flags(self) -> npt.NDArray[np.uint8]:
        """`LineFlag` of each; NEBULAR_SHARED needs the neighbours and is not set here."""
        gas = self.nebular
        is_nebular = (gas.significance >= NEBULAR_SIGMA) & gas.narrow
        is_nebular &= np.isfinite(gas.velocity)
        flags = np.where(np.abs(self.sky_residual) >= SKY_SIGMA, LineFlag.SKY_RESIDUAL, 0)
        flags |= np.where(is_nebular, LineFlag.NEBULAR, 0)
        flags |= np.where(self.cosmic_at_line, LineFlag.COSMIC_AT_LINE, 0)
        return flags.astype(np.uint8)


def measure_lines(
    flux: Pixels, ivar: Pixels, wavelength: Pixels, *, resolution: float = RESOLUTION
) -> LineMeasures:
    """Measure spectra that share their wavelengths.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)`` [flux unit; its inverse square].
    wavelength
        Vacuum wavelength, heliocentric, shape ``(n_pixels,)`` [Angstrom].
    resolution
        λ / FWHM of the spectra.

    Raises
    ------
    SpectrumError
        If there are no pixels around Hα, or too few to tell narrow lines.
    """
    check_window(wavelength, resolution)
    scale = noise_scale(flux, ivar, wavelength, resolution)
    return LineMeasures(
        sky_residual=sky_residual(
            flux, ivar, wavelength, scale=scale, resolution=resolution
        ),
        nebular=measure_nebular(flux, ivar, wavelength, scale=scale, resolution=resolution),
        cosmic_at_line=_has_cosmic(flux, ivar, wavelength),
    )


def check_window(wavelength: Pixels, resolution: float = RESOLUTION) -> None:
    """Check that narrow lines around Hα can be told on a wavelength axis [Angstrom].

    Raises
    ------
    SpectrumError
        If it does not hold 6540–6600 Å, or has less than two pixels a FWHM there.
    """
    low, high = 6540.0, 6600.0
    near = wavelength[(wavelength >= low) & (wavelength <= high)]
    if wavelength[0] > low or wavelength[-1] < high:
        raise SpectrumError(
            f"Lines around Hα: expected wavelengths that hold {low:g}–{high:g} Å, got "
            f"{wavelength[0]:.1f}–{wavelength[-1]:.1f} Å. Use a recipe such as halpha."
        )
    finest = HALPHA / resolution / 2
    step = float(np.diff(near).max()) if near.size > 1 else high - low
    if step > finest:
        raise SpectrumError(
            f"Lines around Hα: expected pixels of at most {finest:.2f} Å, half the width "
            f"of a line at a resolution of {resolution:g}, got {step:.2f} Å. Use a recipe "
            "such as halpha."
        )


def _has_cosmic(flux: Pixels, ivar: Pixels, wavelength: Pixels) -> npt.NDArray[np.bool_]:
    with np.errstate(over="ignore", under="ignore"):
        hits = spikes(flux.astype(np.float32), ivar.astype(np.float32))
    on_line = np.abs(wavelength - HALPHA) <= COSMIC_REACH
    return np.asarray(hits[:, on_line].any(axis=1))
