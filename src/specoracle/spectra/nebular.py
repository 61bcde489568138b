"""Narrow lines of ionised gas around Hα: a nebula before, around or behind the star.

Gas of low density shows [N II] and [S II] beside Hα, all at one velocity and as narrow as
the spectrograph makes them; the envelope of an emission-line star does not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.spectra.lines import NEBULAR_LINES
from specoracle.spectra.matched_filter import LIGHT, REACH, RESOLUTION, Filters, Lines

Pixels = npt.NDArray[np.float64]

VELOCITIES = np.arange(-300.0, 301.0, 25.0)
"""Velocities to try [km/s]: gas of the Galaxy; the step is a third of a line's σ."""

NITROGEN_RATIO = 3.05
"""[N II] 6585 / [N II] 6550, set by atomic physics: Storey & Zeippen (2000), MNRAS 312,
813."""

WIDER = 2.0
"""How much wider the lines are that narrow ones are compared with."""

_HALPHA, _N6585, _N6550, _S6718, _S6733 = range(len(NEBULAR_LINES))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nebular:
    """Nebular lines of some spectra at their common velocity.

    Attributes
    ----------
    significance
        The least of Hα, the [N II] doublet and the [S II] doublet over their standard
        deviations, shape ``(n_spectra,)``. A doublet counts by what is inside the
        window; without any pixel on [S II], Hα and [N II] decide. NaN where Hα or
        [N II] cannot be fitted.
    velocity
        Heliocentric, shape ``(n_spectra,)`` [km/s], of the forbidden lines; NaN where
        they have no peak inside `VELOCITIES`.
    narrow
        Whether Hα is fitted better by a line as narrow as the spectrograph makes it than
        by one `WIDER`, shape ``(n_spectra,)``.
    strength, error
        Flux of each line of `NEBULAR_LINES` and its standard deviation, shape
        ``(n_spectra, 5)`` [flux unit · Angstrom]; NaN outside the window.
    """

    significance: Pixels
    velocity: Pixels
    narrow: npt.NDArray[np.bool_]
    strength: Pixels
    error: Pixels

    @property
    def nitrogen_ratio(self) -> Pixels:
        """[N II] 6585 / Hα, dimensionless, shape ``(n_spectra,)``."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.strength[:, _N6585] / self.strength[:, _HALPHA]


def measure_nebular(
    flux: Pixels,
    ivar: Pixels,
    wavelength: Pixels,
    *,
    scale: Pixels,
    resolution: float = RESOLUTION,
) -> Nebular:
    """Fit the nebular lines at the velocity where the forbidden ones stand out most.

    Not Hα, whose place the star's own line shifts.

    Parameters
    ----------
    flux, ivar
        Observed pixels, shape ``(n_spectra, n_pixels)`` [flux unit; its inverse square].
    wavelength
        Vacuum wavelength, heliocentric, shape ``(n_pixels,)`` [Angstrom].
    scale
        What `specoracle.spectra.matched_filter.noise_scale` says of each, shape
        ``(n_spectra,)``; standard deviations are those of ivar times this, so that the
        weak lines of a cool star are no nebula.
    resolution
        λ / FWHM of the spectra.
    """
    lines = _fit(flux, ivar, Filters(wavelength, _centres(), resolution))
    gain = (np.clip(lines.significance[:, _N6585:], 0.0, None) ** 2).sum(axis=1)
    every, place = np.arange(len(flux)), gain.argmax(axis=1)
    strength, inverse = lines.strength[every, :, place], lines.ivar[every, :, place]
    known = inverse > 0
    with np.errstate(divide="ignore", over="ignore"):
        error = np.where(known, scale[:, None] / np.sqrt(inverse), np.nan)
    wide = _wide_halpha(flux, ivar, wavelength, resolution)
    return Nebular(
        significance=_least(strength, error),
        velocity=_peak(gain, place),
        narrow=(lines.significance[:, _HALPHA] > wide)[every, place],
        strength=np.where(known, strength, np.nan),
        error=error,
    )


def _centres() -> Pixels:
    """Wavelength of each line at each velocity, line by line [Angstrom]."""
    return np.outer(list(NEBULAR_LINES.values()), 1 + VELOCITIES / LIGHT).ravel()


def _fit(flux: Pixels, ivar: Pixels, filters: Filters) -> Lines:
    """Fit, and give lines and velocities axes of their own."""
    shape = (len(flux), len(NEBULAR_LINES), VELOCITIES.size)
    return Lines(*(values.reshape(shape) for values in filters.fit(flux, ivar)))


def _peak(gain: Pixels, place: npt.NDArray[np.intp]) -> Pixels:
    """Velocity at the top of the parabola through the best three [km/s]."""
    inside = (place > 0) & (place < VELOCITIES.size - 1)
    middle = np.where(inside, place, 1)
    every = np.arange(len(gain))
    before, top, after = (gain[every, middle + shift] for shift in (-1, 0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = (before - after) / 2 / (before - 2 * top + after)
    step = VELOCITIES[1] - VELOCITIES[0]
    return np.where(inside & (top > 0), VELOCITIES[middle] + shift * step, np.nan)


def _wide_halpha(
    flux: Pixels, ivar: Pixels, wavelength: Pixels, resolution: float
) -> Pixels:
    """Significance of a wide Hα at each velocity, on the pixels of the narrow one."""
    centres = _centres()[: VELOCITIES.size]
    filters = Filters(wavelength, centres, resolution / WIDER, REACH / WIDER)
    return filters.fit(flux, ivar).significance


def _least(strength: Pixels, error: Pixels) -> Pixels:
    nitrogen = _combined(
        strength[:, [_N6585, _N6550]],
        error[:, [_N6585, _N6550]],
        np.array([1.0, 1 / NITROGEN_RATIO]),
    )
    sulphur = _combined(
        strength[:, [_S6718, _S6733]], error[:, [_S6718, _S6733]], np.ones(2)
    )
    halpha = strength[:, _HALPHA] / error[:, _HALPHA]
    return np.minimum(np.fmin(nitrogen, sulphur), halpha) + 0 * nitrogen


def _combined(strength: Pixels, error: Pixels, shares: Pixels) -> Pixels:
    """Significance of lines with known ratios; NaN where none can be fitted."""
    with np.errstate(all="ignore"):
        weight = np.nan_to_num(error**-2.0)
        total = (shares * weight * np.nan_to_num(strength)).sum(axis=1)
        known = (shares**2 * weight).sum(axis=1)
        return np.where(known > 0, total / np.sqrt(known), np.nan)
