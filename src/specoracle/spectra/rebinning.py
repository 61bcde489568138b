"""Resampling that conserves flux: each new pixel is the mean of what it covers."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

Pixels = npt.NDArray[np.float64]


def pixel_edges(wavelength: Pixels) -> Pixels:
    """Return where pixels begin and end: halfway to their neighbours.

    Parameters
    ----------
    wavelength
        Of the centres, shape ``(n_pixels,)``, at least two [Angstrom].

    Returns
    -------
    Pixels
        Shape ``(n_pixels + 1,)`` [Angstrom]; the outermost pixels are as wide as the
        distance to their neighbour.

    Examples
    --------
    >>> pixel_edges(np.array([1.0, 2.0, 4.0]))
    array([0.5, 1.5, 3. , 5. ])
    """
    middle = (wavelength[1:] + wavelength[:-1]) / 2
    first = wavelength[0] - (wavelength[1] - wavelength[0]) / 2
    last = wavelength[-1] + (wavelength[-1] - wavelength[-2]) / 2
    return np.concatenate([[first], middle, [last]])


def overlaps(observed: Pixels, grid: Pixels) -> sparse.csr_array:
    """Return the share of each new pixel that lies on each observed one.

    Flux density that is averaged with these weights has the same integral over any range
    that begins and ends with a new pixel.

    Parameters
    ----------
    observed, grid
        Wavelengths of the centres, shape ``(n_pixels,)`` and ``(n_grid,)`` [Angstrom].

    Returns
    -------
    sparse.csr_array
        Shape ``(n_grid, n_pixels)``, dimensionless. A row adds up to 1 where the observed
        pixels cover all of a new one, to less where they do not.

    References
    ----------
    Carnall (2017), arXiv:1705.05165, equations 1 to 3.

    Examples
    --------
    >>> overlaps(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.5, 3.5])).toarray()
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]])
    """
    return _overlaps(observed.tobytes(), grid.tobytes())


@lru_cache(maxsize=16)
def _overlaps(observed: bytes, grid: bytes) -> sparse.csr_array:
    old, new = (pixel_edges(np.frombuffer(values)) for values in (observed, grid))
    first = np.clip(np.searchsorted(old, new[:-1], side="right") - 1, 0, old.size - 2)
    last = np.clip(np.searchsorted(old, new[1:], side="left") - 1, 0, old.size - 2)
    count = last - first + 1
    target = np.repeat(np.arange(count.size), count)
    source = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)
    low = np.maximum(old[source], new[target])
    high = np.minimum(old[source + 1], new[target + 1])
    share = np.maximum(high - low, 0.0) / np.diff(new)[target]
    shape = (new.size - 1, old.size - 1)
    return sparse.coo_array((share, (target, source)), shape).tocsr()
