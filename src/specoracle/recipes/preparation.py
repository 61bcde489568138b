"""From observed spectra to rows on a common grid, many at once.

Cuts on the same wavelengths are prepared together: numpy takes little longer for 256 rows
than for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Pixels
from specoracle.recipes.step import Step
from specoracle.recipes.window import Cut, Window
from specoracle.spectra.quality import Measures, Quality, measure


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
