import contextlib
import io
import time

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load, parse

# DESI's arms overlap on pixels of one grid; so do these, with 3 pixels each.
ARMS = {
    "B": 3600.0 + 0.8 * np.arange(20),
    "R": 3613.6 + 0.8 * np.arange(23),
    "Z": 3629.6 + 0.8 * np.arange(13),
}
TARGETS = [39627866878511337, 616088619186127404, 39627866878514741]


def image(name, values):
    return fits.ImageHDU(values, name=name)


def arm_hdus(arm, n_spectra, *, mask=None):
    shape = (n_spectra, ARMS[arm].size)
    flux = np.arange(np.prod(shape), dtype=">f4").reshape(shape) + ord(arm)
    return [
        image(f"{arm}_WAVELENGTH", ARMS[arm]),
        image(f"{arm}_FLUX", flux),
        image(f"{arm}_IVAR", np.full(shape, "BRZ".index(arm) + 1, ">f4")),
        image(f"{arm}_MASK", np.zeros(shape, np.int32) if mask is None else mask),
    ]


def fibermap(kinds=("TGT", "SKY", "TGT"), **columns):
    n_spectra = len(kinds)
    formats = {"OBJTYPE": "3A", "TARGETID": "K", "EXPID": "J", "FIBER": "J"}
    values = {
        "TARGETID": TARGETS[:n_spectra],
        "OBJTYPE": kinds,
        "TARGET_RA": np.linspace(10.0, 12.0, n_spectra),
        "TARGET_DEC": np.linspace(-1.0, 1.0, n_spectra),
        "FLUX_G": [1.0, 2.0, -0.5][:n_spectra],
        "FLUX_R": [100.0, 2.0, np.nan][:n_spectra],
    } | columns
    return fits.BinTableHDU.from_columns(
        [
            fits.Column(name, formats.get(name, "D"), array=np.array(value))
            for name, value in values.items()
            if value is not None
        ],
        name="FIBERMAP",
    )


def content(*hdus, cards=(("SURVEY", "main"), ("PROGRAM", "dark"))):
    primary = fits.PrimaryHDU()
    primary.header.update(dict(cards))
    file = io.BytesIO()
    fits.HDUList([primary, *hdus]).writeto(file)
    return file.getvalue()


def coadd(*more, arms="BRZ", **settings):
    hdus = [hdu for arm in arms for hdu in arm_hdus(arm, 3)]
    return content(fibermap(), *hdus, *more, **settings)


def test_each_target_is_one_spectrum_of_all_arms():
    first, last = parse(coadd(), "a.fits")
    assert first.spectrum.identifier == "desi:main-dark-39627866878511337"
    assert last.spectrum.identifier == "desi:main-dark-39627866878514741"
    assert [(each.hdu, each.row) for each in (first, last)] == [(3, 0), (3, 2)]
    np.testing.assert_allclose(
        last.spectrum.wavelength, 3600 + 0.8 * np.arange(50), rtol=0, atol=1e-9
    )
    # Row 2 begins with 2 · 20 pixels before it, plus 66, the letter B.
    assert last.spectrum.flux[:2].tolist() == [106, 107]
    # B has weight 1 and 123 there, R has weight 2 and 128: (123 + 2 · 128) / 3.
    assert last.spectrum.flux[17] == pytest.approx((123 + 2 * 128) / 3, rel=1e-6)
    assert last.spectrum.ivar[17] == 3
    assert first.spectrum.wavelength is last.spectrum.wavelength
    assert not first.spectrum.wavelength.flags.writeable


def test_fibres_on_no_target_are_left_out():
    assert len(parse(coadd(), "a.fits")) == 2
    no_target = content(fibermap(("SKY", "BAD", "")), *arm_hdus("B", 3))
    with pytest.raises(LoaderError, match=r"a\.fits: FIBERMAP: expected .*TGT, got .*SKY"):
        parse(no_target, "a.fits")


def test_a_masked_pixel_is_not_used():
    mask = np.zeros((3, 20), np.int32)
    mask[2, 4] = 1
    *_, last = parse(content(fibermap(), *arm_hdus("B", 3, mask=mask)), "a.fits")
    assert np.flatnonzero(last.spectrum.ivar == 0).tolist() == [4]


