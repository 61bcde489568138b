import numpy as np
import pytest

from specoracle.spectra.air import air_to_vacuum, vacuum_to_air

# Wavelengths in air and in vacuum as the NIST Atomic Spectra Database gives both (they
# follow Peck & Reeder 1972, which differs from Ciddor by less than 0.001 Å here).
LINES = [
    (3968.469, 3969.591),  # Ca II H
    (5889.951, 5891.583),  # Na I D2
    (6562.819, 6564.632),  # Hα
    (8542.091, 8544.438),  # Ca II
]


@pytest.mark.parametrize(("air", "vacuum"), LINES)
def test_lines_lie_where_nist_has_them(air, vacuum):
    np.testing.assert_allclose(air_to_vacuum(np.array([air])), vacuum, rtol=0, atol=2e-3)
    np.testing.assert_allclose(vacuum_to_air(np.array([vacuum])), air, rtol=0, atol=2e-3)


def test_one_conversion_undoes_the_other():
    wavelength = np.linspace(2100.0, 25_000.0, 1000)
    np.testing.assert_allclose(
        vacuum_to_air(air_to_vacuum(wavelength)), wavelength, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize("convert", [air_to_vacuum, vacuum_to_air])
def test_below_2000_angstrom_wavelengths_are_in_vacuum_anyway(convert):
    ultraviolet = np.array([0.0, 1215.67, 2000.0])
    np.testing.assert_array_equal(convert(ultraviolet), ultraviolet)
