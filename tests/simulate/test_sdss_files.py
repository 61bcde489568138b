from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import SpectrumError
from specoracle.loaders import sdss_spec
from specoracle.simulate.placement import Placement, place
from specoracle.simulate.sdss_files import (
    RUN2D,
    file_name,
    fits_bytes,
    key,
    write_star,
)
from specoracle.simulate.star import simulate_star


@pytest.fixture(scope="module")
def star():
    return simulate_star(
        np.random.default_rng(0),
        label="emission",
        spectral_type="B5",
        placement=Placement(local_mjd=55862, spectrograph=5, fibre=2, ra=10.5, dec=-3.25),
    )


@pytest.mark.parametrize("record", RUN2D)
def test_a_file_is_a_lite_one_of_sdss(tmp_path, star, record):
    with fits.open(
        write_star(tmp_path, star, record=record)
    ) as hdus:  # warnings are errors
        hdus.verify("exception")
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "COADD", record, "SPZLINE"]
        # Columns and formats of real files.
        assert hdus[1].columns.names == [
            "flux",
            "loglam",
            "ivar",
            "and_mask",
            "or_mask",
            "wdisp",
            "sky",
            "model",
        ]
        assert hdus[1].columns.formats == ["E", "E", "E", "J", "J", "E", "E", "E"]
        formats = dict(zip(hdus[2].columns.names, hdus[2].columns.formats, strict=True))
        wanted = {"CLASS": "6A", "SUBCLASS": "21A", "Z": "E", "SN_MEDIAN": "5E"}
        wanted |= {"PLUG_RA": "D", "PLUG_DEC": "D", "PLATE": "J", "ZWARNING": "J"}
        assert wanted.items() <= formats.items()
        assert len(formats) > 20


@pytest.mark.parametrize("record", RUN2D)
def test_what_is_true_of_a_star_is_in_its_file(tmp_path, star, record):
    with fits.open(write_star(tmp_path, star, record=record)) as hdus:
        header, pixels, row = hdus[0].header, hdus[1].data, hdus[2].data[0]
        lines = hdus[3].data
    np.testing.assert_array_equal(pixels["flux"], star.flux.astype(np.float32))
    np.testing.assert_array_equal(pixels["ivar"], star.ivar.astype(np.float32))
    np.testing.assert_array_equal(pixels["and_mask"], star.andmask)
    # Half a step of float32 at 3.9 is 1.2e-7 dex.
    np.testing.assert_allclose(
        pixels["loglam"], np.log10(star.wavelength), rtol=0, atol=1.3e-7
    )
    assert (row["CLASS"], row["SUBCLASS"]) == ("STAR", "B5")
    assert row["Z"] == np.float32(star.redshift)
    assert (row["PLUG_RA"], row["PLUG_DEC"]) == (10.5, -3.25)
    np.testing.assert_allclose(row["SN_MEDIAN"], [star.snr[b] for b in "ugriz"], rtol=1e-6)
    # As in real files these are of the plate, and no reader may take them.
    assert header["RA"] != 10.5
    assert header["COEFF0"] < pixels["loglam"][0] - 1e-4
    halpha = lines[lines["LINENAME"] == "H_alpha"][0]
    assert halpha["LINEEW"] == pytest.approx(star.line.equivalent_width, rel=1e-6)


@pytest.mark.parametrize("record", RUN2D)
def test_the_loader_reads_it(tmp_path, star, record):
    with fits.open(write_star(tmp_path, star, record=record)) as hdus:
        assert sdss_spec.recognises(hdus)
        (observation,) = sdss_spec.read(hdus)
    assert observation.spectrum.identifier == "sdss:4002-55862-0002"
    assert observation.catalogue["object_class"] == "STAR"
    assert observation.catalogue["observed"] == "2011-10-28"


def test_numbers_of_eboss_are_unsigned(tmp_path, star):
    with fits.open(write_star(tmp_path, star, record="SPALL")) as hdus:
        number = hdus[2].data["SPECOBJID"][0]
    # SDSS's rule: plate, fibre and MJD - 50000 from bits 50, 38 and 24 on.
    assert number.dtype == np.uint64
    assert int(number) == 4002 * 2**50 + 2 * 2**38 + 5862 * 2**24


def test_files_are_named_as_sdss_names_them(tmp_path, star):
    # The fifth spectrograph of 250 fibres begins the second thousand.
    assert key(star) == (4002, 55862, 2)
    assert file_name(star) == "spec-4002-55862-0002.fits"
    path = write_star(tmp_path / "new", star)
    assert list(path.parent.iterdir()) == [tmp_path / "new" / file_name(star)]


def test_no_two_stars_of_a_survey_share_a_fibre():
    star = simulate_star(np.random.default_rng(0))
    indices = {*range(0, 8200, 111), 999, 1000, 3999, 4000}
    keys = {key(replace(star, placement=place(0, index))) for index in indices}
    # Nights differ between plans, so the plate and the fibre alone have to.
    assert len({(plate, fibre) for plate, _, fibre in keys}) == len(indices)


def test_the_same_star_gives_the_same_bytes(star):
    assert fits_bytes(star) == fits_bytes(star)


def test_an_unknown_record_is_refused_with_the_known_ones(star):
    with pytest.raises(SpectrumError, match="SPECOBJ, SPALL, got 'ZBEST'"):
        fits_bytes(star, record="ZBEST")
