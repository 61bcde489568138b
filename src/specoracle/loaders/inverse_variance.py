"""Inverse variance from what a file says of its errors."""

from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.errors import LoaderError
from specoracle.spectra.noise import estimated_ivar

Pixels = npt.NDArray[np.float64]

PLANES = {
    **dict.fromkeys(("IVAR", "INVVAR"), -1),
    **dict.fromkeys(("VAR", "VARIANCE"), 1),
    **dict.fromkeys(
        ("ERR", "ERRS", "ERROR", "SIGMA", "STDDEV", "STD", "UNCERT", "NOISE"), 2
    ),
}
"""Names of planes of errors, and the power that turns them into a variance."""

MASKS = ("MASK", "DQ", "QUAL")
"""Names of planes that hold 0 where a pixel is good."""


def of_variance(variance: Any) -> Pixels:
    """Return 1 / variance, any shape; 0 where the variance says nothing."""
    values = np.asarray(variance, np.float64)
    with np.errstate(all="ignore"):
        return np.where((values > 0) & np.isfinite(1 / values), 1 / values, 0.0)


def of_plane(name: str, values: Any) -> Pixels:
    """Return the inverse variance of a plane that is named in `PLANES`.

    Examples
    --------
    >>> of_plane("ERR", [2.0, 0.0]), of_plane("IVAR", [4.0, -1.0])
    (array([0.25, 0.  ]), array([4., 0.]))
    """
    power = PLANES[name]
    values = np.asarray(values, np.float64)
    with np.errstate(all="ignore"):
        if power == -1:
            return np.where((values > 0) & np.isfinite(values), values, 0.0)
        return of_variance(np.where(values > 0, values**power, 0.0))


def usable(ivar: Pixels | None, flux: npt.NDArray[np.floating]) -> Pixels:
    """Return ivar with 0 where there is no flux; estimated where there is no ivar.

    Parameters
    ----------
    ivar
        Inverse variance, shape ``(n_pixels,)``, if the file has one.
    flux
        Flux density, shape ``(n_pixels,)``.

    Raises
    ------
    LoaderError
        If there is no flux at all.
    """
    finite = np.isfinite(flux)
    if not finite.any():
        raise LoaderError(
            f"Expected a flux, got no finite value in {flux.size} pixels. Leave the file "
            "out."
        )
    return estimated_ivar(flux) if ivar is None else np.where(finite, ivar, 0.0)
