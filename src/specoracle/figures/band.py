"""The uncertainty of a spectrum as a band around it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.figures.theme import BAND

Pixels = npt.NDArray[np.floating]


def uncertainty_band(
    wavelength: npt.NDArray[np.float64], flux: Pixels, ivar: Pixels, *, suffix: str
) -> dict[str, Any]:
    """Draw ±1σ as one polygon for each run of usable pixels.

    Parameters
    ----------
    wavelength
        Shape ``(n_pixels,)`` [Angstrom].
    flux, ivar
        Same shape; 0 = unusable.
    suffix
        Of the axes to draw on.
    """
    good = (ivar > 0) & np.isfinite(flux)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False]))))
    gap = np.array([np.nan])
    xs: list[Pixels] = [gap]
    ys: list[Pixels] = [gap]
    for start, stop in edges.reshape(-1, 2):
        x, y = wavelength[start:stop], flux[start:stop].astype(np.float64)
        sigma = 1.0 / np.sqrt(ivar[start:stop].astype(np.float64))
        xs.extend((x, x[::-1], gap))
        with np.errstate(over="ignore"):  # a damaged file may hold anything
            ys.extend((y + sigma, (y - sigma)[::-1], gap))
    with np.errstate(over="ignore"):
        y = np.concatenate(ys).astype(np.float32)
    return {
        "type": "scatter",
        "x": np.concatenate(xs).astype(np.float32),
        "y": y,
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"width": 0, "shape": "hvh"},
        "fill": "toself",
        "fillcolor": BAND,
        "hoverinfo": "skip",
    }
