import numpy as np

from specoracle.spectra.wavelength import air_to_vacuum


def test_lines_in_air_come_to_where_they_are_in_vacuum():
    # NIST Atomic Spectra Database: Hβ, Na D2, Hα and Ca II, in air and in vacuum.
    air = np.array([4861.35, 5889.951, 6562.79, 8542.09])
    vacuum = np.array([4862.71, 5891.583, 6564.60, 8544.44])
    np.testing.assert_allclose(air_to_vacuum(air), vacuum, atol=0.01)


def test_below_2000_angstrom_wavelengths_are_in_vacuum_anyway():
    np.testing.assert_array_equal(air_to_vacuum(np.array([1215.67])), [1215.67])
