import contextlib
import io

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse

CARDS = {
    "OBJECT": "FLD195_v03",
    "SPECTID": "RD",
    "UTDATE": "2015:12:17",
    "RUN": 28,
    "UTMJD": 57373.75,
    "CTYPE1": "Wavelength",
    "CUNIT1": "Angstroms",
    "CRPIX1": 3.0,
    "CRVAL1": 6562.80,
    "CDELT1": 1.5,
}
N_PIXELS = 8


def fibres(types="PSPF", names=("QSO 1", "sky", "QSO 2", "guide")):
    values = {
        "NAME": ("80A", names),
        "RA": ("D", np.radians(np.linspace(30, 33, len(types)))),
        "DEC": ("D", np.radians(np.linspace(-30, -27, len(types)))),
        "TYPE": ("1A", list(types)),
        "PIVOT": ("I", np.arange(len(types)) + 100),
    }
    return fits.BinTableHDU.from_columns(
        [fits.Column(name, form, array=np.array(v)) for name, (form, v) in values.items()],
        name="FIBRES",
    )


def content(table=None, *, flux=None, variance=None, wavelength=None, **cards):
    flux = np.arange(4 * N_PIXELS, dtype=">f4").reshape(4, -1) if flux is None else flux
    variance = np.full(flux.shape, 4, ">f4") if variance is None else variance
    primary = fits.PrimaryHDU(flux)
    primary.header.update(CARDS | cards)
    hdus = [primary, fits.ImageHDU(variance, name="VARIANCE")]
    if wavelength is not None:
        hdus.append(fits.ImageHDU(wavelength, name="WAVELENGTH"))
    file = io.BytesIO()
    fits.HDUList([*hdus, fibres() if table is None else table]).writeto(file)
    return file.getvalue()


def test_fibres_on_objects_are_read_and_no_others():
    first, last = parse(content(), "a.fits")
    assert first.spectrum.identifier == "2df:20151217-RD0028-QSO_1"
    assert last.spectrum.identifier == "2df:20151217-RD0028-QSO_2"
    assert (last.hdu, last.row) == (0, 2)
    np.testing.assert_array_equal(last.spectrum.flux, 16 + np.arange(8))
    np.testing.assert_array_equal(last.spectrum.ivar, np.full(8, 0.25))
    assert last.catalogue == {
        "mjd": 57373.75,
        # MJD 57373 was 17 December 2015.
        "observed": "2015-12-17T18:00:00",
        "ra": pytest.approx(32.0, rel=1e-12),
        "dec": pytest.approx(-28.0, rel=1e-12),
        "target": "QSO 2",
        "plan": "FLD195_v03",
        "fibre": 102.0,
    }


def test_wavelengths_count_from_the_reference_pixel_and_become_those_in_vacuum():
    first, last = parse(content(), "a.fits")
    # Hα: 6562.80 Å in air are 6564.61 Å in vacuum; the third pixel is the reference.
    np.testing.assert_allclose(first.spectrum.wavelength[2], 6564.61, rtol=0, atol=0.01)
    assert first.spectrum.wavelength is last.spectrum.wavelength


def test_a_card_says_that_wavelengths_are_in_vacuum():
    first, _ = parse(content(VACUUM=True), "a.fits")
    np.testing.assert_allclose(
        first.spectrum.wavelength, 6562.80 + 1.5 * (np.arange(8) - 2), rtol=1e-14
    )


@pytest.mark.parametrize("rows", [1, 4])
def test_stored_wavelengths_are_preferred_and_may_be_logarithms(rows):
    stored = np.log10(np.linspace(4000, 4070, N_PIXELS))
    stored = stored if rows == 1 else np.tile(stored, (rows, 1))
    first, _ = parse(content(wavelength=stored, VACUUM=True, LOGSCALE=True), "a.fits")
    np.testing.assert_allclose(first.spectrum.wavelength, np.linspace(4000, 4070, 8))


