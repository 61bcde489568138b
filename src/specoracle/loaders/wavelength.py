"""Wavelengths that many files share, kept once.

Files of one survey mostly hold the same wavelengths bit by bit. Whoever gets the same
array again need not check or convert it again.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

N_KEPT = 32

_kept: list[tuple[str, bytes, Pixels]] = []
"""Type and bytes as stored, and the wavelengths they stand for; used last comes first."""


def as_stored(values: npt.NDArray[np.floating]) -> Pixels:
    """Return stored wavelengths [Angstrom] as float64, read-only, shape ``(n_pixels,)``.

    The same array is returned again for the same bits.
    """
    raw, kind = values.tobytes(), values.dtype.str
    for place, (known_kind, known, wavelength) in enumerate(_kept):
        if known == raw and known_kind == kind:
            if place:
                _kept.insert(0, _kept.pop(place))
            return wavelength
    wavelength = _read_only(values)
    _kept.insert(0, (kind, raw, wavelength))
    del _kept[N_KEPT:]
    return wavelength


@lru_cache(maxsize=N_KEPT)
def log_linear(start: float, step: float, n_pixels: int) -> Pixels:
    """Return 10^(start + step · i) [Angstrom], read-only, shape ``(n_pixels,)``."""
    return _read_only(10 ** (start + step * np.arange(n_pixels)))


def _read_only(values: npt.NDArray[np.floating]) -> Pixels:
    wavelength = values.astype(np.float64)
    wavelength.flags.writeable = False
    return wavelength