@pytest.mark.parametrize(("arms", "n_pixels"), [("B", 20), ("RZ", 33), ("BR", 40)], ids=str)
def test_an_arm_may_be_missing(arms, n_pixels):
    first, _ = parse(coadd(arms=arms), "a.fits")
    assert first.spectrum.wavelength.size == n_pixels
    assert first.spectrum.good.all()


def test_a_stretch_between_arms_that_nothing_saw_is_marked():
    first, _ = parse(coadd(arms="BZ"), "a.fits")
    bad = first.spectrum.wavelength[first.spectrum.ivar == 0]
    np.testing.assert_allclose(bad, [3616.0, 3628.8])


def test_single_exposures_of_a_target_are_told_apart():
    exposures = fibermap(
        ("TGT", "TGT", "TGT"),
        TARGETID=[7, 7, 8],
        EXPID=[83734, 83876, 83734],
        MJD=[59311.5, 59312.25, 59311.5],
        FIBER=[11, 12, 13],
        FIBERSTATUS=[0, 0, 0],
    )
    found = parse(content(exposures, *arm_hdus("B", 3)), "a.fits")
    assert [each.spectrum.identifier for each in found] == [
        "desi:main-dark-7-83734",
        "desi:main-dark-7-83876",
        "desi:main-dark-8-83734",
    ]
    assert found[1].catalogue["fibre"] == 12
    # MJD 59312 was 8 April 2021.
    assert found[1].catalogue["observed"] == "2021-04-08T06:00:00"


def test_a_coadd_of_one_tile_is_known_by_tile_and_nights():
    cards = (("TILEID", 80605), ("SPGRP", "cumulative"), ("SPGRPVAL", 20210205))
    first, _ = parse(coadd(cards=cards), "a.fits")
    assert first.spectrum.identifier == "desi:80605-cumulative-20210205-39627866878511337"


def test_without_a_survey_spectra_have_no_identifiers():
    with pytest.raises(LoaderError, match="Expected SURVEY and PROGRAM"):
        parse(coadd(cards=()), "a.fits")


def test_nanomaggies_become_magnitudes_and_what_is_no_flux_is_missing():
    first, last = parse(coadd(), "a.fits")
    # A flux of 1 nanomaggy is magnitude 22.5 by definition, 100 times that 5 less.
    assert (first.catalogue["mag_g"], first.catalogue["mag_r"]) == (22.5, 17.5)
    assert last.catalogue == {
        "ra": 12.0,
        "dec": 1.0,
        "target": "39627866878514741",
    }


def test_time_and_fibre_of_a_coadd_are_those_of_the_exposures_that_were_used():
    lines = {
        "TARGETID": [TARGETS[0], TARGETS[2], TARGETS[2], TARGETS[2]],
        "MJD": [59311.5, 59300.0, 59312.25, 59312.75],
        "FIBER": [11, 5, 12, 12],
        "FIBERSTATUS": [0, 512, 0, 0],
    }
    columns = [
        fits.Column(name, "D" if name == "MJD" else "K", array=np.array(values))
        for name, values in lines.items()
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EXP_FIBERMAP")
    _, last = parse(coadd(table), "a.fits")
    assert last.catalogue["mjd"] == 59312.5
    assert last.catalogue["fibre"] == 12


def test_class_and_redshift_come_from_redrock_where_it_had_data():
    columns = [
        fits.Column("TARGETID", "K", array=np.array(TARGETS)[[2, 0]]),
        fits.Column("Z", "D", array=np.array([0.25, 1.5])),
        fits.Column("ZWARN", "K", array=np.array([4, 1 << 9])),
        fits.Column("SPECTYPE", "6A", array=np.array(["GALAXY", "QSO"])),
        fits.Column("SUBTYPE", "20A", array=np.array(["", ""])),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="REDSHIFTS")
    first, last = parse(coadd(table), "a.fits")
    assert (last.catalogue["object_class"], last.catalogue["z"]) == ("GALAXY", 0.25)
    assert "subclass" not in last.catalogue
    assert "z" not in first.catalogue


def test_an_arm_of_another_number_of_spectra_is_refused():
    with pytest.raises(LoaderError, match=r"B_FLUX: expected .*\(3, 20\).* got \(2, 20\)"):
        parse(content(fibermap(), *arm_hdus("B", 2)), "a.fits")


def test_a_damaged_file_is_read_or_refused():
    rng = np.random.default_rng(3)
    whole = coadd()
    for _ in range(60):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(damaged), 20):
            damaged[place] = rng.integers(0, 256)
        with contextlib.suppress(LoaderError):
            parse(bytes(damaged), "damaged.fits")


