import numpy as np
import pytest
from astropy.wcs import WCS

from specoracle.errors import LoaderError
from specoracle.loaders.spectral_axis import image_wavelength

LINEAR = {"CRVAL1": 5000.0, "CDELT1": 2.0, "CRPIX1": 1.0, "VACUUM": True}


def axis(n_pixels=5, **cards):
    return image_wavelength(LINEAR | cards, n_pixels)


@pytest.mark.parametrize(
    "cards",
    [
        {},
        {"CRPIX1": 3.0, "CRVAL1": 5004.0},
        {"CD1_1": 2.0, "CDELT1": 1.0},
        {"CTYPE1": "LINEAR", "CUNIT1": "Angstroms"},
        {"CTYPE1": "LAMBDA", "CUNIT1": "0.1 nm"},
        {"CUNIT1": "nm", "CRVAL1": 500.0, "CDELT1": 0.2},
        {"CUNIT1": "um", "CRVAL1": 0.5, "CDELT1": 2e-4},
        {"CUNIT1": "m", "CRVAL1": 5e-7, "CDELT1": 2e-10},
        {"WAT1_001": "wtype=linear label=Wavelength units=angstroms"},
        {"WAT1_001": "wtype=linear units=nm", "CRVAL1": 500.0, "CDELT1": 0.2},
    ],
)
def test_linear_axes_in_any_unit_are_the_same(cards):
    np.testing.assert_allclose(axis(**cards), [5000, 5002, 5004, 5006, 5008], rtol=1e-14)


def test_without_a_reference_pixel_it_is_the_one_before_the_first():
    # FITS standard 4.0, section 8.2: CRPIX has the default 0.
    np.testing.assert_allclose(axis(CRPIX1=None), [5002, 5004, 5006, 5008, 5010])


def test_a_logarithmic_axis_of_iraf():
    # 10^3.7 = 5011.87, and each step multiplies by 10^0.001 = 1.0023052.
    cards = {"CRVAL1": 3.7, "CDELT1": 1e-3, "DC-FLAG": 1}
    wavelength = axis(**cards)
    assert wavelength[0] == pytest.approx(5011.872336)
    np.testing.assert_allclose(wavelength[1:] / wavelength[:-1], 1.002305238, rtol=1e-9)


def test_a_logarithmic_axis_of_the_fits_standard_has_the_step_at_its_reference():
    wavelength = axis(3, CTYPE1="WAVE-LOG", CUNIT1="Angstrom", CRPIX1=2.0)
    # e^(± 2 / 5000) around 5000.
    np.testing.assert_allclose(
        wavelength, 5000 * np.exp([-2 / 5000, 0, 2 / 5000]), rtol=1e-14
    )


def test_the_standard_s_axes_are_those_of_the_library_of_its_authors():
    """wcslib, through astropy."""
    for kind, scale in (("WAVE", 1.0), ("WAVE-LOG", 1.0), ("WAVE", 10.0)):
        theirs = WCS(naxis=1)
        theirs.wcs.ctype, theirs.wcs.cunit = [kind], ["Angstrom" if scale == 1 else "nm"]
        theirs.wcs.crval, theirs.wcs.cdelt = [5000.0 / scale], [2.0 / scale]
        theirs.wcs.crpix = [17.0]
        metres = theirs.wcs_pix2world(np.arange(2000), 0)[0]
        ours = axis(2000, **theirs.to_header())
        np.testing.assert_allclose(ours, metres * 1e10, rtol=1e-12)


def test_coefficients_of_sdss_stand_in_where_there_is_no_axis():
    cards = {"CRVAL1": None, "COEFF0": 3.5, "COEFF1": 1e-4}
    np.testing.assert_allclose(
        axis(**cards), 10 ** np.array([3.5, 3.5001, 3.5002, 3.5003, 3.5004]), rtol=1e-12
    )


def test_an_axis_that_was_written_later_counts_and_not_the_coefficients():
    """As in a spectrum of SDSS that somebody shifted to rest with IRAF."""
    assert axis(COEFF0=3.6, COEFF1=1e-4)[0] == 5000


@pytest.mark.parametrize(
    ("cards", "in_air"),
    [
        ({"VACUUM": True}, False),
        ({"VACUUM": False}, True),
        ({"AIRORVAC": "vac"}, False),
        ({"AIRORVAC": "air "}, True),
        ({"CTYPE1": "WAVE", "CUNIT1": "Angstrom"}, False),
        ({"CTYPE1": "AWAV", "CUNIT1": "Angstrom"}, True),
        ({"CTYPE1": "AWAV-LOG", "CUNIT1": "Angstrom"}, True),
        ({"CTYPE1": "Wavelength", "CUNIT1": "Angstrom"}, True),
        ({"TELESCOP": "HST"}, False),
        ({"TELESCOP": "ESO-VLT-U2"}, True),
        ({}, True),
    ],
)
def test_the_header_says_whether_wavelengths_are_in_air(cards, in_air):
    first = axis(**({"VACUUM": None, "CRVAL1": 6562.80} | cards))[0]
    # Hα is at 6562.80 Å in air and at 6564.61 Å in vacuum.
    assert first == pytest.approx(6564.61 if in_air else 6562.80, abs=0.01)


def test_what_reaches_below_2000_angstrom_was_taken_in_space():
    cards = {"VACUUM": None, "CUNIT1": "Angstrom", "CRVAL1": 1999.0, "CDELT1": 1.0}
    np.testing.assert_array_equal(axis(3, **cards), [1999, 2000, 2001])


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ({"CTYPE1": "VELO-LSR", "CUNIT1": "m/s"}, "velocities .*VELO-LSR.* 'm/s'"),
        ({"CTYPE1": "VRAD", "CUNIT1": "km/s"}, "got velocities"),
        ({"CTYPE1": "FREQ", "CUNIT1": "Hz"}, "got frequencies"),
        ({"CTYPE1": "WAVN", "CUNIT1": "1/cm"}, "got wavenumbers"),
        ({"CTYPE1": "WAVE-F2W", "CUNIT1": "m"}, "got wavelengths by the algorithm F2W"),
        ({"CTYPE1": "PIXEL"}, "got pixels"),
        ({"DC-FLAG": -1}, "got pixels"),
        ({"CUNIT1": "km/s"}, "Expected a unit of wavelength .* got 'km/s'"),
        ({"CRVAL1": 0.5, "CDELT1": 1e-4}, "Expected a unit .* got None for .* from 0.5"),
        ({"CRVAL1": 12_000.0}, "Expected a unit .* got None"),
        ({"CTYPE1": "RA---TAN"}, "Expected a unit"),
        ({"CDELT1": None}, "Expected CRVAL1 and CDELT1 .* got 5000.0 and None"),
        ({"CDELT1": 0.0}, "Expected CRVAL1 and CDELT1"),
        ({"CRVAL1": "5000"}, "Expected CRVAL1 and CDELT1 .* got '5000'"),
        ({"CRVAL1": None}, "Expected CRVAL1 and CDELT1"),
        ({"CRVAL1": -5.0, "CUNIT1": "Angstrom"}, "Expected positive wavelengths, got -5"),
        ({"CRVAL1": 400.0, "DC-FLAG": 1, "CUNIT1": "nm"}, "positive wavelengths.* inf"),
    ],
)
def test_what_is_no_axis_of_wavelengths_is_refused_with_the_reason(cards, words):
    with pytest.raises(LoaderError, match=words):
        axis(**cards)
