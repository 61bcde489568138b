"""A step that divides by the continuum."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.polynomial import chebyshev

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block, Mask, Pixels
from specoracle.recipes.step import WHOLE, Need

ROUNDS = 6
"""Times that the fit is repeated without what lies too far from it."""

LOW, HIGH = 1.5, 3.0
"""Standard deviations below and above the fit from which a pixel is left out: absorption
lines are more, and wider, than emission lines and cosmic hits."""

MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class NormaliseContinuum:
    """Divide by a smooth continuum, so that it lies at 1.

    A Chebyshev polynomial is fitted to the usable pixels of the whole spectrum, or of what
    a trim or a resampling before it left, again and again, each time without
    those that lie far below or above. Where the continuum is not positive a pixel becomes
    unusable. What was divided by is not kept: the flux before cannot be had from the
    archive, only from the survey file.

    Attributes
    ----------
    degree
        Of the polynomial.

    Raises
    ------
    RecipeError
        If it is not from 0 to 20.

    References
    ----------
    Asymmetric rejection as in the task ``continuum`` of IRAF (low_reject, high_reject).
    """

    do: ClassVar[str] = "normalise-continuum"
    degree: int = 5

    def __post_init__(self) -> None:
        if not 0 <= self.degree <= 20:
            raise RecipeError(
                f"Step normalise-continuum: expected a degree from 0 to 20, got "
                f"{self.degree}. Five serves a whole optical spectrum, two a line."
            )

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """All there is: the continuum is that of all pixels."""
        return need.wider(pixels=WHOLE)

    def apply(self, block: Block) -> Block:
        """Divide flux, and carry ivar along."""
        with np.errstate(all="ignore"):  # a damaged file may hold anything
            continuum = fit_continuum(block.wavelength, block.flux, block.good, self.degree)
            usable = continuum > 0
            flux = np.where(usable, block.flux / continuum, 1.0)
            ivar = np.where(usable, block.ivar * continuum * continuum, 0.0)
        return replace(
            block, flux=np.where(np.isfinite(block.flux), flux, block.flux), ivar=ivar
        )


def fit_continuum(wavelength: Pixels, flux: Pixels, good: Mask, degree: int) -> Pixels:
    """Fit the continuum of each spectrum.

    Parameters
    ----------
    wavelength
        Shape ``(n_pixels,)`` [Angstrom].
    flux
        Shape ``(n_spectra, n_pixels)``.
    good
        Pixels to fit, same shape.
    degree
        Of the polynomial.

    Returns
    -------
    Pixels
        Continuum, shape ``(n_spectra, n_pixels)`` [unit of flux]; 0 where too few pixels
        are good.
    """
    place = 2 * (wavelength - wavelength[0]) / (wavelength[-1] - wavelength[0]) - 1
    basis = chebyshev.chebvander(place, degree)
    # Brought to the same size, so that what regularises the fit is small for all.
    size = _size(flux, good)
    scaled = np.where(good, flux, 0.0) / size[:, None]
    used: Mask = good
    fit = np.zeros_like(scaled)
    for _ in range(ROUNDS):
        fit = _least_squares(basis, scaled, used)
        residual = scaled - fit
        sigma = _scatter(residual, used)[:, None]
        used = good & (residual > -LOW * sigma) & (residual < HIGH * sigma)
    enough = good.sum(axis=1) > degree + 1
    return np.where(enough[:, None], fit * size[:, None], 0.0)


def _size(flux: Pixels, good: Mask) -> Pixels:
    with np.errstate(over="ignore"):
        total = np.where(good, np.abs(flux), 0.0).sum(axis=1)
    size = total / np.maximum(good.sum(axis=1), 1)
    return np.where((size > 0) & np.isfinite(size), size, 1.0)


def _least_squares(basis: Pixels, flux: Pixels, used: Mask) -> Pixels:
    """Solve the normal equations of all spectra at once."""
    n_terms = basis.shape[1]
    weight = used.astype(np.float64)
    products = (basis[:, :, None] * basis[:, None, :]).reshape(len(basis), -1)
    normal = (weight @ products).reshape(-1, n_terms, n_terms)
    # Too few pixels would leave it singular.
    normal += 1e-9 * len(basis) * np.eye(n_terms)
    right = (weight * flux) @ basis
    return np.linalg.solve(normal, right[:, :, None])[:, :, 0] @ basis.T


def _scatter(residual: Pixels, used: Mask) -> Pixels:
    """Robust standard deviation of what is used; infinite where nothing is."""
    finite = np.isfinite(residual)
    used = used & finite
    some: Mask = np.asarray(used.any(axis=1))
    size = np.abs(np.where(finite, residual, 0.0))
    known = np.where(used | ~some[:, None], size, np.nan)
    return np.where(some, MAD_TO_SIGMA * np.nanmedian(known, axis=1), np.inf)
