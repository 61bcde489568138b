"""Words by which tables name their columns, and units of wavelength."""

import re
from typing import NamedTuple

WAVELENGTHS = frozenset(
    [
        "wavelength",
        "wavelengths",
        "wave",
        "wav",
        "wvl",
        "wl",
        "lambda",
        "lam",
        "awav",
        "spectral",
        "spectralaxis",
        "wavelen",
    ]
)
FLUXES = [
    "flux",
    "fluxes",
    "fluxdensity",
    "flam",
    "flambda",
    "fluxcal",
    "calflux",
    "intensity",
    "intensities",
    "counts",
    "count",
    "normflux",
    "fluxnorm",
    "normalizedflux",
    "normalisedflux",
    "relativeflux",
    "relflux",
]
ERRORS = [
    "fluxerror",
    "fluxerr",
    "errflux",
    "errorflux",
    "eflux",
    "efluxdensity",
    "fluxsigma",
    "sigmaflux",
    "fluxstd",
    "fluxunc",
    "fluxuncertainty",
    "dflux",
    "sigflux",
    "error",
    "errors",
    "err",
    "sigma",
    "uncertainty",
    "unc",
    "noise",
    "properr",
    "stddev",
    "std",
    "rms",
]
VARIANCES = ["fluxvariance", "fluxvar", "varflux", "variance", "var"]
IVARS = ["ivar", "fluxivar", "ivarflux", "inversevariance", "invvar"]
"""Names without their qualifiers, best first."""

_LOGARITHMS = ("log10", "log")
_AIR = frozenset({"air"})
_VACUUM = frozenset({"vac", "vacuum"})

UNITS = {
    **dict.fromkeys(("a", "aa", "å", "ang", "angs", "angstrom", "angstroms"), "Angstrom"),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), "nm"),
    **dict.fromkeys(("um", "µm", "μm", "micron", "microns", "micrometer"), "um"),
}
"""Spellings of units, in small letters; astropy knows the others."""

_QUALIFIERS = _AIR | _VACUUM | UNITS.keys() | {"log", "10"} | {"m"}

# "LogLam", "wave_air", "FLUX": at underscores, and where a capital follows a small letter.
_TOKEN = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")
_LONGEST = 200
_MEDIUM = re.compile(r"(?i)\b(?:(air)|vac(?:uum)?)\b")
_DRESSED = re.compile(r"^(.*?)\s*[\[(]([^\])]*)[\])]\s*$")


class Words(NamedTuple):
    """What a column's name says.

    Attributes
    ----------
    bare
        Without qualifiers, in small letters.
    logarithm
        Whether of a logarithm to base 10.
    medium, unit
        Empty where it does not say.
    """

    bare: str
    logarithm: bool
    medium: str
    unit: str


def words_of(name: str) -> Words:
    """Take a column's name apart.

    Examples
    --------
    >>> words_of("LogLam")
    Words(bare='lam', logarithm=True, medium='', unit='')
    >>> words_of("wave_air (nm)")
    Words(bare='wave', logarithm=False, medium='air', unit='nm')
    """
    name, unit = undressed(name)
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    extra = [token for token in tokens[1:] if token in _QUALIFIERS]
    first = tokens[0] if tokens else ""
    if first in _QUALIFIERS and len(tokens) > 1:
        extra.append(first)
        first = ""
    bare = first + "".join(token for token in tokens[1:] if token not in _QUALIFIERS)
    logarithm = "log" in extra
    for affix in (*_LOGARITHMS, "air", "vacuum", "vac"):
        shorter = bare.removeprefix(affix).removesuffix(affix)
        if bare not in WAVELENGTHS and shorter in WAVELENGTHS:
            bare = shorter
            logarithm |= affix in _LOGARITHMS
            extra.append(affix)
    medium = "air" if _AIR & {*extra} or bare == "awav" else ""
    medium = "vacuum" if not medium and _VACUUM & {*extra} else medium
    known = [UNITS[token] for token in extra if token in UNITS]
    return Words(bare, logarithm, medium, unit or (known[0] if known else ""))


def undressed(name: str) -> tuple[str, str]:
    """Part a name from the unit behind it in brackets.

    Examples
    --------
    >>> undressed("wavelength [Angstrom]"), undressed("flux")
    (('wavelength', 'Angstrom'), ('flux', ''))
    """
    name = name[:_LONGEST]  # of whatever file; longer ones are no names
    match = _DRESSED.match(name.strip())
    return (match[1], match[2].strip()) if match else (name.strip(), "")


def medium_in(text: str) -> str:
    """Return air or vacuum where a text speaks of one of them, else nothing.

    Examples
    --------
    >>> medium_in("Air wavelength"), medium_in("airmass 1.2"), medium_in("air or vacuum")
    ('air', '', '')
    """
    found = {"air" if match[1] else "vacuum" for match in _MEDIUM.finditer(text)}
    return found.pop() if len(found) == 1 else ""
