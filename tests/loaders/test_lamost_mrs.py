import gzip
import io
import re
from pathlib import Path

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.time import Time

from specoracle.errors import LoaderError
from specoracle.loaders.content import read_content
from specoracle.loaders.opened import Opened
from specoracle.loaders.survey_file import LOADERS, load, parse

REAL = Path(__file__).resolve().parents[3] / "shared" / "spectra" / "lamost_mrs"

VARIANTS = ("lamost-mrs-blue", "lamost-mrs-red", "lamost-mrs-exposures")

CARDS = {
    "TELESCOP": "LAMOST",
    "EXTNAME": "Information",
    "LMJD": 58268,
    "PLANID": "HIP95119KP01",
    "SPID": 12,
    "FIBERID": 76,
    "COMBIN_B": True,
    "COMBIN_R": True,
    "DATE-OBS": "2018-05-29T17:41:00",
    "DATE-BEG": "2018-05-30T01:36:49.0",
}
KEY = "lamost-mrs:58268-HIP95119KP01_sp12-076"

BLUE = np.linspace(3.6900, 3.6905, 50).astype(np.float32)
RED = np.linspace(3.8000, 3.8004, 40).astype(np.float32)
FLUX = np.linspace(-3.0, 36.0, 50).astype(np.float32)
IVAR = np.where(np.arange(50) % 7, 0.25, 0.0).astype(np.float32)


def table(name, loglam, *, flux=FLUX, ivar=IVAR, form="rows", without=(), **cards):
    """One HDU of an arm, as in DR7 (``"rows"``) or with one row of arrays."""
    n = loglam.size
    values = {"FLUX": flux[:n], "IVAR": ivar[:n], "LOGLAM": loglam}
    if form == "arrays":
        values["WAVELENGTH"] = (10.0 ** values.pop("LOGLAM")).astype(np.float32)
        values = {
            key: np.stack([each] * cards.pop("n_rows", 1)) for key, each in values.items()
        }
    width = f"{n}E" if form == "arrays" else "E"
    columns = [
        fits.Column(key, width, array=each)
        for key, each in values.items()
        if key not in without
    ]
    hdu = fits.BinTableHDU.from_columns(columns, name=name)
    hdu.header.update({"SNR": 12.5} | cards)
    return hdu


def blue(**changes):
    return table("COADD_B", BLUE, **changes)


def red(**changes):
    return table("COADD_R", RED, **({"SNR": 25.0} | changes))


def exposure(arm, minute, **changes):
    loglam = BLUE if arm == "B" else RED[::-1]
    return table(f"{arm}-{minute}", loglam, **({"EXPTIME": 600} | changes))


def content(*tables, **cards):
    primary = fits.PrimaryHDU()
    primary.header.update(CARDS | cards)
    file = io.BytesIO()
    fits.HDUList([primary, *tables]).writeto(file)
    return file.getvalue()


def chosen(name, data):
    """Read with a loader that was chosen by name."""
    with fits.open(io.BytesIO(data), memmap=False) as hdus:
        return LOADERS[name].read(Opened("a.fits", data, hdus))


@pytest.mark.parametrize("form", ["rows", "arrays"])
def test_the_coadds_of_both_arms_make_one_spectrum(form):
    (observation,) = parse(content(blue(form=form), red(form=form)), "a.fits")
    spectrum = observation.spectrum
    assert spectrum.identifier == KEY
    assert (observation.hdu, observation.row) == (1, 0)
    # One float32 step of LOGLAM is 2.4e-7 dex, 0.003 Å.
    wanted = 10 ** np.concatenate([BLUE, RED]).astype(np.float64)
    seen = np.r_[0:50, 52:92]
    np.testing.assert_allclose(spectrum.wavelength[seen], wanted, rtol=0, atol=0.004)
    np.testing.assert_array_equal(spectrum.flux[seen], [*FLUX, *FLUX[:40]])
    np.testing.assert_array_equal(spectrum.ivar[seen], [*IVAR, *IVAR[:40]])
    # What neither arm saw begins and ends with a pixel that cannot be used.
    assert spectrum.ivar[50:52].tolist() == [0, 0]
    assert (spectrum.wavelength.size, spectrum.flux.dtype) == (92, np.float64)