def test_a_file_that_is_cut_in_any_header_or_data_is_refused():
    whole = coadd()
    with fits.open(io.BytesIO(whole)) as hdus:
        places = [hdu.fileinfo() for hdu in hdus]
        sizes = [hdu.size for hdu in hdus]
    cuts = [place["hdrLoc"] + 1000 for place in places[1:]]
    cuts += [
        place["datLoc"] + size // 2
        for place, size in zip(places[1:], sizes[1:], strict=True)
    ]
    for cut in cuts:
        with pytest.raises(LoaderError, match=r"a\.fits: .*[Ee]xpected"):
            parse(whole[:cut], "a.fits")


def test_an_arm_without_its_flux_is_refused():
    hdus = [hdu for arm in "BR" for hdu in arm_hdus(arm, 3)]
    with pytest.raises(LoaderError, match="expected R_FLUX and R_IVAR"):
        parse(content(fibermap(), *hdus[:5]), "a.fits")


def test_five_hundred_fibres_take_little_time_each():
    n_spectra = 500
    hdus = []
    for arm, size in {"B": 2751, "R": 2326, "Z": 2881}.items():
        start = {"B": 3600.0, "R": 5760.0, "Z": 7520.0}[arm]
        flux = np.ones((n_spectra, size), ">f4")
        hdus += [
            image(f"{arm}_WAVELENGTH", start + 0.8 * np.arange(size)),
            image(f"{arm}_FLUX", flux),
            image(f"{arm}_IVAR", flux),
        ]
    table = fibermap(
        ("TGT",) * n_spectra,
        TARGETID=np.arange(n_spectra),
        FLUX_G=np.ones(n_spectra),
        FLUX_R=np.ones(n_spectra),
    )
    whole = content(table, *hdus)
    began = time.perf_counter()
    assert len(parse(whole, "a.fits")) == n_spectra
    # 1 ms each on one core of 2026; ten times that leaves room for a busy machine.
    assert time.perf_counter() - began < 10e-3 * n_spectra


@pytest.mark.parametrize("kind", ["coadd", "spectra"])
def test_real_files_are_read_as_by_hand(real_lamost, kind):
    path = real_lamost.parent / "desi" / f"{kind}-sv3-dark-26065.fits"
    first, last = load(path)
    target, other = 39627866878511337, 39627866878514741
    exposure = "" if kind == "coadd" else "-83734"
    assert first.spectrum.identifier == f"desi:sv3-dark-{target}{exposure}"
    assert last.spectrum.identifier == f"desi:sv3-dark-{other}{exposure}"
    assert first.catalogue["release"] == "fuji"
    with fits.open(path, memmap=False) as hdus:
        wavelength = first.spectrum.wavelength
        # All arms together: 3600 to 9824 Å in steps of 0.8 Å.
        np.testing.assert_allclose(wavelength, 3600 + 0.8 * np.arange(7781), atol=1e-6)
        for arm, first_alone, last_alone in (
            ("B", 3600.0, 5759.0),
            ("R", 5801.0, 7519.0),
            ("Z", 7621.0, 9824.1),
        ):
            there = (wavelength > first_alone - 0.1) & (wavelength < last_alone)
            of_arm = hdus[f"{arm}_WAVELENGTH"].data
            alone = (of_arm > first_alone - 0.1) & (of_arm < last_alone)
            for observation in (first, last):
                row, spectrum = observation.row, observation.spectrum
                flux, ivar, mask = (
                    hdus[f"{arm}_{part}"].data[row][alone]
                    for part in ("FLUX", "IVAR", "MASK")
                )
                np.testing.assert_array_equal(spectrum.flux[there], flux)
                np.testing.assert_array_equal(
                    spectrum.ivar[there], np.where(mask == 0, ivar, 0)
                )
