import gzip

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import SpectrumError
from specoracle.simulate.lamost_files import LAYOUTS, fits_bytes, write_star
from specoracle.simulate.placement import Placement
from specoracle.simulate.star import simulate_star


@pytest.fixture(scope="module")
def star():
    return simulate_star(
        np.random.default_rng(0),
        spectral_type="A5",
        placement=Placement(local_mjd=55862, plan="B6202", spectrograph=1, fibre=2),
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gz"])
def test_astropy_opens_every_layout_without_complaint(tmp_path, star, layout, compress):
    path = write_star(tmp_path, star, layout=layout, compress=compress)
    with fits.open(path) as hdus:  # warnings are errors
        hdus.verify("exception")
        header = hdus[0].header
        assert (header["SUBCLASS"], header["CLASS"]) == ("A5", "STAR")
        assert header["LMJD"] == 55862
        assert header["VACUUM"] is True
        assert header["Z"] == pytest.approx(star.redshift, abs=1e-8)
        assert header["SNRR"] == pytest.approx(star.snr["r"], abs=0.01)
        # What a real file of LMJD 55862 says.
        assert header["DATE-OBS"].startswith("2011-10-27")


def test_the_image_layout_holds_five_rows(tmp_path, star):
    with fits.open(write_star(tmp_path, star)) as hdus:
        assert len(hdus) == 1
        assert hdus[0].data.dtype == np.dtype(">f4")
        flux, ivar, wavelength, andmask, ormask = hdus[0].data
        header = hdus[0].header
        assert header["EXTEN0"] == "Flux, Inverse, Wavelength, Andmask, Ormask"
        assert header["FIBERMAS"] == 0
        assert header["MAGTYPE"] == "ugriz"
        np.testing.assert_array_equal(flux, star.flux.astype(np.float32))
        np.testing.assert_array_equal(ivar, star.ivar.astype(np.float32))
        np.testing.assert_array_equal(andmask, star.andmask)
        np.testing.assert_array_equal(ormask, star.ormask)
        exponent = header["COEFF0"] + header["COEFF1"] * np.arange(wavelength.size)
        # Stored wavelengths of real files agree with the coefficients to 3.2e-7 dex.
        assert abs(np.log10(wavelength.astype(float)) - exponent).max() < 3.2e-7


def test_the_table_layout_holds_one_row_of_arrays(tmp_path, star):
    with fits.open(write_star(tmp_path, star, layout="table")) as hdus:
        assert hdus[0].header["NAXIS"] == 0
        assert hdus[0].header["FIB_MASK"] == 0
        table = hdus["COADD"]
        assert table.data.shape == (1,)
        assert table.columns.names == [
            "FLUX",
            "IVAR",
            "WAVELENGTH",
            "ANDMASK",
            "ORMASK",
            "NORMALIZATION",
        ]
        assert set(table.columns.formats) == {f"{star.wavelength.size}E"}
        np.testing.assert_array_equal(table.data["FLUX"][0], star.flux.astype(np.float32))
        assert np.median(table.data["NORMALIZATION"]) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gzip_holds_the_plain_bytes_and_no_time(tmp_path, star, layout):
    content = write_star(tmp_path, star, layout=layout, compress=True).read_bytes()
    assert gzip.decompress(content) == fits_bytes(star, layout=layout)
    # RFC 1952: bytes 4 to 7 are the modification time.
    assert content[4:8] == b"\0\0\0\0"


def test_files_are_named_as_lamost_names_them(tmp_path, star):
    path = write_star(tmp_path, star, compress=True)
    assert path == tmp_path / "B6202" / "spec-55862-B6202_sp01-002.fits.gz"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_an_unknown_layout_is_refused_with_the_known_ones(star):
    with pytest.raises(SpectrumError, match="image, table, got 'sdss'"):
        fits_bytes(star, layout="sdss")
