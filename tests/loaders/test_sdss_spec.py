import io
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError, SpectrumError
from specoracle.loaders import sdss_spec

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra" / "sdss"

LOGLAM = (3.5812 + 1e-4 * np.arange(40)).astype(np.float32)
FLUX = np.linspace(-1.0, 38.0, 40).astype(np.float32)
IVAR = np.where(np.arange(40) % 7, 0.25, 0.0).astype(np.float32)

CARDS = {"TELESCOP": "SDSS 2.5-M", "PLATEID": 548, "MJD": 51986, "FIBERID": 7}
CARDS |= {"COEFF0": 3.5792, "COEFF1": 1e-4, "RA": 126.4869, "DEC": 45.240858}

CELLS = {
    "RUN2D": ("3A", "26"),
    "PLUG_RA": ("D", 127.93884),
    "PLUG_DEC": ("D", 44.75291),
    "CLASS": ("6A", "STAR"),
    "SUBCLASS": ("21A", "M1"),
    "Z": ("E", -0.25),
    "SN_MEDIAN": ("5E", [0.5, 1.5, 2.5, 3.5, -4.5]),
}


def coadd(*, loglam=LOGLAM, name="COADD", without=()):
    values = {"flux": FLUX, "loglam": loglam, "ivar": IVAR, "and_mask": 8388608}
    columns = [
        fits.Column(key, "J" if key == "and_mask" else "E", array=np.resize(array, 40))
        for key, array in values.items()
        if key not in without
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def record(*, name="SPECOBJ", n_rows=1, **cells):
    columns = [
        fits.Column(key, form, array=np.array([value] * n_rows))
        for key, (form, value) in (CELLS | cells).items()
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def opened(first=None, *others, **cards):
    """A file of these tables after a first header of these cards, as astropy has it."""
    primary = fits.PrimaryHDU()
    primary.header.update(CARDS | cards)
    tables = [first or coadd(), *(others or [record()])]
    file = io.BytesIO()
    fits.HDUList([primary, *tables]).writeto(file)
    return fits.open(io.BytesIO(file.getvalue()), memmap=False)


def read(*tables, **cards):
    with opened(*tables, **cards) as hdus:
        assert sdss_spec.recognises(hdus)
        (observation,) = sdss_spec.read(hdus)
    return observation


@pytest.mark.parametrize("name", ["SPECOBJ", "SPALL"])
def test_a_file_gives_its_spectrum(name):
    observation = read(coadd(), record(name=name))
    spectrum = observation.spectrum
    # From loglam, which begins 20 pixels after COEFF0; one float32 step is 0.002 Å.
    wanted = 10 ** (3.5812 + 1e-4 * np.arange(40))
    np.testing.assert_allclose(spectrum.wavelength, wanted, rtol=0, atol=0.002)
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    np.testing.assert_array_equal(spectrum.ivar, IVAR)
    assert spectrum.identifier == "sdss:0548-51986-0007"
    assert (observation.hdu, observation.row) == (1, 0)
    for values in (spectrum.wavelength, spectrum.flux, spectrum.ivar):
        assert values.dtype.isnative


def test_the_record_becomes_a_catalogue_row():
    assert read().catalogue == {
        # Of the object; the header's RA and DEC are those of the telescope.
        "ra": 127.93884,
        "dec": 44.75291,
        "z": -0.25,
        "snr_u": 0.5,
        "snr_g": 1.5,
        "snr_r": 2.5,
        "snr_i": 3.5,
        "snr_z": -4.5,
        "object_class": "STAR",
        "subclass": "M1",
        "release": "26",
        # MJD 51544 was 1 January 2000.
        "observed": "2001-03-18",
        "mjd": 51986.0,
        "plan": "0548",
        "fibre": 7.0,
    }


@pytest.mark.parametrize("missing", [-9999.0, np.nan, np.inf])
def test_sentinels_are_missing_values(missing):
    cells = {"Z": ("E", missing), "PLUG_RA": ("D", missing), "SUBCLASS": ("21A", "  ")}
    cells["SN_MEDIAN"] = ("5E", [missing, 1.0, missing, missing, missing])
    assert read(coadd(), record(**cells)).catalogue == {
        "dec": 44.75291,
        "snr_g": 1.0,
        "object_class": "STAR",
        "release": "26",
        "observed": "2001-03-18",
        "mjd": 51986.0,
        "plan": "0548",
        "fibre": 7.0,
    }


def test_photometry_target_and_spectrograph_are_taken_where_the_record_has_them():
    cells = {
        "PSFMAG": ("5E", [17.5, -9999.0, 0.0, 16.25, 99.0]),
        "SPECTROGRAPHID": ("I", 2),
        "OBJID": ("19A", "1237680284389606108"),
    }
    catalogue = read(coadd(), record(name="SPALL", **cells)).catalogue
    assert {n: catalogue[n] for n in catalogue if n.startswith("mag_")} == {
        "mag_u": 17.5,
        "mag_i": 16.25,
    }
    assert catalogue["spectrograph"] == 2.0
    assert catalogue["target"] == "1237680284389606108"
    assert (
        "target" not in read(coadd(), record(OBJID=("5J", [94, 4, 4, 220, 65]))).catalogue
    )
    old = record(OBJID=("5J", [1] * 5), BESTOBJID=("19A", "1237657191445495886"))
    assert read(coadd(), old).catalogue["target"] == "1237657191445495886"


def test_columns_of_unexpected_kinds_are_missing_values():
    cells = {"Z": ("6A", "0.25"), "CLASS": ("E", 1.0), "SN_MEDIAN": ("3E", [1.0] * 3)}
    catalogue = read(coadd(), record(**cells)).catalogue
    assert not catalogue.keys() & {"z", "object_class", "snr_u", "snr_g", "snr_r"}
    assert catalogue["subclass"] == "M1"


def test_a_plate_may_have_five_digits():
    observation = read(PLATEID=10000, MJD=57346, FIBERID="1000")
    assert observation.spectrum.identifier == "sdss:10000-57346-1000"


def test_masked_pixels_keep_their_ivar():
    # and_mask is BRIGHTSKY throughout, see the docstring of the loader.
    np.testing.assert_array_equal(read().spectrum.ivar, IVAR)


def test_wavelengths_off_the_common_steps_are_computed():
    loglam = LOGLAM + np.float32(3e-5)
    spectrum = read(coadd(loglam=loglam)).spectrum
    np.testing.assert_array_equal(spectrum.wavelength, 10.0 ** loglam.astype(np.float64))


@pytest.mark.parametrize("order", ["<f4", ">f4"])
def test_wavelengths_on_the_common_steps_are_looked_up(order):
    wavelength = sdss_spec.survey_wavelength(LOGLAM.astype(order))
    np.testing.assert_array_equal(wavelength, 10.0 ** LOGLAM.astype(np.float64))
    assert not wavelength.flags.writeable


@pytest.mark.parametrize(
    "loglam",
    [
        LOGLAM.astype(np.float64),
        LOGLAM[::-1],
        LOGLAM[::2],
        LOGLAM[:1],
        LOGLAM[:0],
        LOGLAM.reshape(4, 10),
        LOGLAM * np.nan,
        LOGLAM - 3,
        np.float32([4.4998, 4.4999, 4.5]),
    ],
    ids=["f8", "down", "gaps", "one", "none", "2-d", "nan", "low", "high"],
)
def test_no_other_wavelengths_are_looked_up(loglam):
    assert sdss_spec.survey_wavelength(loglam) is None


@pytest.mark.parametrize("bad", [None, "x", 0, -1, 1e300, 123456789])
@pytest.mark.parametrize("key", ["PLATEID", "MJD", "FIBERID"])
def test_a_file_without_an_identifier_is_refused(key, bad):
    with pytest.raises(LoaderError, match=r"Expected PLATEID, MJD and FIBERID .* got"):
        read(**{key: bad})


def test_a_record_of_many_rows_is_refused():
    with pytest.raises(LoaderError, match=r"SPECOBJ: expected one row .* got 2 rows"):
        read(coadd(), record(n_rows=2))


def test_wavelengths_that_do_not_increase_are_refused():
    with pytest.raises(SpectrumError, match="expected strictly increasing"):
        read(coadd(loglam=LOGLAM[::-1]))


@pytest.mark.parametrize(
    "tables",
    [
        (coadd(name="OTHER"), record()),
        (coadd(), record(name="OTHER")),
        (coadd(without=["loglam"]), record()),
        (coadd(), fits.ImageHDU(np.ones(3), name="SPECOBJ")),
        (record(), coadd()),
    ],
    ids=["no COADD", "no record", "no loglam", "image", "wrong order"],
)
def test_other_tables_are_not_recognised(tables):
    with opened(*tables) as hdus:
        assert not sdss_spec.recognises(hdus)


def test_a_file_without_a_record_is_not_recognised():
    primary = fits.PrimaryHDU()
    primary.header.update(CARDS)
    assert not sdss_spec.recognises(fits.HDUList([primary, coadd()]))


@pytest.mark.parametrize("telescope", ["LAMOST", None])
def test_files_of_other_telescopes_are_not_recognised(telescope):
    with opened(TELESCOP=telescope) as hdus:
        assert not sdss_spec.recognises(hdus)


def test_hdus_after_the_record_are_never_touched():
    lines = fits.BinTableHDU.from_columns([fits.Column("Z", "E", array=[1])])
    with opened(coadd(), record(), lines) as hdus:
        stop = hdus[2].fileinfo()["datLoc"] + hdus[2].fileinfo()["datSpan"]
        content = hdus[0].fileinfo()["file"]
        content.seek(0)
        damaged = content.read(stop) + b"no header " * 288
    with fits.open(io.BytesIO(damaged), memmap=False) as hdus:  # warnings are errors
        assert sdss_spec.recognises(hdus)
        assert len(sdss_spec.read(hdus)) == 1


@pytest.fixture(scope="module")
def real_sdss():
    if not REAL.is_dir():
        pytest.skip("no real SDSS spectra on this machine")
    return sorted(path for path in REAL.iterdir() if path.suffix in {".fits", ".fit"})


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_real_files_are_read_as_by_hand(real_sdss):
    names, late = set(), 0
    for path in real_sdss:
        with fits.open(path, memmap=False) as hdus:
            if not sdss_spec.recognises(hdus):
                continue
            (observation,) = sdss_spec.read(hdus)
            spectrum, catalogue = observation.spectrum, observation.catalogue
            pixels, row, header = hdus["COADD"].data, hdus[2].data[0], hdus[0].header
            hdu = hdus[2].name
        wanted = 10.0 ** pixels["loglam"].astype(np.float64)
        np.testing.assert_array_equal(spectrum.wavelength, wanted, path.name)
        np.testing.assert_array_equal(spectrum.flux, pixels["flux"], path.name)
        np.testing.assert_array_equal(spectrum.ivar, pixels["ivar"], path.name)
        assert catalogue["object_class"] == row["CLASS"]
        assert catalogue.get("subclass", "") == row["SUBCLASS"]
        assert catalogue["z"] == row["Z"]
        assert catalogue["snr_i"] == row["SN_MEDIAN"][3]
        assert catalogue["fibre"] == row["FIBERID"]
        assert catalogue["mjd"] == row["MJD"]
        names_of = {"SPECOBJ": "BESTOBJID", "SPALL": "OBJID"}
        assert catalogue.get("target", "") == row[names_of[hdu]]
        if hdu == "SPALL":
            magnitudes = [catalogue[f"mag_{band}"] for band in "ugriz"]
            np.testing.assert_array_equal(magnitudes, row["PSFMAG"])
        else:
            assert catalogue["spectrograph"] == row["SPECTROGRAPHID"]
            assert "mag_r" not in catalogue
        assert catalogue["ra"] == pytest.approx(header["PLUG_RA"], abs=1e-9)
        plate_mjd_fibre = f"{row['PLATE']:04d}-{row['MJD']}-{row['FIBERID']:04d}"
        assert spectrum.identifier == f"sdss:{plate_mjd_fibre}"
        late += spectrum.wavelength[0] > 10 ** (header["COEFF0"] + 5e-5)
        names.add(path.name)
    # All but an image of one row and the two images spSpec.
    assert len(names) == len(real_sdss) - 3 == 36
    assert {path.name for path in real_sdss if path.stem.startswith("spec-")} <= names
    # Each of the spectra of SDSS-I and II begins after COEFF0, none of BOSS.
    assert late == 29
