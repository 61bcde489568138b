"""What is left of the night sky's lines in a spectrum it was subtracted from.

The lines stand still over the observatory; spectra are on a heliocentric scale, where
they move by up to 30 km/s. All lines of a spectrum are left in the same proportion, so
they are looked for together. Lines within 12 Å of Hα are left out: there the star's own
line would be taken for them.
"""

import numpy as np
import numpy.typing as npt

from specoracle.spectra.lines import NEBULAR_LINES
from specoracle.spectra.matched_filter import LIGHT, RESOLUTION, Filters

Pixels = npt.NDArray[np.float64]

SKY_LINES = {
    6302.05: 9.1,
    6365.54: 2.7,
    6500.52: 1.5,
    6506.79: 0.5,
    6534.85: 1.2,
    6579.10: 1.0,
    6605.96: 0.5,
    6636.06: 0.25,
}
"""Vacuum wavelength [Angstrom] of [O I] and of OH 6-1 around Hα, and their height.

Wavelengths are those of Osterbrock et al. (1996), PASP 108, 277, converted from air, the
mean of both where a Λ-doublet is blended (6579.10, 6605.96, 6636.06); Hanuschik (2003),
A&A 407, 1157, shows the spectrum. Heights are over the sky's continuum, in units of it,
in the median of 36 sky spectra of SDSS; they serve as weights.
"""

SHIFTS = np.array([-30.0, -15.0, 0.0, 15.0, 30.0])
"""Shifts to try [km/s], up to the speed of the Earth around the Sun."""

_REACH = 1.9
"""Half the width of a fit in FWHM: short of Hα and of [N II] beside a line of the sky."""

_GUARD = 4.0
"""Distance from nebular lines within which pixels take no part [Angstrom]."""


def sky_residual(
    flux: Pixels,
    ivar: Pixels,
    wavelength: Pixels,
    *,
    scale: Pixels,
    resolution: float = RESOLUTION,
) -> Pixels:
    """Significance of what is left of the sky's lines, or was taken too much of them.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)`` [flux unit; its inverse square].
    wavelength
        Vacuum wavelength, heliocentric, shape ``(n_pixels,)`` [Angstrom].
    scale
        What `specoracle.spectra.matched_filter.noise_scale` says of each, shape
        ``(n_spectra,)``.
    resolution
        λ / FWHM of the spectra.

    Returns
    -------
    Pixels
        Shape ``(n_spectra,)``: positive for lines in emission, negative where too much
        was subtracted, at the shift where it is largest; NaN where no line of the sky
        can be fitted.

    Notes
    -----
    The lines' fluxes are s · h with the heights h of `SKY_LINES`, and what is returned
    is the weighted least-squares s over its standard deviation.
    """
    weights = np.where(_beside_nebula(wavelength), 0.0, ivar)
    centres = np.outer(1 + SHIFTS / LIGHT, list(SKY_LINES))
    heights = np.tile(list(SKY_LINES.values()), SHIFTS.size)
    fitted = Filters(wavelength, centres.ravel(), resolution, _REACH).fit(flux, weights)
    shape = (len(flux), *centres.shape)
    with np.errstate(over="ignore"):
        total = (heights * fitted.strength * fitted.ivar).reshape(shape).sum(axis=2)
        known = (heights**2 * fitted.ivar).reshape(shape).sum(axis=2)
    return _largest(total, known) / scale


def _beside_nebula(wavelength: Pixels) -> npt.NDArray[np.bool_]:
    forbidden = np.array([x for name, x in NEBULAR_LINES.items() if name != "Hα"])
    return (np.abs(wavelength[:, None] - forbidden) < _GUARD).any(axis=1)


def _largest(total: Pixels, known: Pixels) -> Pixels:
    with np.errstate(all="ignore"):
        significance = np.where(known > 0, total / np.sqrt(known), 0.0)
    place = np.abs(significance).argmax(axis=1, keepdims=True)
    largest = np.take_along_axis(significance, place, axis=1)[:, 0]
    return np.where((known > 0).any(axis=1), largest, np.nan)
