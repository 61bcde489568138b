import io
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.opened import Opened
from specoracle.loaders.survey_file import LOADERS, load, parse

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra" / "sdss"

FLUX = np.linspace(-1.0, 38.0, 40).astype(np.float32)
ERROR = np.where(np.arange(40) % 7, 2.0, 0.0).astype(np.float32)
MASK = np.where(np.arange(40) % 5, 0.0, 2.0**30).astype(np.float32)

NAMES = ("SPECTRUM", "CONTINUUM-SUBTRACTED SPECTRUM", "ERROR", "MASK")
CARDS = {"TELESCOP": "SDSS 2.5-M", "PLATEID": 601, "MJD": 52316, "FIBERID": 226}
CARDS |= {f"ARRAY{n}": name for n, name in enumerate(NAMES, 1)}
CARDS |= {"COEFF0": 3.5794, "COEFF1": 1e-4, "RA": 191.3, "DEC": 64.9}

SAID = {"mjd": 52316.0, "observed": "2002-02-11", "plan": "0601", "fibre": 226.0}
"""What the identifier of every file by hand says too; MJD 51544 was 1 January 2000."""


def image(n_rows=5, *, error=ERROR, **cards):
    rows = [FLUX, FLUX - 18.5, error, MASK, np.full(40, 6.5)]
    hdu = fits.PrimaryHDU(np.stack(rows[:n_rows]).astype(">f4"))
    hdu.header.update(CARDS | cards)
    lines = fits.BinTableHDU.from_columns([fits.Column("z", "E", array=[1.0])])
    file = io.BytesIO()
    fits.HDUList([hdu, lines]).writeto(file)
    return file.getvalue()


def read(*args, **cards):
    (observation,) = parse(image(*args, **cards), "a.fit")
    return observation


@pytest.mark.parametrize("n_rows", [4, 5], ids=["as documented", "as in DR7"])
def test_an_image_gives_its_spectrum(n_rows):
    observation = read(n_rows)
    spectrum = observation.spectrum
    assert spectrum.identifier == "sdss:0601-52316-0226"
    assert (observation.hdu, observation.row) == (0, 0)
    wanted = 10 ** (3.5794 + 1e-4 * np.arange(40))
    np.testing.assert_allclose(spectrum.wavelength, wanted, rtol=1e-14)
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    # An error of 2 is an inverse variance of 1/4; one of 0 says that there are no data.
    np.testing.assert_array_equal(spectrum.ivar, np.where(ERROR > 0, 0.25, 0.0))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf, -np.inf])
def test_what_is_no_error_marks_a_pixel_that_cannot_be_used(bad):
    error = np.full(40, 0.5)
    error[3] = bad
    assert read(error=error).spectrum.ivar.tolist() == [4.0] * 3 + [0.0] + [4.0] * 36


def test_emission_lines_that_were_marked_can_be_used():
    # Bit 30 is EMLINE; it stands on every fifth pixel.
    assert (read(error=np.ones(40)).spectrum.ivar == 1).all()


def test_rows_are_found_by_their_names():
    cards = {"ARRAY1": NAMES[1], "ARRAY2": NAMES[0]}
    np.testing.assert_array_equal(read(**cards).spectrum.flux, FLUX - np.float32(18.5))


def test_the_header_becomes_a_catalogue_row():
    cards = {
        "RAOBJ": 190.60579,
        "DECOBJ": 64.488603,
        "SPEC_CLN": 2,
        "Z": 0.0424633,
        "Z_STATUS": 4,
        "SN_G": 28.8313,
        "SN_R": 38.3214,
        "SN_I": 37.1811,
        "MAG": " 18.8452 17.7948 17.0939 16.7142 16.4476",
        "MAG_G": 16.97794,
        "OBJID": " 2078 0 3 119 66",
        "SPECID": 1,
        "VERS2D": "v5_3_12",
    }
    assert read(**cards).catalogue == SAID | {
        # Of the object; RA and DEC are those of the telescope.
        "ra": 190.60579,
        "dec": 64.488603,
        "object_class": "GALAXY",
        "z": 0.0424633,
        "snr_g": 28.8313,
        "snr_r": 38.3214,
        "snr_i": 37.1811,
        # Of the image, through the fibre; MAG_G was measured on the spectrum.
        "mag_u": 18.8452,
        "mag_g": 17.7948,
        "mag_r": 17.0939,
        "mag_i": 16.7142,
        "mag_z": 16.4476,
        "target": "2078 0 3 119 66",
        "spectrograph": 1.0,
        "release": "v5_3_12",
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (0, {}),
        (1, {"object_class": "STAR"}),
        (2, {"object_class": "GALAXY"}),
        (3, {"object_class": "QSO"}),
        (4, {"object_class": "QSO", "subclass": "HIZ_QSO"}),
        (5, {}),
        (6, {"object_class": "STAR", "subclass": "STAR_LATE"}),
        (7, {"object_class": "GALAXY", "subclass": "GAL_EM"}),
        (99, {}),
        (True, {}),
        ("1", {}),
        (None, {}),
    ],
)
def test_the_code_of_a_class_is_written_out(code, said):
    assert read(SPEC_CLN=code).catalogue == SAID | said


@pytest.mark.parametrize("status", [0, 1])
def test_a_redshift_that_was_not_measured_is_a_missing_value(status):
    assert "z" not in read(Z=0.5, Z_STATUS=status).catalogue


