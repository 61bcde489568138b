"""From observed spectra to rows on a common grid, many at once.

Of each spectrum the pixels that matter are cut out first. Cuts on the same wavelengths
are then prepared together: numpy takes little longer for 256 rows than for one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Pixels
from specoracle.recipes.step import Need, Step
from specoracle.spectra.kept import Kept
from specoracle.spectra.quality import Measures, Quality, measure
from specoracle.spectra.spectrum import Spectrum


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Spectra on the grid of a recipe.

    Attributes
    ----------
    flux
        Prepared flux, shape ``(n_spectra, n_pixels)``.
    ivar
        Its inverse variance, same shape; 0 = unusable.
    offset, gain
        Undo the scaling: observed flux = offset + gain · prepared flux; ``(n_spectra,)``.
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


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The part of a spectrum that a recipe needs.

    Attributes
    ----------
    wavelength
        Of its pixels, shape ``(n_window,)``, read-only [Angstrom]; spectra on the same
        wavelengths bit by bit share the window.
    inner
        Those of them between which the grid lies, whose quality is measured.
    redshift
        0 unless the recipe asks for it.
    """

    wavelength: Pixels
    inner: slice
    redshift: float


class Cut(NamedTuple):
    """What a recipe needs of one spectrum; the file it came from can be forgotten.

    Attributes
    ----------
    window
        Which pixels.
    observed
        Flux and ivar as observed, shape ``(2, n_window)``.
    """

    window: Window
    observed: Pixels


class Windows:
    """Where the window of a recipe falls on spectra; worked out once for each wavelengths.

    Parameters
    ----------
    name
        Of the recipe, for what is refused.
    need
        What the recipe needs of a spectrum at a redshift.
    """

    def __init__(self, name: str, need: Callable[[float], Need]) -> None:
        self._name = name
        self._need = need
        self._known: Kept[tuple[slice, Window]] = Kept(64)

    def cut(self, spectrum: Spectrum, redshift: float) -> Cut:
        """Cut the window out of a spectrum."""
        found = None if redshift else self._known.get(spectrum.wavelength)
        if found is None:
            found = self._look(spectrum, redshift)
            if not redshift:
                self._known.put(spectrum.wavelength, value=found)
        pixels, window = found
        cut = np.empty((2, pixels.stop - pixels.start))
        cut[0], cut[1] = spectrum.flux[pixels], spectrum.ivar[pixels]
        return Cut(window, cut)

    def _look(self, spectrum: Spectrum, redshift: float) -> tuple[slice, Window]:
        need, wavelength = self._need(redshift), spectrum.wavelength
        self._refuse_short(spectrum, need)
        first, last = _between(wavelength, need.start, need.stop)
        low, high = _margin(wavelength, first, last, need)
        pixels = slice(low, high + 1)
        inner = slice(first - pixels.start, last + 1 - pixels.start)
        observed = wavelength[pixels].tobytes()
        return pixels, _window(observed, inner.start, inner.stop, redshift)

    def _refuse_short(self, spectrum: Spectrum, need: Need) -> None:
        seen = spectrum.wavelength
        first = int(np.searchsorted(seen, need.low))
        last = int(np.searchsorted(seen, need.high, side="right")) - 1
        low, high = float(seen[min(first, seen.size - 1)]), float(seen[max(last, 0)])
        reached = min(high, need.stop) - max(low, need.start)
        if not reached >= need.least * (need.stop - need.start) or reached <= 0:
            share = "" if need.least == 1 else f"{need.least:.0%} of "
            raise RecipeError(
                f"{spectrum.identifier}: expected a spectrum that covers {share}"
                f"{need.start:g}–{need.stop:g} Å (recipe {self._name}), got "
                f"{low:.1f}–{high:.1f} Å. Use a recipe with a narrower window."
            )


def _between(wavelength: Pixels, start: float, stop: float) -> tuple[int, int]:
    """Pixel at or before ``start``, and the one behind ``stop``; both exist."""
    places = np.searchsorted(wavelength, [start, stop], side="right")
    left, right = (np.clip(places, 1, wavelength.size - 1) - 1).tolist()
    return left, right + 1


def _margin(wavelength: Pixels, first: int, last: int, need: Need) -> tuple[int, int]:
    """Outermost pixels that are needed: pixels and lengths beyond, in either order."""
    end = wavelength.size - 1
    low, high = max(first - need.pixels, 0), min(last + need.pixels, end)
    places = [(first, last, need.pixels), (low, high, 0)]
    for left, right, pixels in places:
        start, stop = wavelength[left] - need.beyond, wavelength[right] + need.beyond
        before, behind = _between(wavelength, start, stop)
        low, high = min(low, before - pixels), max(high, behind + pixels)
    return max(low, 0), min(high, end)


