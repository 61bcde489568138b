import contextlib
import io

import numpy as np
import pytest
from astropy.io import fits
from numpy.polynomial import Legendre

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse
from specoracle.spectra.air import air_to_vacuum, vacuum_to_air

N_PIXELS = 40


def attributes(specs):
    words = "wtype=multispec " + " ".join(
        f'spec{n} = "{spec}"' for n, spec in enumerate(specs, 1)
    )
    cards = [words[start : start + 68] for start in range(0, len(words), 68)]
    return {f"WAT2_{n:03d}": card for n, card in enumerate(cards, 1)}


def order(aperture, first, *, step=1.0, n_pixels=N_PIXELS):
    return f"{aperture} {100 - aperture} 0 {first} {step} {n_pixels} 0. 1. 2."


def content(specs, *, data=None, **cards):
    n_lines = len(specs)
    rows = np.arange(1.0, n_lines + 1)[:, None] + np.zeros(N_PIXELS)
    hdu = fits.PrimaryHDU(rows if data is None else data)
    hdu.header.update(
        {
            "OBJECT": "IQAur",
            "RA": "05:19:00.0",
            "DEC": "+33:44:54.",
            "WAT0_001": "system=multispec",
            "WAT1_001": "wtype=multispec label=Wavelength units=angstroms",
            "CTYPE1": "MULTISPE",
            "CTYPE2": "MULTISPE",
            "VACUUM": True,
        }
        | attributes(specs)
        | cards
    )
    file = io.BytesIO()
    fits.HDUList([hdu]).writeto(file)
    return file.getvalue()


def equispec(n_lines=3, **cards):
    data = np.arange(1.0, n_lines + 1)[:, None] + np.arange(N_PIXELS)
    axis = {"CTYPE1": "LINEAR", "CRVAL1": 5000.0, "CD1_1": 2.0, "CRPIX1": 1.0}
    names = {f"APNUM{n}": f"{10 * n} 1 7.37 13.48" for n in range(1, n_lines + 1)}
    system = {"WAT0_001": "system=equispec", "WAT1_001": "units=angstroms"}
    return content([], data=data, **(axis | names | system | cards))


def test_orders_are_joined_in_whatever_order_they_stand():
    orders = [order(1, 5060), order(2, 5000), order(3, 5030)]
    (observation,) = parse(content(orders), "a.fits")
    spectrum = observation.spectrum
    np.testing.assert_array_equal(spectrum.wavelength, 5000.0 + np.arange(100))
    # Ten pixels shared by two orders are the same pixels here, and averaged.
    assert spectrum.flux[0] == 2
    assert spectrum.flux[31] == 2.5
    assert spectrum.flux[-1] == 1
    assert spectrum.identifier.startswith("iraf:a-")
    assert observation.catalogue["object_name"] == "IQAur"
    assert observation.catalogue["ra"] == pytest.approx(79.75)


def test_orders_on_different_pixels_meet_in_the_middle():
    (observation,) = parse(content([order(1, 5000), order(2, 5030.5)]), "a.fits")
    spectrum = observation.spectrum
    np.testing.assert_array_equal(
        spectrum.flux == 1, spectrum.wavelength < (5039 + 5030.5) / 2
    )


def test_a_stretch_between_orders_that_nothing_saw_is_marked():
    (observation,) = parse(content([order(1, 5000), order(2, 5100)]), "a.fits")
    bad = observation.spectrum.wavelength[observation.spectrum.ivar == 0]
    assert bad.tolist() == [5040, 5099]


def test_an_order_inside_another_is_left_out():
    orders = [order(1, 5000), order(2, 5010, n_pixels=20), order(3, 5035.5)]
    (observation,) = parse(content(orders), "a.fits")
    assert set(observation.spectrum.flux) == {1, 3}
    assert observation.spectrum.wavelength[-1] == 5074.5


def test_an_order_has_as_many_pixels_as_it_says():
    (observation,) = parse(content([order(1, 5000, n_pixels=30)]), "a.fits")
    assert observation.spectrum.wavelength[-1] == 5029


def test_an_order_that_runs_to_the_blue_is_turned_round():
    rows = np.arange(N_PIXELS, dtype=float)[None]
    (observation,) = parse(content([order(1, 5039, step=-1.0)], data=rows), "a.fits")
    np.testing.assert_array_equal(observation.spectrum.flux, rows[0, ::-1])
    assert observation.spectrum.wavelength[0] == 5000


def test_pixels_of_a_cut_image_are_counted_as_before_the_cut():
    # 10 pixels were cut away, then two were added to one: l = 0.5 p - 4.75.
    whole = content([order(1, 5000)], LTM1_1=0.5, LTV1=-4.75)
    (observation,) = parse(whole, "a.fits")
    np.testing.assert_allclose(
        observation.spectrum.wavelength, 5010.5 + 2 * np.arange(N_PIXELS)
    )


