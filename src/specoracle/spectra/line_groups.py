"""Lines as an annotator looks for them: by group, and windows to zoom on.

References
----------
Kramida et al., NIST Atomic Spectra Database; Ritz wavelengths that it gives in air were
converted by `specoracle.spectra.air.air_to_vacuum`. Heads of TiO: Kirkpatrick, Henry &
McCarthy (1991), ApJS 77, 417, to 1 Angstrom.
"""

from dataclasses import dataclass

from specoracle.spectra.lines import LINES, NEBULAR_LINES

LITHIUM = 6709.66
"""Li I, the mean of its doublet 6709.61 and 6709.76 [Angstrom], weighted by strength."""

LINE_GROUPS: dict[str, dict[str, float]] = {
    "Balmer": {name: LINES[name] for name in ("Hα", "Hβ", "Hγ", "Hδ")} | {"Hε": 3971.198},
    "He I": {"He I 4473": 4472.735, "He I 5877": LINES["He I"]}
    | {"He I 6680": 6679.996, "He I 7067": 7067.138},
    "Ca II": {name: x for name, x in LINES.items() if name.startswith("Ca II")},
    "Metals": {
        "Mg b": LINES["Mg b"],
        "Na D2": LINES["Na D2"],
        "Na D1": LINES["Na D1"],
        "Li": LITHIUM,
        "O I 7774": 7774.08,
    },
    "Nebular": {name: x for name, x in NEBULAR_LINES.items() if name != "Hα"}
    | {"[O III] 4960": 4960.295, "[O III] 5008": 5008.240, "[O I] 6302": 6302.046},
    "TiO": {
        "TiO 4955": 4955.4,
        "TiO 5168": 5168.4,
        "TiO 6161": 6160.7,
        "TiO 7056": 7055.9,
    },
}
"""Vacuum wavelengths [Angstrom] by group and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoom:
    """A window about a line.

    Attributes
    ----------
    name
        What it shows.
    centre, half
        Vacuum wavelength of its middle, and half of its width [Angstrom].
    reference
        Vacuum wavelength at which velocities are zero [Angstrom].
    """

    name: str
    centre: float
    half: float
    reference: float


def _about(name: str, centre: float, half: float) -> Zoom:
    return Zoom(name=name, centre=centre, half=half, reference=centre)


ZOOMS = (
    _about("Hα", LINES["Hα"], 80.0),
    _about("Hβ", LINES["Hβ"], 80.0),
    _about("Hγ", LINES["Hγ"], 80.0),
    Zoom(name="Ca II H & K", centre=3952.0, half=70.0, reference=LINES["Ca II K"]),
    Zoom(name="Ca II triplet", centre=8583.0, half=140.0, reference=LINES["Ca II 8544"]),
    _about("He I", LINES["He I"], 60.0),
    Zoom(name="Na D", centre=5894.6, half=40.0, reference=LINES["Na D2"]),
    _about("Li", LITHIUM, 30.0),
    _about("[N II]", LINES["[N II]"], 45.0),
    Zoom(name="[S II]", centre=6725.5, half=45.0, reference=LINES["[S II] 6718"]),
    Zoom(name="TiO", centre=7100.0, half=220.0, reference=7055.9),
    Zoom(name="Mg b", centre=5177.0, half=70.0, reference=LINES["Mg b"]),
)
"""Windows in the order in which a key cycles through them."""
