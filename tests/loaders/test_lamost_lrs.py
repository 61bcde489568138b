import gzip

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.time import Time

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse

PLACE = {"plan": "F5902", "spectrograph": 1.0, "fibre": 17.0}
"""What the identifier of every file by hand says too."""

DR1 = "Flux Inverse Subcontinuum Andmask Ormask"


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("layout", ["dr1", "image", "table"])
def test_every_layout_gives_the_same_spectrum(tmp_path, request, layout, packed, pixels):
    content = request.getfixturevalue(layout)()
    path = tmp_path / "a.fits"
    path.write_bytes(gzip.compress(content) if packed else content)
    (observation,) = load(path)
    wavelength, flux, ivar = pixels
    spectrum = observation.spectrum
    # Stored wavelengths are float32, which is 2.4e-4 Å at 3700 Å.
    np.testing.assert_allclose(spectrum.wavelength, wavelength, rtol=0, atol=2.5e-4)
    np.testing.assert_array_equal(spectrum.flux, flux)
    np.testing.assert_array_equal(spectrum.ivar, ivar)
    assert spectrum.identifier == "lamost:55859-F5902_sp01-017"
    assert (observation.hdu, observation.row) == (int(layout == "table"), 0)
    for values in (spectrum.wavelength, spectrum.flux, spectrum.ivar):
        assert values.dtype.isnative


def test_the_first_release_has_its_wavelengths_in_the_coefficients_alone(dr1, pixels):
    (observation,) = parse(dr1(COEFF0=3.584), "a.fits")
    np.testing.assert_allclose(
        observation.spectrum.wavelength, pixels[0] * 10 ** (3.584 - 3.5682), rtol=1e-14
    )


def test_a_stored_wavelength_is_preferred_to_the_coefficients(image, pixels):
    (observation,) = parse(image(COEFF0=3.9), "a.fits")
    np.testing.assert_array_equal(
        observation.spectrum.wavelength, pixels[0].astype(np.float32)
    )


def test_doubles_of_the_second_release_keep_their_precision(image, pixels):
    (observation,) = parse(
        image("Flux Inverse Wavelength Andmask Ormask", dtype=">f8"), "a"
    )
    np.testing.assert_array_equal(observation.spectrum.wavelength, pixels[0])
    assert observation.spectrum.flux.dtype == ">f8"


@pytest.mark.parametrize("fibre", ["17", "017", " 17 "])
def test_a_fibre_written_as_text_is_the_same_fibre(image, fibre):
    (observation,) = parse(image(FIBERID=fibre), "a.fits")
    assert observation.spectrum.identifier == "lamost:55859-F5902_sp01-017"


def test_a_plan_may_hold_underscores(image):
    (observation,) = parse(image(PLANID="GAC_094N27_V3", SPID=16, FIBERID=125), "a.fits")
    assert observation.spectrum.identifier == "lamost:55859-GAC_094N27_V3_sp16-125"


def test_the_header_becomes_a_catalogue_row(table):
    cards = {
        "RA": 332.25,
        "DEC": -1.5,
        "Z": 5.77e-06,
        "SNRU": 2.34,
        "SNRG": 24.0,
        "SNRR": 999,
        "SNRI": 45.0,
        "SNRZ": 30.0,
        "CLASS": "STAR  ",
        "SUBCLASS": "G0",
        "DATE-OBS": "2011-10-24T12:30:00",
        "DATE-BEG": "2011-10-24T19:33:56.0",
        "DESIG": "LAMOST J220946.66-015526.5",
        "OBJNAME": "1237679997693657220",
        "DATA_V": "LAMOST DR10",
        "VERSPIPE": "v2.9.8",
    }
    (observation,) = parse(table(**cards), "a.fits")
    assert observation.catalogue == {
        "ra": 332.25,
        "dec": -1.5,
        "z": 5.77e-06,
        "snr_u": 2.34,
        "snr_g": 24.0,
        "snr_r": 999.0,
        "snr_i": 45.0,
        "snr_z": 30.0,
        "object_class": "STAR",
        "subclass": "G0",
        "observed": "2011-10-24T12:30:00",
        # MJD 51544 was 1 January 2000, 4314 days before.
        "mjd": 55858 + 12.5 / 24,
        "plan": "F5902",
        "spectrograph": 1.0,
        "fibre": 17.0,
        "object_name": "LAMOST J220946.66-015526.5",
        "target": "1237679997693657220",
        "release": "LAMOST DR10",
    }


