"""Weighted means of pixels, with the noise that they have."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Pixels = npt.NDArray[np.float64]

LEAST = 0.5
"""Least share of the weight that must lie on usable pixels for a mean to be usable."""


class Averaged(NamedTuple):
    """Flux and inverse variance of the means, shape ``(n_spectra, n_means)`` each."""

    flux: Pixels
    ivar: Pixels


def averaged(flux: Pixels, ivar: Pixels, weights: sparse.csr_array) -> Averaged:
    """Average pixels of many spectra; pixels that are unusable take no part.

    Parameters
    ----------
    flux, ivar
        Shape ``(n_spectra, n_pixels)``; ivar that is not above 0 marks unusable pixels, and
        so does flux that is not finite.
    weights
        Of each pixel in each mean, shape ``(n_means, n_pixels)``, none negative; each row
        adds up to 1, or to 0 where the spectra do not reach.

    Returns
    -------
    Averaged
        Where less than half of the weight is on usable pixels, ivar is 0 and the flux is
        the mean of what there is: of the usable pixels, or else of all that are finite.
        Where nothing is finite it is NaN.

    References
    ----------
    Variance of a weighted mean of independent pixels: Σ w² σ² / (Σ w)². What neighbouring
    means share is not kept.

    Examples
    --------
    >>> mean = sparse.csr_array(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]))
    >>> averaged(np.array([[1.0, 3.0, 99.0]]), np.array([[1.0, 1.0, 0.0]]), mean)
    Averaged(flux=array([[2., 3.]]), ivar=array([[2., 1.]]))
    """
    finite = np.isfinite(flux)
    good = (ivar > 0) & finite
    if good.all():
        with np.errstate(over="ignore"):  # of what is next to nothing
            variance = _sum(weights.power(2), 1.0 / ivar)
        total = np.asarray(weights.sum(axis=1))
        return Averaged(*_means(_sum(weights, flux), variance, total[None, :]))
    known = np.where(finite, flux, 0.0)
    total = _sum(weights, good.astype(np.float64))
    # 1 / ivar of a damaged file may be beyond all numbers; such a pixel has no weight.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        inverse = np.where(good, 1.0 / np.where(good, ivar, 1.0), 0.0)
        variance = _sum(weights.power(2), inverse)
    means = _means(_sum(weights, np.where(good, known, 0.0)), variance, total)
    rest = _means(_sum(weights, known), variance, _sum(weights, finite.astype(np.float64)))
    return Averaged(np.where(total > 0, means.flux, rest.flux), means.ivar)


def _sum(weights: sparse.csr_array, values: Pixels) -> Pixels:
    return np.ascontiguousarray((weights @ values.T).T)


def _means(summed: Pixels, variance: Pixels, total: Pixels) -> Averaged:
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        flux = summed / total
        ivar = total**2 / variance
    usable = (total >= LEAST) & np.isfinite(ivar)
    return Averaged(flux, np.where(usable, ivar, 0.0))