@pytest.mark.parametrize(
    "cards",
    [
        {"Z": -9999.0, "SN_G": -9999.0, "MAG": "0 99 -9999 -999 nan"},
        {"Z": "0.5", "RAOBJ": "12:00", "MAG": "17 18 19", "OBJID": 7},
        {"MAG": "17 18 19 20 21 22", "SPECID": "one"},
        {"MAG": "17 18 19 20 faint", "OBJID": "   "},
    ],
)
def test_sentinels_and_what_is_no_number_are_missing_values(cards):
    assert read(**cards).catalogue == SAID


@pytest.mark.parametrize("bad", [None, "x", 0, -1, 1e300])
@pytest.mark.parametrize("key", ["PLATEID", "MJD", "FIBERID"])
def test_a_file_without_an_identifier_is_refused(key, bad):
    with pytest.raises(
        LoaderError, match=r"a\.fit: Expected PLATEID, MJD and FIBERID .* got"
    ):
        read(**{key: bad})


@pytest.mark.parametrize("key", ["COEFF0", "COEFF1"])
@pytest.mark.parametrize("bad", [None, "3.58", -9999.0])
def test_a_file_without_wavelengths_is_refused(key, bad):
    with pytest.raises(
        LoaderError, match=r"a\.fit: expected COEFF0 and COEFF1 .* got none"
    ):
        read(**{key: bad})


@pytest.mark.parametrize("step", [0.0, -1e-4, 1e300])
def test_wavelengths_that_do_not_increase_are_refused(step):
    with pytest.raises(LoaderError, match=r"a\.fit: .*expected strictly increasing"):
        read(COEFF1=step)


@pytest.mark.parametrize("args", [(1,), (2,)])
def test_an_image_without_an_error_is_refused(args):
    with pytest.raises(
        LoaderError, match=r"a\.fit: expected an image with the rows .* got"
    ):
        read(*args)
    with pytest.raises(
        LoaderError, match=r"a\.fit: expected an image with the rows .* got"
    ):
        read(ARRAY3="NOISE")


@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyWarning")
def test_a_truncated_image_is_refused_and_what_follows_is_not_missed():
    data = image()
    for size in range(0, 2880 + 4 * 5 * 40, 100):
        with pytest.raises(LoaderError, match=r"a\.fit: .*[Ee]xpected .* got"):
            parse(data[:size], "a.fit")
    (cut,) = parse(data[: 2 * 2880 + 100], "a.fit")
    np.testing.assert_array_equal(cut.spectrum.flux, FLUX)


@pytest.mark.parametrize(
    "cards", [{"TELESCOP": "LAMOST"}, {"TELESCOP": None}, {"ARRAY1": "SKY"}]
)
def test_other_images_are_refused_even_if_the_loader_is_chosen(cards):
    data = image(**cards)
    loader = LOADERS["sdss-spspec"]
    with fits.open(io.BytesIO(data)) as hdus:
        opened = Opened("a.fit", data, hdus)
        assert not loader.recognises(opened)
        with pytest.raises(LoaderError, match=r"expected an SDSS image .* got another"):
            loader.read(opened)
    with pytest.raises(LoaderError, match="expected a FITS file for this loader, got"):
        loader.read(Opened("a.csv", b"wavelength,flux"))


@pytest.fixture(scope="module")
def real_spspec():
    if not REAL.is_dir():
        pytest.skip("no real SDSS spectra on this machine")
    return sorted(REAL.glob("spSpec-*.fit"))


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_real_files_are_read_as_by_hand(real_spspec):
    for path in real_spspec:
        (observation,) = load(path)
        spectrum, catalogue = observation.spectrum, observation.catalogue
        with fits.open(path) as hdus:
            header, rows = hdus[0].header, hdus[0].data.astype(np.float64)
        pixel = np.arange(header["NAXIS1"])
        # CRVAL1 and CD1_1 say the same as COEFF0 and COEFF1 in another way.
        np.testing.assert_allclose(
            np.log10(spectrum.wavelength),
            header["CRVAL1"] + header["CD1_1"] * pixel,
            rtol=1e-14,
        )
        np.testing.assert_array_equal(spectrum.flux, rows[0])
        used = rows[2] > 0
        np.testing.assert_allclose(spectrum.ivar[used] * rows[2][used] ** 2, 1, rtol=1e-14)
        np.testing.assert_array_equal(spectrum.good, used)
        # The survey counts the good pixels too; NODATA and BADFLUXFACTOR never are.
        assert spectrum.good.sum() == header["NGOOD"]
        assert not used[(rows[3].astype(np.int64) & (1 << 24 | 1 << 26)) > 0].any()
        mjd, plate, fibre = path.stem.split("-")[1:]
        assert spectrum.identifier == f"sdss:{plate}-{mjd}-{int(fibre):04d}"
        assert catalogue["snr_i"] == header["SN_I"]
        assert (catalogue["object_class"], catalogue["z"]) == ("GALAXY", header["Z"])
    assert len(real_spspec) == 2


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_the_night_sky_shines_at_its_wavelength_in_vacuum(real_spspec):
    """Half a pixel is 0.64 Å; in air, or a pixel beside, it would be 1.3 Å off or more."""
    line = 5578.887  # [O I], 5577.338 Å in air
    for path in real_spspec:
        (observation,) = load(path)
        wavelength, sky = observation.spectrum.wavelength, fits.getdata(path)[4]
        near = np.abs(wavelength - line) < 8
        above = sky[near] - np.median(sky[np.abs(wavelength - line) < 40])
        seen = np.average(wavelength[near], weights=np.clip(above, 0, None))
        assert seen == pytest.approx(line, abs=0.6), path.name
