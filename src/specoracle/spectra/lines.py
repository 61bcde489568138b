"""Spectral lines by name, as vacuum wavelengths.

References
----------
Kramida et al., NIST Atomic Spectra Database (Ritz wavelengths in vacuum), except Hα, for
which the value 6564.614 Å of the SDSS line list is used throughout the field.
"""

HALPHA = 6564.614
"""Vacuum wavelength of Hα [Angstrom]."""

NEBULAR_LINES = {
    "Hα": HALPHA,
    "[N II] 6585": 6585.27,
    "[N II] 6550": 6549.86,
    "[S II] 6718": 6718.29,
    "[S II] 6733": 6732.67,
}
"""Vacuum wavelengths [Angstrom] of what ionised gas of low density emits around Hα."""

LINES = {
    "Hα": HALPHA,
    "Hβ": 4862.721,
    "Hγ": 4341.692,
    "Hδ": 4102.899,
    "Ca II K": 3934.777,
    "Ca II H": 3969.591,
    "Mg b": 5185.048,
    "Na D2": 5891.583,
    "Na D1": 5897.558,
    "[N II]": NEBULAR_LINES["[N II] 6585"],
    "[S II] 6718": NEBULAR_LINES["[S II] 6718"],
    "[S II] 6733": NEBULAR_LINES["[S II] 6733"],
    "He I": 5877.25,
    "Ca II 8500": 8500.36,
    "Ca II 8544": 8544.44,
    "Ca II 8665": 8664.52,
}
"""Vacuum wavelengths [Angstrom] of the lines that plots mark."""
