"""Files by hand after SDSS's data model of specLite in DR19."""

import io

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders import sdss_spec
from specoracle.loaders.opened import Opened
from specoracle.loaders.survey_file import LOADERS, load, parse

LOGLAM = (3.5523 + 1e-4 * np.arange(40)).astype(np.float32)
FLUX = np.linspace(-1.0, 38.0, 40).astype(np.float32)
IVAR = np.where(np.arange(40) % 7, 0.25, 0.0).astype(np.float32)

CELLS = {
    "FIELD": ("K", 112360),
    "MJD": ("K", 60000),
    "OBS": ("3A", "APO"),
    "RUN2D": ("6A", "v6_1_3"),
    "CATALOGID": ("K", 27021598150202075),
    "SDSS_ID": ("K", 114986844),
    "PSFMAG": ("5E", [21.5, 20.25, -999.0, np.nan, 18.75]),
    "GAIA_ID": ("K", 3846104512342734592),
    "PLUG_RA": ("D", 148.965814255),
    "PLUG_DEC": ("D", 1.51883669717),
    "SN_MEDIAN": ("5E", [0.5, 1.5, 2.5, 3.5, 4.5]),
    "CLASS": ("6A", "QSO"),
    "SUBCLASS": ("21A", "BROADLINE"),
    "Z": ("E", 1.25),
}
"""Some of the 144 columns of SPALL: form and value of each."""


