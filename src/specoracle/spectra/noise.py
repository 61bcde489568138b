"""The noise of a spectrum that comes without one."""

import numpy as np
import numpy.typing as npt

# 1.482602 turns a median of absolute values into a standard deviation; √6 is that of
# 2 f(i) - f(i-2) - f(i+2) for noise of standard deviation 1.
_TO_SIGMA = 1.482602 / np.sqrt(6.0)


def estimated_ivar(flux: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Estimate one inverse variance from the scatter of the flux itself.

    The second difference over two pixels knows nothing of a smooth continuum, and the
    median nothing of a few lines. Noise that pixels share is underestimated.

    Parameters
    ----------
    flux
        Flux density, shape ``(n_pixels,)``.

    Returns
    -------
    npt.NDArray[np.float64]
        The same value for each pixel, shape ``(n_pixels,)`` [1 / flux unit squared]; 0
        where the flux is not finite. Flux without any scatter, of a model say, gets 1.

    References
    ----------
    Stoehr et al. (2008), ADASS XVII, ASP Conference Series 394, 505: DER_SNR.

    Examples
    --------
    >>> noisy = 100 + np.random.default_rng(1).normal(0, 2, 10_000)
    >>> round(float(estimated_ivar(noisy)[0] ** -0.5), 1)
    2.0
    """
    values = np.asarray(flux, np.float64)
    finite = np.isfinite(values)
    return np.where(finite, _weight(values[finite]), 0.0)


def _weight(flux: npt.NDArray[np.float64]) -> float:
    if flux.size < 5:
        return 1.0
    with np.errstate(all="ignore"):  # a damaged file may hold anything
        second = 2 * flux[2:-2] - flux[:-4] - flux[4:]
        weight = float((_TO_SIGMA * np.median(np.abs(second))) ** -2)
    return weight if 0 < weight < np.inf else 1.0