def test_the_header_and_the_arms_make_the_catalogue_row():
    cards = {"RA": 292.058716, "DEC": 43.925304, "MAGTYPE": "gri", "MAG1": 11.5}
    cards |= {"DATA_V": "LAMOST DR7", "DESIG": "LAMOST J192814.09+435531.0", "MAG2": 99.0}
    (observation,) = parse(content(blue(SNR=0.0), red(), **cards), "a.fits")
    assert observation.catalogue == {
        "ra": 292.058716,
        "dec": 43.925304,
        "mag_g": 11.5,
        "snr_g": 0.0,  # of the blue arm
        "snr_r": 25.0,  # of the red one
        "observed": "2018-05-29T17:41:00",
        # MJD 51544 was 1 January 2000.
        "mjd": 51544 + 6723 + (17 + 41 / 60) / 24,
        "plan": "HIP95119KP01",
        "spectrograph": 12.0,
        "fibre": 76.0,
        "release": "LAMOST DR7",
        "object_name": "LAMOST J192814.09+435531.0",
    }


def test_no_identifier_is_that_of_another_spectrum(table):
    data = content(blue(), red(), exposure("B", 83906016), exposure("R", 83906030))
    found = [each for name in ("lamost-mrs", *VARIANTS) for each in chosen(name, data)]
    low = parse(
        table(**{key: CARDS[key] for key in ("LMJD", "PLANID", "SPID", "FIBERID")}), ""
    )
    assert [each.spectrum.identifier for each in (*found, *low)] == [
        KEY,
        f"{KEY}-blue",
        f"{KEY}-red",
        f"{KEY}-83906016",
        f"{KEY}-83906030",
        "lamost:58268-HIP95119KP01_sp12-076",
    ]


@pytest.mark.parametrize(("name", "hdu", "n"), [("blue", 1, 50), ("red", 2, 40)])
def test_one_arm_can_be_chosen(name, hdu, n):
    (observation,) = chosen(f"lamost-mrs-{name}", content(blue(), red()))
    assert observation.hdu == hdu
    np.testing.assert_array_equal(observation.spectrum.flux, FLUX[:n])
    others = {"blue": "snr_r", "red": "snr_g"}
    assert others[name] not in observation.catalogue


@pytest.mark.parametrize(
    ("tables", "cards", "hdu", "n"),
    [
        ([blue()], {"COMBIN_R": False}, 1, 50),
        ([red()], {"COMBIN_B": False}, 1, 40),
        ([blue()], {"COMBIN_R": None}, 1, 50),
    ],
    ids=["no red", "no blue", "nothing said"],
)
def test_an_arm_that_the_survey_lacks_leaves_the_other(tables, cards, hdu, n):
    (observation,) = parse(content(*tables, **cards), "a.fits")
    assert (observation.hdu, observation.spectrum.flux.size) == (hdu, n)
    assert observation.spectrum.identifier == KEY


def test_an_arm_that_should_be_there_is_not_done_without():
    with pytest.raises(
        LoaderError, match=r"COADD_R: expected .* COMBIN_R says, got .*Fetch"
    ):
        parse(content(blue()), "a.fits")
    assert len(chosen("lamost-mrs-blue", content(blue()))) == 1


UNUSABLE = {
    "no ivar": {"ivar": np.zeros(50)},
    "no flux": {"flux": np.full(50, np.nan)},
    "column missing": {"without": ["IVAR"]},
    "no wavelength": {"without": ["LOGLAM"]},
    "two rows of arrays": {"form": "arrays", "n_rows": 2},
}
"""Changes of an arm's table, each of which leaves nothing to use."""


@pytest.mark.parametrize("change", UNUSABLE.values(), ids=UNUSABLE)
def test_an_arm_that_cannot_be_used_leaves_the_other(change):
    (observation,) = parse(content(blue(), red(**change)), "a.fits")
    assert observation.spectrum.flux.size == 50
    assert "snr_r" not in observation.catalogue
    with pytest.raises(LoaderError, match=r"COADD_B: expected .* got .*COADD_R: expected"):
        parse(content(blue(**change), red(**change)), "a.fits")


@pytest.mark.parametrize(
    "loglam", [RED * np.nan, RED * 0, RED[:1], RED[:0], RED * 1e4], ids=str
)
def test_an_arm_without_wavelengths_leaves_the_other(loglam):
    (observation,) = parse(content(blue(), table("COADD_R", loglam)), "a.fits")
    assert observation.spectrum.flux.size == 50


def test_an_arm_whose_column_lost_its_name_leaves_the_other():
    data = content(blue(), red()).replace(b"TTYPE2  = 'IVAR", b"XTYPE2  = 'IVAR", 1)
    (observation,) = parse(data, "a.fits")
    assert (observation.hdu, observation.spectrum.flux.size) == (2, 40)