def test_old_pipelines_name_signal_to_noise_and_release_otherwise(dr1):
    (observation,) = parse(dr1(SN_U=1.5, SN_Z=7.5, VERSPIPE="v2.6.4"), "a.fits")
    assert observation.catalogue == {
        "snr_u": 1.5,
        "snr_z": 7.5,
        "release": "v2.6.4",
        **PLACE,
    }


@pytest.mark.parametrize("missing", [-9999, -9999.0, "-9999", "", None, True])
def test_sentinels_are_missing_values(image, missing):
    content = image(Z=missing, SNRR=missing, RA=missing, CLASS="Unknown", SUBCLASS="  ")
    (observation,) = parse(content, "a.fits")
    assert observation.catalogue == PLACE


@pytest.mark.parametrize(
    ("magtype", "bands"),
    [
        ("ugriz", {"u": 1, "g": 2, "r": 3, "i": 4, "z": 5}),
        ("ugrizjh", {"u": 1, "g": 2, "r": 3, "i": 4, "z": 5}),
        ("ugrijhk ", {"u": 1, "g": 2, "r": 3, "i": 4}),
        ("gri", {"g": 1, "r": 2, "i": 3}),
        ("grizyjh", {"g": 1, "r": 2, "i": 3, "z": 4}),
        # All of these are in real files too, and say nothing of ugriz.
        ("BR1R2I", {}),
        ("fibermagr", {}),
        ("V", {}),
        ("Kp", {}),
    ],
)
def test_the_type_of_magnitudes_says_their_bands(image, magtype, bands):
    cards = {f"MAG{n}": 10.0 + n for n in range(1, 8)}
    (observation,) = parse(image(MAGTYPE=magtype, **cards), "a.fits")
    said = {f"mag_{band}": 10.0 + n for band, n in bands.items()}
    assert observation.catalogue == PLACE | said


def test_late_releases_have_magnitudes_of_pan_starrs(table):
    cards = {f"MAG_PS_{band}": 15.0 + n for n, band in enumerate("GRIZY")}
    (observation,) = parse(table(**cards), "a.fits")
    said = {"mag_g": 15.0, "mag_r": 16.0, "mag_i": 17.0, "mag_z": 18.0}
    assert observation.catalogue == PLACE | said


@pytest.mark.parametrize("missing", [99.0, 99, 0.0, 0, -999.0, -9999, "17.9", None])
def test_no_magnitude_is_a_missing_value(image, missing):
    content = image(MAGTYPE="ugriz", MAG1=missing, MAG2=17.25, MAG3=missing)
    (observation,) = parse(content, "a.fits")
    assert observation.catalogue == PLACE | {"mag_g": 17.25}


@pytest.mark.parametrize("missing", ["LMJD", "PLANID", "SPID", "FIBERID"])
def test_a_file_without_an_identifier_is_refused(image, missing):
    with pytest.raises(LoaderError, match=r"a\.fits: Expected LMJD, PLANID.* got .*None"):
        parse(image(**{missing: None}), "a.fits")


@pytest.mark.parametrize("missing", ["COEFF0", "COEFF1"])
def test_a_file_without_any_wavelengths_is_refused(dr1, missing):
    with pytest.raises(
        LoaderError, match=r"a\.fits: Expected COEFF0 and COEFF1.* got none"
    ):
        parse(dr1(**{missing: None}), "a.fits")


