"""From observed spectra to scaled rows on a common grid, many at once.

Of each spectrum the pixels that matter are cut out first. Cuts on the same wavelengths
are then prepared together: numpy takes little longer for 256 rows than for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.spectra.quality import Measures, Quality, measure
from specoracle.spectra.resampling import Plan, bridge, interpolate_all, window_on
from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Spectra on the grid of a recipe.

    Attributes
    ----------
    flux
        Scaled flux, shape ``(n_spectra, n_pixels)``, dimensionless, from -1 to 1.
    ivar
        Inverse variance of the scaled flux, same shape; 0 = unusable.
    offset, gain
        Undo the scaling: observed flux = offset + gain · scaled flux; ``(n_spectra,)``.
    quality
        `specoracle.spectra.quality.Quality` of each, 0 when nothing is wrong.
    bad_share, snr, gap, cosmics
        See `specoracle.spectra.quality.Measures`; shape ``(n_spectra,)`` each.
    """

    flux: npt.NDArray[np.float32]
    ivar: npt.NDArray[np.float32]
    offset: Pixels
    gain: Pixels
    quality: npt.NDArray[np.uint8]
    bad_share: npt.NDArray[np.float32]
    snr: npt.NDArray[np.float32]
    gap: npt.NDArray[np.float32]
    cosmics: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.flux)


class Cut(NamedTuple):
    """What a grid needs of one spectrum; the file it came from can be forgotten.

    Attributes
    ----------
    plan
        How the grid falls on the pixels.
    observed
        Flux and ivar as observed, shape ``(2, n_window)``.
    source
        Flux and ivar to interpolate; another array where bad pixels were bridged.
    """

    plan: Plan
    observed: Pixels
    source: Pixels


def cut(spectrum: Spectrum, grid: Pixels, *, bridging: bool) -> Cut:
    """Cut out of a spectrum what is needed to prepare it.

    Parameters
    ----------
    spectrum
        A spectrum that covers the grid.
    grid
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    bridging
        Whether unusable pixels are first replaced by a straight line.
    """
    window = window_on(spectrum.wavelength, grid)
    observed = _cut(spectrum, window.pixels)
    bridged = bridge(spectrum) if bridging else spectrum
    source = observed if bridged is spectrum else _cut(bridged, window.pixels)
    return Cut(window.plan, observed, source)


def _cut(spectrum: Spectrum, pixels: slice) -> Pixels:
    cut = np.empty((2, pixels.stop - pixels.start))
    cut[0], cut[1] = spectrum.flux[pixels], spectrum.ivar[pixels]
    return cut


def prepare(cuts: Sequence[Cut], n_pixels: int) -> Prepared:
    """Resample to the grid, scale each spectrum to [-1, 1], and measure its quality.

    Parameters
    ----------
    cuts
        What `cut` returned for any number of spectra and one grid.
    n_pixels
        Number of pixels of the grid.
    """
    groups = _sharing(cuts)
    if not groups:
        return _none(n_pixels)
    parts = [_prepare(plan, [cuts[i] for i in places]) for plan, places in groups.items()]
    if len(parts) == 1:
        return parts[0]
    return _in_order(parts, np.argsort(np.concatenate(list(groups.values()))))


def _sharing(cuts: Sequence[Cut]) -> dict[Plan, list[int]]:
    """Places of the cuts of each plan."""
    groups: dict[Plan, list[int]] = {}
    for place, each in enumerate(cuts):
        groups.setdefault(each.plan, []).append(place)
    return groups


def _none(n_pixels: int) -> Prepared:
    rows = np.zeros((0, n_pixels))
    return _scaled(rows, rows, measure(rows, rows, np.arange(1.0, n_pixels + 1)))


def _in_order(parts: Sequence[Prepared], order: npt.NDArray[np.intp]) -> Prepared:
    return Prepared(
        **{
            column.name: np.concatenate([getattr(part, column.name) for part in parts])[
                order
            ]
            for column in fields(Prepared)
        }
    )


def _prepare(plan: Plan, cuts: Sequence[Cut]) -> Prepared:
    observed = np.array([each.observed for each in cuts])
    bridged = any(each.source is not each.observed for each in cuts)
    source = np.array([each.source for each in cuts]) if bridged else observed
    measures = measure(observed[:, 0], observed[:, 1], plan.observed)
    return _scaled(*interpolate_all(source[:, 0], source[:, 1], plan), measures)


_LARGEST = np.finfo(np.float32).max
"""Damaged files hold fluxes whose ivar, once scaled, would overflow."""


def _scaled(flux: Pixels, ivar: Pixels, measures: Measures) -> Prepared:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        finite: Mask = np.asarray(np.isfinite(flux).all(axis=1))
        low = np.where(finite, flux.min(axis=1), 0.0)
        high = np.where(finite, flux.max(axis=1), 0.0)
        half = high / 2 - low / 2
        scalable = finite & (half != 0) & np.isfinite(half)
        gain = np.where(scalable, half, 1.0)
        span = np.where(scalable, high - low, 1.0)
        scaled = np.where(scalable[:, None], _minmax(flux, low, span), 0.0)
        return Prepared(
            flux=scaled.astype(np.float32),
            ivar=np.minimum(ivar * gain[:, None] * gain[:, None], _LARGEST).astype(
                np.float32
            ),
            offset=np.where(scalable, low / 2 + high / 2, low),
            gain=gain,
            quality=_quality(ivar, finite, scalable),
            bad_share=measures.bad_share,
            snr=measures.snr,
            gap=measures.gap,
            cosmics=measures.cosmics,
        )


def _minmax(flux: Pixels, low: Pixels, span: Pixels) -> Pixels:
    """Scale to [-1, 1] in the operations of scikit-learn's ``minmax_scale``.

    The order of the roundings is kept so that archives equal the predecessor's bit by
    bit: x · s + (-1 - min · s) with s = 2 / (max - min).
    """
    factor = 2.0 / span
    return flux * factor[:, None] + (-1.0 - low * factor)[:, None]


def _quality(ivar: Pixels, finite: Mask, scalable: Mask) -> npt.NDArray[np.uint8]:
    flags = np.where((ivar > 0).any(axis=1), 0, Quality.NO_GOOD_PIXEL)
    flags |= np.where(finite, 0, Quality.NOT_FINITE)
    flags |= np.where(finite & ~scalable, Quality.CONSTANT, 0)
    return flags.astype(np.uint8)
