import io

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.nddata import StdDevUncertainty

from specoracle.errors import LoaderError
from specoracle.loaders import by_specutils
from specoracle.loaders.opened import Opened
from specoracle.loaders.survey_file import LOADERS, parse
from specoracle.spectra.air import air_to_vacuum

FLUX = np.linspace(1.0, 2.0, 30).astype(np.float32)


def image(flux=FLUX, **cards):
    hdu = fits.PrimaryHDU(flux)
    axis = {"CTYPE1": "WAVE", "CUNIT1": "nm", "CRVAL1": 650.0, "CDELT1": 0.1, "CRPIX1": 1.0}
    hdu.header.update(axis | {"OBJECT": "HD 1", "BUNIT": "adu"} | cards)
    file = io.BytesIO()
    hdu.writeto(file)
    return file.getvalue()


def opened(content):
    return Opened("star.fits", content, fits.open(io.BytesIO(content)))


@pytest.fixture
def specutils(monkeypatch):
    # It loads what lies in the home folder, and warns of what it imports.
    monkeypatch.setenv("HOME", "/nonexistent")
    return pytest.importorskip("specutils", exc_type=ImportError)


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setattr(by_specutils, "find_spec", lambda _: None)


def test_an_image_is_read_with_its_units(specutils):
    (observation,) = by_specutils.read(opened(image()))
    spectrum = observation.spectrum
    np.testing.assert_allclose(spectrum.wavelength, 6500 + np.arange(30.0), rtol=1e-12)
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    assert spectrum.identifier.startswith("specutils:star-")
    assert observation.catalogue["object_name"] == "HD 1"


def test_an_air_axis_comes_out_in_vacuum(specutils):
    (observation,) = by_specutils.read(opened(image(CTYPE1="AWAV")))
    # 6500 Å in air; astropy's WCS may do it on its own, so once and not twice.
    expected = air_to_vacuum(6500 + np.arange(30.0))
    np.testing.assert_allclose(observation.spectrum.wavelength, expected, atol=0.01)


def test_a_velocity_axis_is_refused_for_what_it_is(specutils):
    radio = image(CTYPE1="VELO", CUNIT1="m/s", CRVAL1=-5e4, CDELT1=100.0)
    with pytest.raises(LoaderError, match="expected wavelengths, got a velocity axis in"):
        by_specutils.read(opened(radio))


def test_uncertainty_and_mask_make_ivar(specutils):
    found = specutils.Spectrum(
        flux=FLUX * units.adu,
        spectral_axis=np.linspace(400, 500, 30) * units.THz,
        uncertainty=StdDevUncertainty(np.full(30, 0.5)),
        mask=np.arange(30) == 3,
    )
    ((wavelength, flux, noise),) = by_specutils._rows(found)
    # λ = c/ν with c = 299 792 458 m/s exactly.
    np.testing.assert_allclose(wavelength[[0, -1]], [7494.81145, 5995.84916], rtol=1e-8)
    np.testing.assert_array_equal(noise.values, np.full(30, 4.0))
    assert np.flatnonzero(np.isnan(flux)).tolist() == [3]


def test_a_file_that_specutils_does_not_know_is_refused_with_both(specutils):
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.ones((2, 3)))]).writeto(file)
    assert not by_specutils.recognises(opened(file.getvalue()))
    with pytest.raises(LoaderError, match="specutils does not know it either"):
        parse(file.getvalue(), "star.fits")


def test_a_survey_with_a_loader_is_none_of_its_business(specutils):
    assert not by_specutils.recognises(opened(image(TELESCOP="LAMOST")))


def test_where_it_is_not_installed_a_refusal_says_how_to_install_it(without):
    content = image()
    assert not by_specutils.recognises(opened(content))
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(np.ones((2, 3)))]).writeto(file)
    with pytest.raises(LoaderError, match=r"pip install 'specoracle\[formats\]'"):
        parse(file.getvalue(), "star.fits")
    with pytest.raises(LoaderError, match=r"pip install 'specoracle\[formats\]'"):
        LOADERS["specutils"].read(opened(content))