@pytest.mark.parametrize("step", [0.0, -1e-4])
def test_wavelengths_that_do_not_increase_are_refused(dr1, step):
    with pytest.raises(LoaderError, match=r"a\.fits: .*expected strictly increasing"):
        parse(dr1(COEFF1=step), "a.fits")


def test_a_table_of_many_rows_is_refused(table):
    with pytest.raises(LoaderError, match=r"COADD: expected one row .* got 3 rows"):
        parse(table(n_rows=3), "a.fits")


def read_by_hand(path):
    """Read a file as its data model says, without our code."""
    with fits.open(path, memmap=False) as hdus:
        header = hdus[0].header
        if header["NAXIS"] == 0:
            row = hdus["COADD"].data
            return row["WAVELENGTH"][0], row["FLUX"][0], row["IVAR"][0], header
        data = hdus[0].data
        wavelength = data[2]
        if "Subcontinuum" in header["EXTEN0"]:
            pixel = np.arange(header["NAXIS1"])
            wavelength = 10 ** (header["COEFF0"] + header["COEFF1"] * pixel)
        return wavelength, data[0], data[1], header


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_real_files_are_read_as_by_hand(real_lamost):
    identifiers, n_dr1 = set(), 0
    paths = sorted(path for path in real_lamost.iterdir() if ".fits" in path.name)
    for path in paths:
        wavelength, flux, ivar, header = read_by_hand(path)
        (observation,) = load(path)
        spectrum = observation.spectrum
        np.testing.assert_array_equal(spectrum.wavelength, wavelength, path.name)
        np.testing.assert_array_equal(spectrum.flux, flux, path.name)
        np.testing.assert_array_equal(spectrum.ivar, ivar, path.name)
        identifiers.add(spectrum.identifier)
        name = spectrum.identifier.removeprefix("lamost:")
        assert header["FILENAME"].startswith(f"spec-{name}."), path.name
        named = header["CLASS"].strip().replace("Unknown", "")
        assert observation.catalogue.get("object_class", "") == named
        assert observation.catalogue.get("z", -9999.0) == header["Z"]
        if header.get("EXTEN0", "").split() == DR1.split():
            n_dr1 += 1
            # Row 2 taken for wavelengths would make the window a single value.
            window = (spectrum.wavelength > 6519) & (spectrum.wavelength < 6732)
            assert window.sum() in (139, 140)
            assert np.ptp(spectrum.flux[window]) > 0, path.name
    assert len(identifiers) == len(paths) == 530
    assert n_dr1 == 102


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_real_magnitudes_are_those_of_their_bands(real_lamost):
    n_bands = dict.fromkeys("ugriz", 0)
    for path in sorted(real_lamost.glob("*.fits*")):
        (observation,) = load(path)
        header = fits.getheader(path)
        for band in "ugriz":
            magtype = header.get("MAGTYPE", "")
            key = f"MAG_PS_{band.upper()}"
            if set(magtype) <= set("ugrizyjhk") and band in magtype:
                key = f"MAG{magtype.index(band) + 1}"
            stated = float(header.get(key, 99))
            wanted = None if stated in {99, 0, -999, -9999} else stated
            assert observation.catalogue.get(f"mag_{band}") == wanted, (path.name, band)
            n_bands[band] += wanted is not None
    assert n_bands == {"u": 85, "g": 350, "r": 330, "i": 380, "z": 179}


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_every_real_object_was_near_the_meridian_when_it_was_observed(real_lamost):
    """LAMOST sees an object only as it passes; local time for UTC is off by 8 hours."""
    said = [load(path)[0].catalogue for path in sorted(real_lamost.glob("*.fits*"))]
    times = Time([row["observed"] for row in said], scale="utc")
    np.testing.assert_allclose([row["mjd"] for row in said], times.mjd, atol=1.01 / 86400)
    # UT1 is within a second of UTC: no tables of the Earth's rotation are needed.
    turned = times.sidereal_time("mean", longitude=117.58 * units.deg).hour
    angle = (turned - np.array([row["ra"] for row in said]) / 15 + 12) % 24 - 12
    assert np.abs(angle).max() < 2.1
