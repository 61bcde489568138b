"""One spectrum of the arms or orders of a spectrograph.

A stretch that no arm saw must not look like one that was observed: it begins and ends with
a pixel of ivar 0, so that whatever is interpolated across it is unusable.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import SpectrumError

Pixels = npt.NDArray[np.float64]

SAME_PIXEL = 1e-3
"""Pixels of two arms are the same pixel when they differ by less than this share of the
distance to the next."""

HOLE = 3.0
"""Distance between neighbours, in pixels, from which nothing was observed between them."""


class Arm(NamedTuple):
    """What one arm saw.

    Wavelength has the shape ``(n_pixels,)`` and increases [Angstrom]; flux and ivar have
    the same shape, or ``(n_spectra, n_pixels)`` for many spectra on these pixels.
    """

    wavelength: Pixels
    flux: Pixels
    ivar: Pixels


def join_arms(arms: Sequence[Arm]) -> Arm:
    """Join arms to one spectrum.

    Where two arms overlap on the same wavelengths they are averaged, weighted by ivar.
    Where they overlap on different ones, each is kept up to the middle of the overlap,
    because interpolation would correlate the noise of what is kept.

    Parameters
    ----------
    arms
        At least one, in any order.

    Returns
    -------
    Arm
        Flux and ivar as float64, on strictly increasing wavelengths.

    Raises
    ------
    SpectrumError
        If there is no arm, an arm has less than two pixels, or one lies inside another.

    References
    ----------
    The mean with weights 1/σ² has the variance 1/Σ(1/σ²): Bevington & Robinson (2003),
    Data Reduction and Error Analysis, equations 4.17 and 4.19.

    Examples
    --------
    >>> blue = Arm(np.array([1.0, 2.0, 3.0]), np.ones(3), np.full(3, 2.0))
    >>> red = Arm(np.array([3.0, 4.0, 5.0]), np.full(3, 4.0), np.full(3, 1.0))
    >>> join_arms([red, blue]).flux
    array([1., 1., 2., 4., 4.])
    """
    if not arms or any(arm.wavelength.size < 2 for arm in arms):
        raise SpectrumError(
            f"Arms: expected at least one, of two pixels or more each, got "
            f"{[arm.wavelength.size for arm in arms]} pixels. Leave out what is empty."
        )
    ordered = sorted(arms, key=lambda arm: float(arm.wavelength[0]))
    joined = Arm(*(np.asarray(values, np.float64) for values in ordered[0]))
    for arm in ordered[1:]:
        joined = _join(joined, Arm(*(np.asarray(values, np.float64) for values in arm)))
    return joined


def _join(left: Arm, right: Arm) -> Arm:
    if right.wavelength[-1] <= left.wavelength[-1]:
        raise SpectrumError(
            f"Arms: expected none inside another, got {right.wavelength[0]:.1f}–"
            f"{right.wavelength[-1]:.1f} Å inside {left.wavelength[0]:.1f}–"
            f"{left.wavelength[-1]:.1f} Å. Choose one of the two."
        )
    if right.wavelength[0] > left.wavelength[-1]:
        return _chain(left, right)
    return _averaged(left, right) or _halved(left, right)


def _chain(left: Arm, right: Arm) -> Arm:
    """Put them one behind the other, and mark the hole between them, if there is one."""
    before, after = _last_step(left), float(np.diff(right.wavelength[:2])[0])
    first, last = float(left.wavelength[-1]) + before, float(right.wavelength[0]) - after
    if last - first < (HOLE - 2) * max(before, after):
        return _concatenated(left, right)
    ends = np.stack([left.flux[..., -1], right.flux[..., 0]], axis=-1)
    hole = Arm(np.array([first, last]), ends, np.zeros_like(ends))
    return _concatenated(left, hole, right)


def _averaged(left: Arm, right: Arm) -> Arm | None:
    """Average the overlap; ``None`` where the pixels of the two are not the same."""
    start = int(np.searchsorted(left.wavelength, right.wavelength[0] - _near(left)))
    n_shared = left.wavelength.size - start
    if n_shared > right.wavelength.size:
        return None
    apart = np.abs(left.wavelength[start:] - right.wavelength[:n_shared])
    if np.any(apart > _near(left)):
        return None
    weight = np.stack([left.ivar[..., start:], right.ivar[..., :n_shared]])
    flux = np.stack([left.flux[..., start:], right.flux[..., :n_shared]])
    weight = np.where((weight > 0) & np.isfinite(flux), weight, 0.0)
    total = weight.sum(axis=0)
    mean = np.where(weight > 0, flux, 0.0) * weight
    shared = np.where(
        total > 0, mean.sum(axis=0) / np.where(total > 0, total, 1), flux.mean(axis=0)
    )
    return _concatenated(
        Arm(*(values[..., :start] for values in left)),
        Arm(left.wavelength[start:], shared, total),
        Arm(*(values[..., n_shared:] for values in right)),
    )


def _halved(left: Arm, right: Arm) -> Arm:
    middle = (float(left.wavelength[-1]) + float(right.wavelength[0])) / 2
    keep_left, keep_right = left.wavelength < middle, right.wavelength >= middle
    return _concatenated(
        Arm(*(values[..., keep_left] for values in left)),
        Arm(*(values[..., keep_right] for values in right)),
    )


def _near(arm: Arm) -> float:
    return SAME_PIXEL * _last_step(arm)


def _last_step(arm: Arm) -> float:
    return float(arm.wavelength[-1] - arm.wavelength[-2])


def _concatenated(*arms: Arm) -> Arm:
    return Arm(*(np.concatenate(values, axis=-1) for values in zip(*arms, strict=True)))
