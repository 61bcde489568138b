import pytest

from specoracle.spectra.lines import HALPHA, LINES, NEBULAR_LINES

# Air wavelengths [Å] as the NIST Atomic Spectra Database lists them.
AIR = {
    "Hα": 6562.80,
    "Hβ": 4861.35,
    "Hγ": 4340.47,
    "Hδ": 4101.73,
    "Ca II K": 3933.66,
    "Ca II H": 3968.47,
    "Mg b": 5183.60,
    "Na D2": 5889.95,
    "Na D1": 5895.92,
    "[N II]": 6583.45,
    "[S II] 6718": 6716.44,
    "[S II] 6733": 6730.82,
    "He I": 5875.62,
    "Ca II 8500": 8498.02,
    "Ca II 8544": 8542.09,
    "Ca II 8665": 8662.14,
}


def air(vacuum):
    """Convert by Morton (1991), ApJS 77, 119, as on the SDSS wavelength page."""
    return vacuum / (1.0 + 2.735182e-4 + 131.4182 / vacuum**2 + 2.76249e8 / vacuum**4)


@pytest.mark.parametrize("name", LINES)
def test_a_line_stands_where_its_air_wavelength_says(name):
    # Blends (He I) and rounding of the air values keep this from being sharper.
    assert air(LINES[name]) == pytest.approx(AIR[name], abs=0.03)


def test_halpha_is_the_value_of_the_sdss_line_list():
    assert LINES["Hα"] == HALPHA == 6564.614


# Air wavelengths [Å] of the NIST Atomic Spectra Database, by what is in the name.
FORBIDDEN = {"6585": 6583.45, "6550": 6548.05, "6718": 6716.44, "6733": 6730.82}


@pytest.mark.parametrize("number", FORBIDDEN)
def test_a_nebular_line_stands_where_its_air_wavelength_says(number):
    (wavelength,) = (x for name, x in NEBULAR_LINES.items() if number in name)
    assert air(wavelength) == pytest.approx(FORBIDDEN[number], abs=0.02)
