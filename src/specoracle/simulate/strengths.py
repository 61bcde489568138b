"""How strong each absorption line is in stars of each temperature.

Literal tables over effective temperature and the functions that interpolate in them.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from specoracle.spectra.lines import LINES


class Line(NamedTuple):
    """A line: element, wavelength [Angstrom] and share of the element's strength."""

    element: str
    wavelength: float
    share: float


METAL_LINES = (
    Line("Ca K", LINES["Ca II K"], 1.0),
    Line("Ca K", LINES["Ca II H"], 0.85),
    Line("Mg b", LINES["Mg b"], 1.0),
    Line("Mg b", 5174.13, 0.8),
    Line("Mg b", 5168.76, 0.6),
    Line("Na D", LINES["Na D2"], 1.0),
    Line("Na D", LINES["Na D1"], 0.8),
    Line("Ca triplet", LINES["Ca II 8500"], 0.45),
    Line("Ca triplet", LINES["Ca II 8544"], 1.0),
    Line("Ca triplet", LINES["Ca II 8665"], 0.85),
    Line("He I", LINES["He I"], 0.9),
    Line("He I", 4027.3, 1.1),
    Line("He I", 4472.7, 1.2),
    Line("He I", 4389.2, 0.6),
    Line("He I", 4923.3, 0.6),
    Line("He I", 6679.99, 0.7),
    Line("He II", 4687.0, 0.9),
    Line("He II", 4542.9, 0.7),
    Line("He II", 5413.0, 0.8),
    Line("Mg II", 4482.4, 1.0),
    Line("Ca I", 4227.9, 1.0),
    Line("Fe I", 4046.96, 0.9),
    Line("Fe I", 4272.9, 0.8),
    Line("Fe I", 4384.8, 1.0),
    Line("Fe I", 5271.0, 1.0),
    Line("Fe I", 5329.5, 0.8),
    Line("Fe I", 5406.9, 0.5),
    Line("Fe I", 6497.0, 0.35),
    Line("Fe I", 6124.0, 0.4),
    Line("Fe I", 6163.9, 0.5),
    Line("Fe I", 6440.9, 0.35),
    Line("Fe I", 8690.9, 0.5),
)
"""Strong lines of other elements; the share is relative to the element's strength."""

_NODES = (3000, 3800, 4500, 5200, 5800, 6500, 7500, 8500, 9500, 12000, 20000, 40000)
# Equivalent widths [Å] at these temperatures: medians of real LAMOST spectra from A0 to
# K7; outside, the run that Gray & Corbally (2009) describe.
_STRENGTHS = {
    "Hα": (0.1, 0.3, 0.9, 1.7, 3.0, 4.6, 7.0, 9.5, 10.8, 7.0, 3.5, 2.0),
    "Ca K": (6.0, 9.0, 11.0, 10.5, 10.0, 8.5, 5.0, 2.4, 0.9, 0.25, 0.2, 0.15),
    "Mg b": (1.5, 2.2, 3.0, 1.7, 1.1, 0.65, 0.45, 0.25, 0.12, 0.0, 0.0, 0.0),
    "Na D": (5.0, 5.0, 3.2, 1.5, 0.9, 0.7, 0.5, 0.4, 0.35, 0.4, 0.5, 0.6),
    "Ca triplet": (2.5, 3.0, 3.1, 2.9, 2.7, 2.2, 1.6, 0.9, 0.4, 0.1, 0.0, 0.0),
    "He I": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.35, 1.1, 0.7),
    "He II": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9),
    "Mg II": (0.0, 0.0, 0.0, 0.0, 0.05, 0.2, 0.4, 0.5, 0.45, 0.35, 0.25, 0.0),
    "Ca I": (6.0, 4.5, 2.5, 1.1, 0.7, 0.4, 0.2, 0.1, 0.0, 0.0, 0.0, 0.0),
    "Fe I": (1.5, 1.8, 1.8, 1.3, 1.0, 0.6, 0.4, 0.15, 0.05, 0.0, 0.0, 0.0),
    "forest": (1.5, 1.7, 1.75, 1.3, 1.0, 0.5, 0.3, 0.15, 0.06, 0.03, 0.03, 0.02),
}
# Pressure broadening as a full width at half maximum [Å].
_DAMPING = {
    "Hα": (0.5, 0.5, 1.0, 1.8, 2.8, 4.8, 8.0, 12.0, 13.5, 8.5, 5.0, 3.0),
    "Ca K": (6.0, 8.0, 9.0, 8.5, 8.0, 6.5, 3.0, 1.0, 0.3, 0.1, 0.1, 0.1),
    "Na D": (5.0, 4.0, 2.0, 0.7, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
    "Ca I": (6.0, 5.0, 3.0, 1.0, 0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
}
# Equivalent widths of Hα, Hβ, Hγ, … relative to Hα, below 5600 K and above 7500 K.
_BALMER_COOL = (1.0, 1.2, 0.9, 0.75, 0.55, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05)
_BALMER_HOT = (1.0, 1.35, 1.4, 1.35, 1.3, 1.2, 1.1, 0.95, 0.8, 0.7, 0.55)
PASCHEN_SHARES = {
    11: 1.0,
    12: 1.0,
    13: 0.9,
    14: 0.8,
    15: 0.7,
    16: 0.55,
    17: 0.4,
    18: 0.3,
}
"""Equivalent width of each Paschen line, by upper level, relative to the first."""


def line_strength(name: str, teff: float) -> float:
    """Equivalent width of an element's reference line [Angstrom] at ``teff`` [K].

    Examples
    --------
    >>> line_strength("Hα", 9500.0) > 10 * line_strength("Hα", 4000.0)
    True
    """
    return float(np.interp(teff, _NODES, _STRENGTHS[name]))


def damping_width(name: str, teff: float) -> float:
    """Full width at half maximum of the Lorentzian part [Angstrom] at ``teff`` [K]."""
    widths = _DAMPING.get(name)
    return 0.1 if widths is None else float(np.interp(teff, _NODES, widths))


def balmer_shares(teff: float) -> npt.NDArray[np.float64]:
    """Equivalent widths of Hα, Hβ, … relative to Hα, shape ``(n_lines,)``."""
    hot = float(np.interp(teff, (5600.0, 7500.0), (0.0, 1.0)))
    return hot * np.array(_BALMER_HOT) + (1.0 - hot) * np.array(_BALMER_COOL)
