import contextlib
import io

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse
from specoracle.spectra.air import vacuum_to_air
from specoracle.spectra.noise import estimated_ivar

FLUX = np.random.default_rng(1).normal(1.0, 0.01, 50)

IMAGE = {
    "OBSERVAT": "ONDREJOV",
    "INSTRUME": "COUDE700",
    "FILENAME": "uk220017.fit",
    "OBJECT": "gamma Cas",
    "RA": "00:56:42.527",
    "DEC": "-60:43:00.20",
    "EQUINOX": 2011.889771,
    "JD": 2455888.25,
    "CTYPE1": "LINEAR",
    "CRVAL1": 6562.80,
    "CRPIX1": 1.0,
    "CDELT1": 0.25,
    "CD1_1": 0.25,
    "DC-FLAG": 0,
    "WAT1_001": "wtype=linear label=Wavelength units=angstroms",
}
TABLE = {
    "DS_IDPUB": "ivo://asu.cas.cz/stel/ccd700/uk220017",
    "OBJECT": "gamma Cas",
    "SRCCLASS": "star",
    "RA": 14.1772,
    "DEC": -60.7167,
    "TMID": 55887.75,
}


def content(*hdus):
    file = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(file)
    return file.getvalue()


def image(**cards):
    hdu = fits.PrimaryHDU(FLUX.astype(">f4"))
    hdu.header.update(IMAGE | cards)
    return content(hdu)


def table(unit="Angstrom", spectral=None, **cards):
    spectral = 6562.80 + 0.25 * np.arange(50) if spectral is None else spectral
    columns = [
        fits.Column("spectral", "D", array=spectral, unit=unit),
        fits.Column("flux", "D", array=FLUX),
    ]
    hdu = fits.BinTableHDU.from_columns(columns)
    hdu.header.update(TABLE | cards)
    return content(fits.PrimaryHDU(), hdu)


@pytest.mark.parametrize(("whole", "hdu"), [(image(), 0), (table(), 1)])
def test_an_exposure_is_the_same_in_both_forms(whole, hdu):
    (observation,) = parse(whole, "a.fits")
    spectrum = observation.spectrum
    assert spectrum.identifier == "ondrejov:uk220017"
    assert (observation.hdu, observation.row) == (hdu, 0)
    # Hα in air and in vacuum.
    np.testing.assert_allclose(spectrum.wavelength[0], 6564.61, rtol=0, atol=0.01)
    np.testing.assert_allclose(
        vacuum_to_air(spectrum.wavelength), 6562.8 + 0.25 * np.arange(50), atol=1e-5
    )
    np.testing.assert_allclose(spectrum.flux, FLUX, rtol=1e-6)
    np.testing.assert_allclose(spectrum.ivar, estimated_ivar(spectrum.flux))
    assert spectrum.ivar[0] == pytest.approx(1e4, rel=0.6)


def test_the_header_of_an_image_becomes_a_catalogue_row():
    (observation,) = parse(image(), "a.fits")
    assert observation.catalogue == {
        "object_name": "gamma Cas",
        "ra": pytest.approx(15 * (56 / 60 + 42.527 / 3600), rel=1e-12),
        "dec": pytest.approx(-(60 + 43 / 60 + 0.2 / 3600), rel=1e-12),
        # A Julian date is 2400000.5 days more; MJD 55887 was 22 November 2011.
        "mjd": 55887.75,
        "observed": "2011-11-22T18:00:00",
    }


def test_the_header_of_a_table_becomes_a_catalogue_row():
    (observation,) = parse(table(), "a.fits")
    assert observation.catalogue == {
        "object_name": "gamma Cas",
        "ra": 14.1772,
        "dec": -60.7167,
        "object_class": "STAR",
        "mjd": 55887.75,
        "observed": "2011-11-22T18:00:00",
    }


def test_a_table_in_another_unit_of_length_is_converted():
    (observation,) = parse(table("nm", 656.28 + 0.025 * np.arange(50)), "a.fits")
    np.testing.assert_allclose(observation.spectrum.wavelength[0], 6564.61, atol=0.01)


@pytest.mark.parametrize("unit", [None, "Hz"])
def test_a_table_without_a_unit_of_length_is_refused(unit):
    with pytest.raises(LoaderError, match=r"Expected a unit of wavelength .* spectral"):
        parse(table(unit), "a.fits")


def test_a_damaged_file_is_read_or_refused():
    rng = np.random.default_rng(4)
    for trial in range(150):
        damaged = bytearray(image() if trial % 2 else table())
        for place in rng.integers(0, len(damaged), 20):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(damaged), "damaged.fits")


def fits_files(real_lamost):
    return sorted((real_lamost.parent / "ondrejov").glob("*.fit*"))


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyUserWarning")
def test_real_files_are_read_as_by_hand(real_lamost):
    n_images = 0
    for path in fits_files(real_lamost):
        (observation,) = load(path)
        with fits.open(path, memmap=False) as hdus:
            if hdus[0].header["NAXIS"]:
                n_images += 1
                flux = hdus[0].data
                axis, header = WCS(naxis=1), hdus[0].header
                axis.wcs.crval, axis.wcs.crpix = [header["CRVAL1"]], [header["CRPIX1"]]
                axis.wcs.cdelt = [header["CDELT1"]]
                air = axis.wcs_pix2world(np.arange(flux.size), 0)[0]
            else:
                air, flux = hdus[1].data["spectral"], hdus[1].data["flux"]
        spectrum = observation.spectrum
        np.testing.assert_allclose(vacuum_to_air(spectrum.wavelength), air, atol=1e-5)
        np.testing.assert_array_equal(spectrum.flux, flux)
        assert (spectrum.ivar > 0).all()
    assert n_images == 3


def test_two_real_forms_of_one_exposure_have_one_identifier(real_lamost):
    found = [load(path)[0].spectrum for path in fits_files(real_lamost)]
    identifiers = [each.identifier for each in found]
    assert sorted({i for i in identifiers if identifiers.count(i) > 1}) == [
        "ondrejov:uk220017"
    ]
    whole, cut = (each for each in found if each.identifier == "ondrejov:uk220017")
    # The table was cut out of the image and divided by its continuum.
    np.testing.assert_allclose(cut.wavelength, whole.wavelength[114:1871], rtol=1e-12)


def test_gamma_cas_emits_at_the_vacuum_wavelength_of_h_alpha(real_lamost):
    path = real_lamost.parent / "ondrejov" / "gamma-cas-emission.fits"
    (observation,) = load(path)
    spectrum = observation.spectrum
    line = np.abs(spectrum.wavelength - 6564.61) < 15
    above = np.clip(spectrum.flux[line] - 1.2, 0, None)
    centre = np.average(spectrum.wavelength[line], weights=above)
    # Taken for vacuum, air wavelengths would be off by 1.8 Å; the star and the Earth
    # move at up to 30 km/s, 0.6 Å.
    assert centre == pytest.approx(6564.61, abs=0.8)