@lru_cache(maxsize=256)
def _window(wavelength: bytes, first: int, stop: int, redshift: float) -> Window:
    return Window(np.frombuffer(wavelength), slice(first, stop), redshift)


def prepare(cuts: Sequence[Cut], steps: Sequence[Step], n_pixels: int) -> Prepared:
    """Take spectra through the steps of a recipe, and measure their quality.

    Parameters
    ----------
    cuts
        Any number of spectra, cut out by one recipe.
    steps
        Of the recipe.
    n_pixels
        Number of pixels of its grid.
    """
    groups: dict[Window, list[int]] = {}
    for place, each in enumerate(cuts):
        groups.setdefault(each.window, []).append(place)
    if not groups:
        return _none(n_pixels)
    parts = [
        _prepare(window, [cuts[i] for i in places], steps, n_pixels)
        for window, places in groups.items()
    ]
    if len(parts) == 1:
        return parts[0]
    return _in_order(parts, np.argsort(np.concatenate(list(groups.values()))))


def blocks(cuts: Sequence[Cut], steps: Sequence[Step]) -> Iterator[Block]:
    """Yield spectra of one window as observed, and after each step.

    Raises
    ------
    RecipeError
        If a step returns other spectra than it was given, or arrays that do not fit.
    """
    window = cuts[0].window
    observed = np.array([each.observed for each in cuts])
    flux, ivar = observed[:, 0], observed[:, 1]
    # Whoever is infinitely sure, or says nothing, knows nothing.
    certain = np.isfinite(ivar)
    if not certain.all():
        ivar[~certain] = 0.0
    block = Block.observed(window.wavelength, flux, ivar, redshift=window.redshift)
    yield block
    for number, step in enumerate(steps, start=1):
        after = step.apply(block)
        shape = (len(block.flux), after.wavelength.size)
        if after.flux.shape != shape or after.ivar.shape != shape:
            raise RecipeError(
                f"Step {number}, {step.do}: expected flux and ivar of shape {shape}, a row "
                f"a spectrum and a column a wavelength, got {after.flux.shape} and "
                f"{after.ivar.shape}. Correct the step."
            )
        block = after
        yield block


def _prepare(
    window: Window, cuts: Sequence[Cut], steps: Sequence[Step], n_pixels: int
) -> Prepared:
    done = blocks(cuts, steps)
    first = block = next(done)
    inner = window.inner
    measures = measure(first.flux[:, inner], first.ivar[:, inner], window.wavelength[inner])
    for block in done:  # noqa: B007
        pass
    if block.wavelength.size != n_pixels:
        raise RecipeError(
            f"Recipe: expected the {n_pixels} pixels of the step resample at the end, got "
            f"{block.wavelength.size}. Put steps that change wavelengths before it."
        )
    return _finished(block.judged(), measures)


_LARGEST, _TINY = np.finfo(np.float32).max, np.finfo(np.float32).tiny
"""Damaged files hold numbers that would overflow, or become 0."""


def _finished(block: Block, measures: Measures) -> Prepared:
    assert block.quality is not None
    absurd = (block.quality & Quality.NOT_FINITE > 0)[:, None]
    # What spectra do not reach may still be NaN, and stands in the middle now.
    finite = np.isfinite(block.flux)
    flux = np.where(absurd | ~finite, 0.0, block.flux)
    good = finite & (block.ivar > 0)
    if block.outside is not None:
        good &= ~block.outside
    # What is usable must not look unusable, however small.
    ivar = np.minimum(np.maximum(block.ivar, _TINY), _LARGEST)
    if not good.all():
        ivar = np.where(good, ivar, 0.0)
    with np.errstate(under="ignore"):
        return Prepared(
            flux=np.clip(flux, -_LARGEST, _LARGEST).astype(np.float32),
            ivar=ivar.astype(np.float32),
            offset=block.offset,
            gain=block.gain,
            quality=block.quality,
            bad_share=measures.bad_share,
            snr=measures.snr,
            gap=measures.gap,
            cosmics=measures.cosmics,
        )


def _none(n_pixels: int) -> Prepared:
    wavelength = np.arange(1.0, n_pixels + 1)
    rows = np.zeros((0, n_pixels))
    none = Block.observed(wavelength, rows, rows)
    return _finished(
        replace(none, quality=np.zeros(0, np.uint8)), measure(rows, rows, wavelength)
    )


def _in_order(parts: Sequence[Prepared], order: npt.NDArray[np.intp]) -> Prepared:
    return Prepared(
        **{
            column.name: np.concatenate([getattr(part, column.name) for part in parts])[
                order
            ]
            for column in fields(Prepared)
        }
    )
