import contextlib
import io

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse
from specoracle.spectra.noise import estimated_ivar

N_PIXELS = 60
FLUX = np.random.default_rng(1).normal(10.0, 1.0, N_PIXELS)
WAVELENGTH = 5000 + 2.0 * np.arange(N_PIXELS)
CARDS = {
    "OBJECT": "Vega",
    "CRVAL1": 5000.0,
    "CDELT1": 2.0,
    "CRPIX1": 1.0,
    "CUNIT1": "Angstrom",
    "VACUUM": True,
}


def content(*more, data=FLUX, primary=True, **cards):
    hdus = [fits.PrimaryHDU(data)] if primary else [fits.PrimaryHDU(), fits.ImageHDU(data)]
    hdus[-1].header.update(CARDS | cards)
    file = io.BytesIO()
    fits.HDUList([*hdus, *more]).writeto(file)
    return file.getvalue()


def only(whole, name="vega.fits"):
    (observation,) = parse(whole, name)
    return observation


@pytest.mark.parametrize("shape", [(N_PIXELS,), (1, N_PIXELS), (1, 1, N_PIXELS)])
@pytest.mark.parametrize("primary", [True, False])
@pytest.mark.parametrize("dtype", [">f4", ">f8", ">i2"])
def test_an_image_of_one_dimension_is_a_spectrum(shape, primary, dtype):
    data = np.round(FLUX).astype(dtype).reshape(shape)
    observation = only(content(data=data, primary=primary))
    spectrum = observation.spectrum
    np.testing.assert_array_equal(spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(spectrum.flux, np.round(FLUX))
    np.testing.assert_allclose(spectrum.ivar, estimated_ivar(np.round(FLUX)))
    assert spectrum.flux.dtype == np.float64
    assert (observation.hdu, observation.row) == (int(not primary), 0)
    assert observation.catalogue == {"object_name": "Vega"}


def test_files_are_told_apart_by_name_and_content():
    identifiers = {
        only(content(OBJECT=target), name).spectrum.identifier
        for target in ("Vega", "Deneb")
        for name in ("a.fits", "b.fits")
    }
    assert len(identifiers) == 4
    assert all(each.startswith(("fits:a-", "fits:b-")) for each in identifiers)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ERR", np.full(N_PIXELS, 2.0)),
        ("ERRS", np.full((1, N_PIXELS), 2.0)),
        ("SIGMA", np.full(N_PIXELS, 2)),
        ("VAR", np.full(N_PIXELS, 4.0)),
        ("VARIANCE", np.full(N_PIXELS, 4.0, ">f4")),
        ("IVAR", np.full(N_PIXELS, 0.25)),
    ],
)
def test_errors_of_an_extension_are_used(name, values):
    spectrum = only(content(fits.ImageHDU(values, name=name))).spectrum
    np.testing.assert_array_equal(spectrum.ivar, np.full(N_PIXELS, 0.25))


def test_of_several_planes_of_errors_an_inverse_variance_counts_first():
    planes = {"SIGMA": 5.0, "VAR": 100.0, "IVAR": 0.25}
    more = [fits.ImageHDU(np.full(N_PIXELS, v), name=name) for name, v in planes.items()]
    np.testing.assert_array_equal(only(content(*more)).spectrum.ivar, np.full(60, 0.25))


def test_a_mask_next_to_errors_is_used():
    errors = fits.ImageHDU(np.ones(N_PIXELS), name="ERR")
    mask = fits.ImageHDU((np.arange(N_PIXELS) == 7).astype(np.int16), name="DQ")
    spectrum = only(content(errors, mask)).spectrum
    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [7]


def test_errors_of_another_length_are_refused():
    short = fits.ImageHDU(np.ones(N_PIXELS - 1), name="ERR")
    with pytest.raises(LoaderError, match=r"ERR: expected 60 pixels .* got 59"):
        parse(content(short), "a.fits")


def test_bands_of_iraf_are_spectrum_and_sigma():
    data = np.stack([FLUX, FLUX * 9, FLUX * 99, np.full(N_PIXELS, 2.0)])[:, None]
    bands = {
        "BANDID1": "spectrum - background fit, weights variance, clean yes",
        "BANDID2": "raw - background fit, weights none, clean no",
        "BANDID3": "background - background fit",
        "BANDID4": "sigma - background fit, weights variance, clean yes",
    }
    spectrum = only(content(data=data, **bands)).spectrum
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    np.testing.assert_array_equal(spectrum.ivar, np.full(N_PIXELS, 0.25))


def test_decreasing_wavelengths_are_turned_round_with_all_that_belongs_to_them():
    errors = np.arange(1.0, 1 + N_PIXELS)
    whole = content(fits.ImageHDU(errors, name="ERR"), CDELT1=-2.0, CRVAL1=WAVELENGTH[-1])
    spectrum = only(whole).spectrum
    np.testing.assert_array_equal(spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(spectrum.flux, FLUX[::-1])
    np.testing.assert_array_equal(spectrum.ivar, errors[::-1] ** -2)


def test_a_pixel_without_flux_is_not_used():
    data = FLUX.copy()
    data[[3, 8]] = np.nan
    spectrum = only(content(data=data)).spectrum
    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [3, 8]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": np.full(N_PIXELS, np.nan)}, "Expected a flux, got no finite value"),
        ({"CTYPE1": "VELO-LSR", "CUNIT1": "m/s"}, "Expected wavelengths .* got velocities"),
        ({"CRVAL1": None}, "The spectrum is not calibrated"),
        ({"data": np.ones((3, N_PIXELS))}, "expected a layout"),
        ({"data": np.ones((2, 1, N_PIXELS))}, "expected a layout"),
        ({"data": np.ones(1)}, "at least two pixels"),
    ],
)
def test_what_is_no_spectrum_is_refused_with_the_reason(settings, words):
    with pytest.raises(LoaderError, match=rf"a\.fits: .*{words}"):
        parse(content(**settings), "a.fits")


@pytest.mark.parametrize("cut", [1, 2000, 2880 + 200, 2880 + 2881, 2880 + 5000])
def test_a_file_that_lost_its_errors_is_refused(cut):
    """Else they would be estimated, and nobody would know."""
    whole = content(fits.ImageHDU(np.ones(2000), name="ERR"), data=np.arange(2000.0))
    data = len(whole.rstrip(b"\0"))
    with pytest.raises(LoaderError, match=r"a\.fits: "):
        parse(whole[: data - cut], "a.fits")


def test_a_damaged_file_is_read_or_refused():
    rng = np.random.default_rng(4)
    whole = content(fits.ImageHDU(np.ones(N_PIXELS), name="ERR"))
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 20):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(damaged), "damaged.fits")


def test_a_real_spectrum_that_iraf_shifted_to_rest_has_iraf_s_wavelengths(real_lamost):
    path = real_lamost.parent / "sdss" / "cg922.fits"
    (observation,) = load(path)
    with fits.open(path, memmap=False) as hdus:
        header, flux = hdus[0].header, hdus[0].data
    wavelength = observation.spectrum.wavelength
    np.testing.assert_allclose(
        wavelength, header["CRVAL1"] + header["CD1_1"] * np.arange(3830), rtol=1e-14
    )
    np.testing.assert_array_equal(observation.spectrum.flux, flux)
    # COEFF0 is that of the spectrum as observed, 1 + z further to the red.
    assert 10 ** header["COEFF0"] / wavelength[0] == pytest.approx(1.0486, abs=1e-4)
    assert observation.catalogue["ra"] == header["RAOBJ"]
