"""A step that scales each spectrum by itself, and remembers how to undo it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Flags, Mask, Pixels
from specoracle.recipes.step import Local
from specoracle.spectra.quality import FLAT, Quality

MAD_TO_SIGMA = 1.482602218505602
"""Standard deviation of a normal distribution over its median absolute deviation."""


class Scaling(NamedTuple):
    """Scaled flux, shape ``(n_spectra, n_pixels)``, and flux = offset + gain · scaled."""

    flux: Pixels
    offset: Pixels
    gain: Pixels


def minmax(flux: Pixels, good: Mask) -> Scaling:  # noqa: ARG001
    """Bring the smallest flux to -1 and the largest to 1, unusable pixels included.

    In the operations of scikit-learn's ``minmax_scale``, so that archives equal the
    predecessor's bit by bit: x · s + (-1 - min · s) with s = 2 / (max - min).
    """
    low, high = flux.min(axis=1), flux.max(axis=1)
    factor = 2.0 / (high - low)
    scaled = flux * factor[:, None] + (-1.0 - low * factor)[:, None]
    # Beyond what numbers can hold 2 / (max - min) is 0 or infinite.
    possible = (factor > 0) & np.isfinite(factor)
    gain = np.where(possible, high / 2 - low / 2, np.nan)
    return Scaling(scaled, low / 2 + high / 2, gain)


def zscore(flux: Pixels, good: Mask) -> Scaling:
    """Subtract the mean of the usable pixels and divide by their standard deviation."""
    known = _known(flux, good)
    return _linear(flux, np.nanmean(known, axis=1), np.nanstd(known, axis=1))


def robust(flux: Pixels, good: Mask) -> Scaling:
    """Subtract the median of the usable pixels and divide by 1.4826 · MAD.

    One cosmic hit changes neither. Where more than half of the pixels are equal the
    standard deviation stands in.
    """
    known = _known(flux, good)
    middle = _median(known)
    spread = MAD_TO_SIGMA * _median(np.abs(known - middle[:, None]))
    return _linear(flux, middle, np.where(spread > 0, spread, np.nanstd(known, axis=1)))


def l2(flux: Pixels, good: Mask) -> Scaling:
    """Divide by the length of the vector of usable pixels, √Σ f²."""
    norm = np.sqrt(np.nansum(_known(flux, good) ** 2, axis=1))
    return _linear(flux, np.zeros(len(flux)), norm)


SCALINGS: dict[str, Callable[[Pixels, Mask], Scaling]] = {
    "minmax": minmax,
    "zscore": zscore,
    "robust": robust,
    "l2": l2,
}
"""Ways to scale, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Local):
    """Scale each spectrum by itself.

    A spectrum that is constant, or not finite, becomes 0 throughout and is flagged.

    Attributes
    ----------
    how
        A name in `SCALINGS`.

    Raises
    ------
    RecipeError
        If there is no such way.
    """

    do: ClassVar[str] = "scale"
    how: str

    def __post_init__(self) -> None:
        if self.how not in SCALINGS:
            raise RecipeError(
                f"Step scale: expected how to be one of {', '.join(SCALINGS)}, got "
                f"{self.how!r}. Choose one of these."
            )

    def apply(self, block: Block) -> Block:
        """Scale flux and ivar."""
        block = block.judged()
        assert block.quality is not None
        sound = block.quality & (Quality.NOT_FINITE | Quality.CONSTANT) == 0
        good, inside = block.good, block.inside
        with np.errstate(all="ignore"):  # of what is flagged
            there = _tame(block.flux[:, inside], sound)
            scaling = SCALINGS[self.how](there, good[:, inside])
            sound &= np.isfinite(scaling.gain) & np.isfinite(scaling.offset)
            sound &= scaling.gain > FLAT * np.abs(scaling.offset)
            # With the scalings before it, it has to be undone by finite numbers too.
            whole = block.gain * scaling.gain
            sound &= np.isfinite(whole) & (whole > 0)
            sound &= np.isfinite(block.offset + block.gain * scaling.offset)
            gain = np.where(sound, scaling.gain, 1.0)
            offset = np.where(sound, scaling.offset, _level(block))
            scaled = np.where(sound[:, None], scaling.flux, 0.0)
            return replace(
                block,
                flux=_put(block, scaled, offset, gain),
                ivar=block.ivar * gain[:, None] * gain[:, None],
                offset=block.offset + block.gain * offset,
                gain=block.gain * gain,
                quality=np.where(sound, block.quality, _unscaled(block.quality)),
            )


def _put(block: Block, scaled: Pixels, offset: Pixels, gain: Pixels) -> Pixels:
    """Scale what the spectra do not reach alike."""
    if block.outside is None:
        return scaled
    flux = (block.flux - offset[:, None]) / gain[:, None]
    flux[:, block.inside] = scaled
    return flux


def _tame(flux: Pixels, sound: Mask) -> Pixels:
    """Put something harmless where nothing can be scaled; numpy warns of NaN."""
    return flux if sound.all() else np.where(sound[:, None], flux, np.arange(flux.shape[1]))


def _level(block: Block) -> Pixels:
    """What a spectrum that cannot be scaled is said to be everywhere."""
    least = block.flux[:, block.inside].min(axis=1)
    return np.where(np.isfinite(least), least, 0.0)


def _unscaled(quality: Flags) -> Flags:
    bad = quality & (Quality.NOT_FINITE | Quality.CONSTANT) > 0
    return np.where(bad, quality, quality | Quality.CONSTANT).astype(np.uint8)


def _linear(flux: Pixels, offset: Pixels, gain: Pixels) -> Scaling:
    return Scaling((flux - offset[:, None]) / gain[:, None], offset, gain)


def _median(known: Pixels) -> Pixels:
    """Median of each row; NaN is left out, which takes six times as long."""
    holed = np.isnan(known).any(axis=1)
    if not holed.any():
        return np.asarray(np.median(known, axis=1))
    middle = np.empty(len(known))
    middle[~holed] = np.median(known[~holed], axis=1)
    middle[holed] = np.nanmedian(known[holed], axis=1)
    return middle


def _known(flux: Pixels, good: Mask) -> Pixels:
    """Flux of usable pixels, NaN elsewhere; of all pixels where none is usable."""
    return np.where(good | ~good.any(axis=1, keepdims=True), flux, np.nan)
