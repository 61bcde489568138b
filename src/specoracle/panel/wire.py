"""Spectra as the page receives them: few words, and buffers of numbers.

A spectrum of 4,000 pixels travels in 12 kB, and its prepared row of as many in 8 kB: an
even grid is two numbers, σ is worth 8 bits on a logarithmic scale, and a flux 16 bits on a
linear one, as long as its steps are lost in the noise; else it keeps 32.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.spectra.spectrum import Spectrum

Pixels = npt.NDArray[np.floating]

_EXACT = 1e-3
"""How far an even grid may be from the true wavelengths [Angstrom]: 0.05 km/s at Hα."""

_UNSEEN = 0.05
"""Steps of a flux may be this large in units of the least σ."""

Scale = dict[str, float]


@dataclass(frozen=True, slots=True)
class Wired:
    """Words and buffers of one curve."""

    words: dict[str, Any]
    buffers: list[bytes]


def observed_curve(spectrum: Spectrum, *, unit: str) -> Wired:
    """Wire a spectrum with its uncertainty; bad pixels have no value.

    Parameters
    ----------
    spectrum
        As the survey observed it.
    unit
        Of its flux, in words.
    """
    words, grid = _grid(spectrum.wavelength)
    ivar = spectrum.ivar.astype(np.float64)
    flux = spectrum.flux.astype(np.float64)
    good = (ivar > 0) & np.isfinite(ivar) & np.isfinite(flux)
    sigma = np.full(ivar.shape, np.nan)
    sigma[good] = 1.0 / np.sqrt(ivar[good])
    log_scale, log_sigma = _quantised(np.log(sigma), "<u1")
    about = {"grid": words, "sigma": log_scale, "unit": unit}
    masked = np.where(good, flux, np.nan)
    scale, values = _quantised(masked, "<u2")
    if good.any() and scale["step"] <= _UNSEEN * sigma[good].min():
        return Wired(about | {"quantised": scale}, [grid, values, log_sigma])
    with np.errstate(over="ignore"):  # a damaged file may hold anything
        whole = masked.astype("<f4").tobytes()
    return Wired(about, [grid, whole, log_sigma])


def plain_curve(
    wavelength: npt.NDArray[np.float64],
    flux: Pixels,
    ivar: Pixels | None = None,
) -> Wired:
    """Wire a curve without uncertainty in 16 bits a pixel.

    Parameters
    ----------
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux
        Same shape [any unit].
    ivar
        Same shape; pixels where it is 0 have no value.
    """
    words, grid = _grid(wavelength)
    good = np.isfinite(flux) if ivar is None else np.isfinite(flux) & (ivar > 0)
    scale, values = _quantised(np.where(good, flux, np.nan).astype(np.float64), "<u2")
    return Wired({"grid": words, "quantised": scale}, [grid, values])


def _grid(wavelength: npt.NDArray[np.float64]) -> tuple[dict[str, Any], bytes]:
    for kind, axis in (("log", np.log10(wavelength)), ("linear", wavelength)):
        step = (axis[-1] - axis[0]) / (axis.size - 1)
        even = axis[0] + step * np.arange(axis.size)
        back = 10.0**even if kind == "log" else even
        if np.abs(back - wavelength).max() <= _EXACT:
            start, n = float(axis[0]), int(axis.size)
            return {"kind": kind, "start": start, "step": float(step), "n": n}, b""
    # float32 resolves 0.0005 Å here.
    return {"kind": "given"}, wavelength.astype("<f4").tobytes()


def _quantised(values: npt.NDArray[np.float64], kind: str) -> tuple[Scale, bytes]:
    """Return whole numbers of steps: 0 is no value, 1 the lowest."""
    good = np.isfinite(values)
    steps = np.zeros(values.shape, kind)
    if not good.any():
        return {"low": 0.0, "step": 1.0}, steps.tobytes()
    low, high = float(values[good].min()), float(values[good].max())
    step = (high - low) / (np.iinfo(kind).max - 1) or 1.0
    steps[good] = 1 + np.rint((values[good] - low) / step)
    return {"low": low, "step": step}, steps.tobytes()