def test_a_file_without_coadds_is_left_to_its_exposures():
    data = content(exposure("B", 83906016), COMBIN_B=False, COMBIN_R=False)
    with pytest.raises(LoaderError, match=r"COADD_B or COADD_R, got none.*mrs-exposures"):
        parse(data, "a.fits")
    (observation,) = chosen("lamost-mrs-exposures", data)
    assert observation.spectrum.identifier == f"{KEY}-83906016"


def test_a_file_without_exposures_is_left_to_its_coadds():
    with pytest.raises(LoaderError, match=r"expected exposures .* got none.*lamost-mrs,"):
        chosen("lamost-mrs-exposures", content(blue(), red()))


def test_the_arms_of_each_exposure_make_one_spectrum():
    tables = [exposure("B", 83906030, SNR=0.5), exposure("R", 83906016, SNR=1.5)]
    tables.append(exposure("R", 83906030, SNR=2.5, EXPTIME=1200))
    first, second = chosen("lamost-mrs-exposures", content(blue(), red(), *tables))
    # 83906016 minutes are 58268 d 1 h 36 min in Beijing, where it is eight hours later.
    assert first.catalogue["observed"] == "2018-05-29T17:41:00"
    assert first.catalogue["mjd"] == pytest.approx(58267 + 17 / 24 + 41 / 1440, abs=1e-9)
    assert "snr_g" not in first.catalogue
    assert (first.hdu, second.hdu) == (4, 3)
    assert (second.catalogue["snr_g"], second.catalogue["snr_r"]) == (0.5, 2.5)
    assert second.catalogue["observed"] == "2018-05-29T17:55:00"
    # The red arm runs to short wavelengths.
    np.testing.assert_array_equal(first.spectrum.wavelength, 10.0 ** RED.astype(np.float64))
    np.testing.assert_array_equal(first.spectrum.flux, FLUX[:40][::-1])
    np.testing.assert_array_equal(first.spectrum.ivar, IVAR[:40][::-1])
    np.testing.assert_array_equal(
        second.spectrum.flux[[0, 49, 52, 91]], [-3, 36, *FLUX[[39, 0]]]
    )


def test_an_exposure_that_cannot_be_used_is_passed_over():
    bad = exposure("B", 1, ivar=np.zeros(50))
    (observation,) = chosen("lamost-mrs-exposures", content(bad, exposure("R", 2)))
    assert observation.spectrum.identifier == f"{KEY}-2"
    with pytest.raises(LoaderError, match="B-1: expected pixels with flux and an ivar"):
        chosen("lamost-mrs-exposures", content(bad))


def test_a_minute_beyond_all_dates_leaves_the_survey_s_own_time():
    (observation,) = chosen("lamost-mrs-exposures", content(exposure("B", 10**9 - 1)))
    assert observation.catalogue["observed"].startswith("3760")
    (observation,) = chosen(
        "lamost-mrs-exposures", content(exposure("B", 10**9 - 1, EXPTIME=1e15))
    )
    assert observation.catalogue["observed"] == "2018-05-29T17:41:00"


def test_exposures_that_are_cut_off_are_missed():
    tables = [blue(), red(), exposure("B", 1), exposure("R", 1)]
    assert len(chosen("lamost-mrs-exposures", content(*tables, N_EXTEN=5))) == 1
    with pytest.raises(LoaderError, match=r"expected 5 HDUs, as N_EXTEN says, got 4\."):
        chosen("lamost-mrs-exposures", content(*tables[:3], N_EXTEN=5))


@pytest.mark.filterwarnings("ignore::astropy.utils.exceptions.AstropyWarning")
def test_a_file_that_is_cut_anywhere_is_refused_or_keeps_its_coadds():
    data = content(blue(), red(), exposure("B", 1), exposure("R", 1), N_EXTEN=5)
    (whole,) = parse(data, "a.fits")
    with fits.open(io.BytesIO(data)) as hdus:
        places = [hdu.fileinfo() for hdu in hdus]
    stop = places[2]["datLoc"] + 12 * RED.size
    for size in range(0, len(data), 480):
        if size < stop:
            with pytest.raises(LoaderError, match=r"a\.fits: .*[Ee]xpected .* got "):
                parse(data[:size], "a.fits")
        else:
            (cut,) = parse(data[:size], "a.fits")
            np.testing.assert_array_equal(cut.spectrum.flux, whole.spectrum.flux)


@pytest.mark.parametrize("missing", ["LMJD", "PLANID", "SPID", "FIBERID"])
@pytest.mark.parametrize("name", ["lamost-mrs", *VARIANTS])
def test_a_file_without_an_identifier_is_refused(name, missing):
    data = content(blue(), red(), exposure("B", 1), **{missing: None})
    with pytest.raises(LoaderError, match=r"Expected LMJD, PLANID.* got .*None"):
        chosen(name, data)