def test_sigma_of_the_bands_is_the_error_of_each_order():
    rows = np.ones((2, 2, N_PIXELS))
    rows[1] *= [[2.0], [4.0]]
    bands = {"BANDID1": "spectrum - x", "BANDID2": "sigma - x"}
    whole = content([order(1, 5000), order(2, 5040)], data=rows, **bands)
    (observation,) = parse(whole, "a.fits")
    assert observation.spectrum.ivar[[0, -1]].tolist() == [0.25, 0.0625]


@pytest.mark.parametrize("kind", ["multispec", "equispec"])
def test_fibres_of_the_same_wavelengths_remain_apart(kind):
    whole = (
        equispec(APID2="HD 1", DATE="x")
        if kind == "equispec"
        else content([order(10, 5000), order(20, 5001), order(30, 5002)], APID2="HD 1")
    )
    found = parse(whole, "a.fits")
    assert [each.row for each in found] == [0, 1, 2]
    assert [each.spectrum.identifier.split("-")[-1] for each in found] == ["10", "20", "30"]
    assert [each.spectrum.flux[0] for each in found] == [1, 2, 3]
    # The place is that of the telescope.
    assert [each.catalogue for each in found] == [
        {"object_name": "IQAur"},
        {"object_name": "HD 1"},
        {"object_name": "IQAur"},
    ]


def test_an_empty_order_is_left_out():
    rows = np.ones((2, N_PIXELS))
    rows[0] = np.nan
    (observation,) = parse(content([order(1, 5000), order(2, 5100)], data=rows), "a.fits")
    assert observation.spectrum.wavelength[0] == 5100


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (content([order(1, 5000)], data=np.full((1, 40), np.nan)), "Expected a flux"),
        (content([order(1, 5000)], data=np.ones((2, 40))), "Expected spec1 to spec2"),
        (content(["1 1 -1 1. 1. 40 0. 1. 2."]), "expected dispersion of type 0, 1 or 2"),
        (content([order(1, -5000)]), "Expected positive wavelengths"),
        (content([order(1, 5000, step=0)]), "expected strictly increasing"),
        (content([order(1, 5000)], WAT1_001="units=hertz"), "got 'hertz'"),
        (equispec(CRVAL1=None), "Expected CRVAL1"),
    ],
)
def test_what_cannot_be_calibrated_is_refused(whole, words):
    with pytest.raises(LoaderError, match=rf"a\.fits: .*{words}"):
        parse(whole, "a.fits")


def test_a_damaged_file_is_read_or_refused():
    rng = np.random.default_rng(4)
    whole = content([order(1, 5000), order(2, 5030.5)])
    for _ in range(150):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 20):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(damaged), "damaged.fits")


def test_a_real_echelle_spectrum_has_every_pixel_where_its_legendre_series_says(
    real_lamost,
):
    path = real_lamost.parent / "other_1d" / "TRES.fits"
    (observation,) = load(path)
    spectrum = observation.spectrum
    with fits.open(path, memmap=False) as hdus:
        flux = hdus[0].data.astype(np.float64)
    # Order 1 and the last, copied from WAT2 by hand.
    first = Legendre(
        [
            3.88916167994706075e03,
            3.79382324171804228e01,
            -1.0705926140357809e00,
            -1.5336842230746590e-02,
            1.40858413769215872e-03,
        ],
        domain=[1, 2304],
    )
    pixel = np.arange(1.0, 2305.0)
    wavelength = air_to_vacuum(first(pixel))
    # The first half of the first order has no other order to share with.
    np.testing.assert_allclose(spectrum.wavelength[:1000], wavelength[:1000], rtol=1e-14)
    np.testing.assert_array_equal(spectrum.flux[:1000], flux[0, :1000])
    np.testing.assert_array_equal(spectrum.flux[-1000:], flux[50, -1000:])
    assert vacuum_to_air(spectrum.wavelength[-1:])[0] == pytest.approx(
        9011.66669852831910
        + 87.7712107541941862
        - 2.4819938970412712
        - 0.026146059812234210
        + 0.00157554807328447372,
        abs=1e-5,
    )
    assert observation.catalogue["object_name"] == "IQAur"


def test_a_real_star_of_class_a_absorbs_at_the_vacuum_wavelength_of_h_alpha(real_lamost):
    (observation,) = load(real_lamost.parent / "other_1d" / "TRES.fits")
    spectrum = observation.spectrum
    line = np.abs(spectrum.wavelength - 6564.61) < 8
    depth = np.clip(np.quantile(spectrum.flux[line], 0.9) - spectrum.flux[line], 0, None)
    centre = np.average(spectrum.wavelength[line], weights=depth)
    # In air the line would be 1.8 Å away; star and Earth move by 0.7 Å at most.
    assert centre == pytest.approx(6564.61, abs=0.9)