def spall(*, n_rows=1, name="SPALL", without=(), **cells):
    columns = [
        fits.Column(key, form, array=np.array([value] * n_rows))
        for key, (form, value) in (CELLS | cells).items()
        if key not in without
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def coadd(*, loglam=LOGLAM, name="COADD", without=(), lower=False):
    values = {"FLUX": ("E", FLUX), "LOGLAM": ("E", loglam), "IVAR": ("E", IVAR)}
    values |= {key: ("J", np.full(40, 1 << 23)) for key in ("AND_MASK", "OR_MASK")}
    values |= {key: ("E", np.ones(40)) for key in ("WDISP", "SKY", "MODEL", "WRESL")}
    columns = [
        fits.Column(key.lower() if lower else key, form, array=array)
        for key, (form, array) in values.items()
        if key not in without
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)


def content(first=None, second=None):
    primary = fits.PrimaryHDU()
    # The plate is an empty text, and there is no fibre.
    cards = {"TELESCOP": "SDSS 2.5-M", "OBSERVAT": "APO", "PLATEID": "", "MJD": 60000}
    primary.header.update(cards | {"FIELDID": "112360", "COEFF0": 3.5523, "VACUUM": True})
    zall = fits.BinTableHDU.from_columns([fits.Column("Z", "E", array=[1, 2])], name="ZALL")
    file = io.BytesIO()
    fits.HDUList([primary, first or coadd(), second or spall(), zall]).writeto(file)
    return file.getvalue()


@pytest.mark.parametrize("lower", [False, True], ids=["capitals", "small letters"])
def test_a_file_gives_its_spectrum(tmp_path, lower):
    path = tmp_path / "a.fits"
    path.write_bytes(content(coadd(lower=lower)))
    (observation,) = load(path)
    spectrum = observation.spectrum
    wanted = 10 ** (3.5523 + 1e-4 * np.arange(40))
    # One float32 step of LOGLAM is 0.002 Å here.
    np.testing.assert_allclose(spectrum.wavelength, wanted, rtol=0, atol=0.002)
    np.testing.assert_array_equal(spectrum.flux, FLUX)
    np.testing.assert_array_equal(spectrum.ivar, IVAR)
    # The name of the file in the data model, but for "spec".
    assert spectrum.identifier == "sdss:112360-60000-27021598150202075"
    assert (observation.hdu, observation.row) == (1, 0)
    for values in (spectrum.wavelength, spectrum.flux, spectrum.ivar):
        assert values.dtype.isnative


def test_the_record_becomes_a_catalogue_row():
    (observation,) = parse(content(), "a.fits")
    assert observation.catalogue == {
        "ra": 148.965814255,
        "dec": 1.51883669717,
        "object_class": "QSO",
        "subclass": "BROADLINE",
        "z": 1.25,
        "snr_u": 0.5,
        "snr_g": 1.5,
        "snr_r": 2.5,
        "snr_i": 3.5,
        "snr_z": 4.5,
        "mag_u": 21.5,
        "mag_g": 20.25,
        "mag_z": 18.75,
        "release": "v6_1_3",
        "object_name": "SDSS_ID 114986844",
        "target": "Gaia DR2 3846104512342734592",
        # MJD 51544 was 1 January 2000.
        "observed": "2023-02-25",
        "mjd": 60000.0,
        "plan": "112360",
    }


@pytest.mark.parametrize("value", [("K", -999), ("K", 0), ("3A", ""), ("D", 1.5), None])
def test_what_names_no_object_is_a_missing_value(value):
    table = spall(without=() if value else ["SDSS_ID", "GAIA_ID"])
    if value:
        table = spall(SDSS_ID=value, GAIA_ID=value)
    (observation,) = parse(content(second=table), "a.fits")
    assert not {"object_name", "target"} & observation.catalogue.keys()


def test_a_field_of_few_digits_is_no_plate():
    cells = {"FIELD": ("K", 15000), "CATALOGID": ("14A", "4375924064")}
    (observation,) = parse(content(second=spall(**cells)), "a.fits")
    assert observation.spectrum.identifier == "sdss:015000-60000-4375924064"


@pytest.mark.parametrize("key", ["FIELD", "MJD", "CATALOGID"])
@pytest.mark.parametrize(
    "cell", [("K", -999), ("K", 0), ("5A", "x"), ("D", 1.5), ("2K", [60000, 60000])]
)
def test_a_file_without_an_identifier_is_refused(key, cell):
    with pytest.raises(
        LoaderError, match=r"a\.fits: expected FIELD, MJD and CATALOGID .* got"
    ):
        parse(content(second=spall(**{key: cell})), "a.fits")


def test_wavelengths_off_the_common_steps_are_computed():
    loglam = LOGLAM + np.float32(3e-5)
    (observation,) = parse(content(coadd(loglam=loglam)), "a.fits")
    np.testing.assert_array_equal(
        observation.spectrum.wavelength, 10.0 ** loglam.astype(np.float64)
    )


def test_wavelengths_that_do_not_increase_are_refused():
    with pytest.raises(LoaderError, match=r"a\.fits: .*expected strictly increasing"):
        parse(content(coadd(loglam=LOGLAM[::-1])), "a.fits")


def test_a_record_of_many_rows_is_refused():
    with pytest.raises(LoaderError, match=r"SPALL: expected one row .* got 2 rows"):
        parse(content(second=spall(n_rows=2)), "a.fits")


@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyWarning")
def test_a_truncated_file_is_refused():
    data = content()
    with fits.open(io.BytesIO(data)) as hdus:
        stop = hdus[2].fileinfo()["datLoc"] + hdus[2].header["NAXIS1"]
    for size in range(0, stop, 480):
        with pytest.raises(LoaderError, match=r"a\.fits: .*[Ee]xpected .* got"):
            parse(data[:size], "a.fits")
    assert len(parse(data[: stop + 2880], "a.fits")) == 1


@pytest.mark.parametrize(
    "tables",
    [
        (coadd(name="OTHER"), spall()),
        (coadd(), spall(name="SPECOBJ")),
        (coadd(without=["IVAR"]), spall()),
        (coadd(), spall(without=["CATALOGID"])),
        (fits.ImageHDU(np.ones(3), name="COADD"), spall()),
        (coadd(), fits.ImageHDU(np.ones(3), name="SPALL")),
    ],
    ids=["no COADD", "no SPALL", "no IVAR", "no CATALOGID", "image", "image for SPALL"],
)
def test_other_files_are_refused_even_if_the_loader_is_chosen(tables):
    loader, data = LOADERS["sdss-v-spec"], content(*tables)
    with fits.open(io.BytesIO(data)) as hdus:
        opened = Opened("a.fits", data, hdus)
        assert not loader.recognises(opened)
        with pytest.raises(LoaderError, match=r"expected an SDSS-V file .* got another"):
            loader.read(opened)
    with pytest.raises(LoaderError, match="expected a FITS file for this loader, got"):
        loader.read(Opened("a.csv", b"wavelength,flux"))


def test_a_column_without_a_name_is_no_column_of_ours():
    data = content().replace(b"TTYPE3  = 'IVAR", b"XTYPE3  = 'IVAR", 1)
    with fits.open(io.BytesIO(data)) as hdus:
        assert not LOADERS["sdss-v-spec"].recognises(Opened("a.fits", data, hdus))


def test_the_loader_of_plates_leaves_such_files_alone():
    with fits.open(io.BytesIO(content())) as hdus:
        assert not sdss_spec.recognises(hdus)
