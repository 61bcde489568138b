"""The pixels of a spectrum that a recipe needs; once cut out, its file can be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from specoracle.errors import RecipeError
from specoracle.recipes.block import Pixels
from specoracle.recipes.step import Need
from specoracle.spectra.kept import Kept
from specoracle.spectra.spectrum import Spectrum


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
