import numpy as np
import pytest
from astropy import units

from specoracle import spectrum
from specoracle.errors import LoaderError
from specoracle.spectra.air import air_to_vacuum

WAVELENGTH = np.linspace(6500.0, 6600.0, 11)
FLUX = np.ones(11)


def test_a_spectrum_in_air_is_kept_in_vacuum_with_what_is_known_of_it():
    found = spectrum(
        "harps:17",
        WAVELENGTH,
        FLUX,
        medium="air",
        error=np.full(11, 0.1),
        ra=10.5,
        dec=None,
        z=np.nan,
        object_name=" HD 1 ",
    )
    np.testing.assert_array_equal(found.spectrum.wavelength, air_to_vacuum(WAVELENGTH))
    np.testing.assert_allclose(found.spectrum.ivar, 100)
    assert found.catalogue == {"ra": 10.5, "object_name": "HD 1"}


def test_quantities_lists_and_masked_arrays_are_taken():
    flux = np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False])
    found = spectrum("a:b", [650, 651, 652] * units.nm, flux, medium="vacuum", ivar=[1] * 3)
    np.testing.assert_allclose(found.spectrum.wavelength, [6500, 6510, 6520])
    np.testing.assert_array_equal(found.spectrum.ivar, [1, 0, 1])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"medium": "water"}, "expected 'air' or 'vacuum', got 'water'"),
        ({"identifier": "17"}, "expected 'survey:key'"),
        ({"identifier": "a:b\nc"}, "expected 'survey:key' on one line"),
        ({"error": FLUX, "ivar": FLUX}, "expected error or ivar, got both"),
        ({"error": -FLUX}, "error: expected an error that is never negative, got 11 of 11"),
        ({"colour": 1.0}, "expected columns of ra, dec, .*, got colour"),
        ({"flux": FLUX[:5]}, r"got \(11,\) wavelengths"),
    ],
)
def test_what_is_no_spectrum_is_refused(settings, words):
    settings = {
        "identifier": "a:b",
        "wavelength": WAVELENGTH,
        "flux": FLUX,
        "medium": "vacuum",
    } | settings
    with pytest.raises(LoaderError, match=words):
        spectrum(**settings)