def test_what_has_no_variance_or_flux_is_not_used():
    flux, variance = np.ones((4, 8), ">f4"), np.ones((4, 8), ">f4")
    flux[0, 1], variance[0, 2:5] = np.nan, [np.nan, 0, -1]
    first, _ = parse(content(flux=flux, variance=variance), "a.fits")
    assert np.flatnonzero(first.spectrum.ivar == 0).tolist() == [1, 2, 3, 4]


def test_a_fibre_that_received_nothing_is_left_out():
    flux = np.ones((4, 8), ">f4")
    flux[0] = np.nan
    (only,) = parse(content(flux=flux), "a.fits")
    assert only.row == 2


def test_one_spectrum_may_be_an_image_of_one_dimension():
    one = content(fibres("P", ("QSO 1",)), flux=np.ones(8, ">f4"))
    assert len(parse(one, "a.fits")) == 1


def test_fibres_of_one_name_or_none_are_told_apart_by_their_rows():
    found = parse(content(fibres("PPPP", ("A", "A", "", "B"))), "a.fits")
    keys = [each.spectrum.identifier.split("-")[-1] for each in found]
    assert keys == ["1", "2", "3", "B"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"table": fibres("SSFU")}, "expected a fibre of type P .* got types"),
        ({"table": fibres("PP", ("A", "B"))}, "a row for each of 2 rows of FIBRES"),
        ({"variance": np.ones((3, 8))}, r"got \(4, 8\) and \(3, 8\)"),
        ({"UTDATE": None}, "Expected UTDATE and RUN"),
        ({"RUN": None}, "Expected UTDATE and RUN"),
        ({"CUNIT1": "km/s"}, "Expected a unit of wavelength .* got 'km/s'"),
        ({"wavelength": np.full(8, -1.0)}, "Expected positive wavelengths, got -1"),
    ],
)
def test_what_cannot_be_read_is_refused(settings, words):
    with pytest.raises(LoaderError, match=rf"a\.fits: .*{words}"):
        parse(content(**settings), "a.fits")


def test_a_damaged_file_is_read_or_refused():
    rng = np.random.default_rng(4)
    whole = content()
    for _ in range(100):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 20):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(damaged), "damaged.fits")


@pytest.mark.parametrize(
    "name",
    [
        "emlLinearSkyAirHelio",
        "emlLinearSkyAirNoHelio",
        "emlLinearVacuumNoHelio",
        "emlLogVacuumHelioCMB",
    ],
)
def test_real_files_are_read_as_by_hand(real_lamost, name):
    path = real_lamost.parent / "other_1d" / f"{name}.fits"
    (observation,) = load(path)
    spectrum = observation.spectrum
    assert spectrum.identifier == "2df:20151217-RD0028-D0221394-2854323"
    with fits.open(path, memmap=False) as hdus:
        flux, variance = hdus[0].data, hdus["VARIANCE"].data
    np.testing.assert_array_equal(spectrum.flux, flux)
    # 37 pixels without flux and one of negative variance.
    good = np.isfinite(flux) & (variance > 0)
    assert good.sum() == 5037 - 38
    np.testing.assert_allclose(spectrum.ivar[good], 1 / variance[good].astype(float))
    assert not spectrum.ivar[~good].any()
    # The name says where on the sky: 02 21 39.4 -28 54 32.3.
    assert observation.catalogue["ra"] == pytest.approx(
        15 * (2 + 21 / 60 + 39.4 / 3600), abs=1e-3
    )
    assert observation.catalogue["dec"] == pytest.approx(
        -(28 + 54 / 60 + 32.3 / 3600), abs=1e-3
    )


def test_air_and_vacuum_linear_and_log_of_one_real_spectrum_agree(real_lamost):
    """The same spectrum in four forms; Marz's authors made the wavelengths in vacuum."""
    folder = real_lamost.parent / "other_1d"
    air, vacuum, log = (
        load(folder / f"eml{name}.fits")[0].spectrum.wavelength
        for name in ("LinearSkyAirHelio", "LinearVacuumNoHelio", "LogVacuumHelioCMB")
    )
    # Theirs is a straight line between the ends: 0.003 Å off in the middle.
    np.testing.assert_allclose(air, vacuum, rtol=0, atol=0.01)
    np.testing.assert_allclose(log, vacuum, rtol=0, atol=1e-4)