@pytest.mark.parametrize("name", ["lamost-mrs", *VARIANTS])
def test_other_files_are_refused_when_the_loader_is_chosen(name, image, table):
    words = r"expected a LAMOST medium-resolution file .* got .*Leave"
    for data in (
        image(),
        table(),
        content(blue(), TELESCOP="SDSS 2.5-M"),
        content(red())[:2880],
    ):
        with pytest.raises(LoaderError, match=words):
            chosen(name, data)
    with pytest.raises(LoaderError, match="expected a FITS file for this loader, got"):
        LOADERS[name].read(Opened("a.csv", b"wavelength,flux"))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_never_taken_unless_it_is_chosen(name):
    data = content(blue(), red(), exposure("B", 1))
    with fits.open(io.BytesIO(data)) as hdus:
        assert not LOADERS[name].recognises(Opened("a.fits", data, hdus))


@pytest.fixture(scope="module")
def real_mrs():
    if not REAL.is_dir():
        pytest.skip("no real medium-resolution spectra on this machine")
    return sorted(REAL.glob("*.fits.gz"))


def by_hand(hdu):
    """Sorted columns, as the data model says, without our code."""
    order = np.argsort(hdu.data["LOGLAM"])
    wavelength = np.power(10.0, hdu.data["LOGLAM"][order].astype(np.float64))
    return wavelength, hdu.data["FLUX"][order], hdu.data["IVAR"][order]


def assert_is(spectrum, *hdus):
    """Pixel by pixel what the HDUs hold, but for two marks in each hole."""
    wavelength, flux, ivar = map(np.concatenate, zip(*map(by_hand, hdus), strict=True))
    seen = np.isin(spectrum.wavelength, wavelength)
    np.testing.assert_array_equal(spectrum.wavelength[seen], wavelength)
    np.testing.assert_array_equal(spectrum.flux[seen], flux)
    np.testing.assert_array_equal(spectrum.ivar[seen], ivar)
    assert (~seen).sum() == 2 * (len(hdus) - 1)
    assert not spectrum.ivar[~seen].any()


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_real_files_are_read_as_by_hand(real_mrs):
    n_exposures = []
    for path in real_mrs:
        (joined,) = load(path)
        data = bytes(read_content(path).data)
        (only_blue,), (only_red,), exposures = (chosen(name, data) for name in VARIANTS)
        with gzip.open(path) as file, fits.open(file) as hdus:
            assert_is(joined.spectrum, hdus["COADD_B"], hdus["COADD_R"])
            assert_is(only_blue.spectrum, hdus["COADD_B"])
            assert_is(only_red.spectrum, hdus["COADD_R"])
            assert joined.catalogue["snr_g"] == hdus["COADD_B"].header["SNR"]
            assert joined.catalogue["snr_r"] == hdus["COADD_R"].header["SNR"]
            minutes = sorted(hdu.header["LMJM"] for hdu in hdus[3:] if hdu.name[0] == "B")
            for minute, each in zip(minutes, exposures, strict=True):
                pair = hdus[f"B-{minute}"], hdus[f"R-{minute}"]
                assert_is(each.spectrum, *pair)
                assert each.spectrum.identifier.endswith(f"-{minute}")
                assert hdus[each.hdu].name == f"B-{minute}"
                assert each.catalogue["snr_r"] == pair[1].header["SNR"]
            name = re.sub(r"med-|\.fits.*", "", hdus[0].header["FILENAME"])
            assert joined.spectrum.identifier == f"lamost-mrs:{name}"
        n_exposures.append(len(exposures))
    assert n_exposures == [9, 5, 4, 3]


@pytest.mark.filterwarnings("ignore::astropy.io.fits.verify.VerifyWarning")
def test_every_real_exposure_was_near_the_meridian_and_the_first_is_that_of_date_obs(
    real_mrs,
):
    said = []
    for path in real_mrs:
        exposures = chosen("lamost-mrs-exposures", bytes(read_content(path).data))
        (joined,) = load(path)
        # LMJM is a whole minute, and so is DATE-OBS.
        between = exposures[0].catalogue["mjd"] - joined.catalogue["mjd"]
        assert abs(between) < 2 / 1440
        said += [joined.catalogue, *(each.catalogue for each in exposures)]
    times = Time([row["mjd"] for row in said], format="mjd", scale="utc")
    turned = times.sidereal_time("mean", longitude=117.58 * units.deg).hour
    angle = (turned - np.array([row["ra"] for row in said]) / 15 + 12) % 24 - 12
    assert np.abs(angle).max() < 2.1
