"""Real tables, against what astropy and numpy read in them."""

import warnings

import numpy as np
import pytest
from astropy.io import fits
from astropy.io.votable import parse_single_table

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.spectra.air import air_to_vacuum


@pytest.fixture
def real(real_lamost):
    return real_lamost.parent


def as_table(path, options="table"):
    (observation,) = load(path, loader=options)
    return observation


def test_the_votable_is_in_air_as_its_description_says(real):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        array = parse_single_table(real / "ondrejov" / "binary.vot", verify="ignore").array
    observation = as_table(real / "ondrejov" / "binary.vot")
    np.testing.assert_array_equal(observation.spectrum.flux, array["flux"])
    expected = air_to_vacuum(np.asarray(array["spectral"]))
    np.testing.assert_array_equal(observation.spectrum.wavelength, expected)
    assert observation.catalogue["object_name"] == "HD217476"
    # SIMBAD: V509 Cas lies at 345.0213, +56.9454.
    assert observation.catalogue["ra"] == pytest.approx(345.0213, abs=1e-3)
    assert observation.catalogue["dec"] == pytest.approx(56.9454, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "delimiter", "n_pixels"),
    [
        ("ondrejov/spectrum.csv", ",", 1997),
        ("ondrejov/spectrum.txt", None, 1997),
        ("sdss/spec-0306-51637-0004-catB.dat", None, 3858),
        ("sdss/spec-0306-51690-0020-catB.dat", None, 3869),
        ("sdss/spec-0344-51693-0315-catB.dat", None, 3877),
    ],
)
def test_texts_hold_what_numpy_reads_in_them(real, name, delimiter, n_pixels):
    wavelength, flux = np.loadtxt(real / name, delimiter=delimiter, unpack=True)
    spectrum = as_table(real / name).spectrum
    assert spectrum.wavelength.shape == (n_pixels,)
    np.testing.assert_array_equal(spectrum.wavelength, wavelength)
    np.testing.assert_array_equal(spectrum.flux, flux)
    in_air = as_table(real / name, "table:medium=air").spectrum
    np.testing.assert_array_equal(in_air.wavelength, air_to_vacuum(wavelength))


def test_texts_of_sdss_lie_on_its_vacuum_grid(real):
    # log10 of SDSS's vacuum wavelengths are multiples of 1e-4; in air they are not.
    spectrum = as_table(real / "sdss" / "spec-0306-51637-0004-catB.dat").spectrum
    steps = np.log10(spectrum.wavelength) / 1e-4
    np.testing.assert_allclose(steps, np.round(steps), atol=2e-3)


def test_the_template_is_read_with_its_error(real):
    data = fits.getdata(real / "templates" / "K5_+0.0_Dwarf.fits", 1)
    spectrum = as_table(real / "templates" / "K5_+0.0_Dwarf.fits").spectrum
    np.testing.assert_allclose(np.log10(spectrum.wavelength), data["LogLam"], rtol=1e-12)
    np.testing.assert_array_equal(spectrum.flux, data["Flux"])
    known = np.isfinite(data["PropErr"]) & np.isfinite(data["Flux"])
    np.testing.assert_array_equal(spectrum.ivar > 0, known)
    np.testing.assert_allclose(spectrum.ivar[known] ** -0.5, data["PropErr"][known])


def test_tables_of_ondrejov_are_read_without_a_loader_of_their_own(real):
    paths = sorted((real / "ondrejov").glob("*.fits"))
    # A primary HDU without data is 2880 bytes; the images begin at once.
    tables = [path for path in paths if b"XTENSION" in path.read_bytes()[2880:2900]]
    assert len(tables) > 10
    for path in tables:
        data = fits.getdata(path, 1)
        options = (
            "table" if "air" in fits.getheader(path, 1).comments["TTYPE1"].lower() else ""
        )
        spectrum = as_table(path, options or "table:medium=air").spectrum
        np.testing.assert_array_equal(spectrum.flux, data["flux"])
        expected = air_to_vacuum(data["spectral"].astype(float))
        np.testing.assert_array_equal(spectrum.wavelength, expected)


def test_a_lamost_table_is_the_same_by_the_general_reader(real):
    (path,) = (real / "lamost_lrs").glob("spec-59733-GACII273N38B1_sp13-050.fits.gz")
    ours, (surveys,) = as_table(path).spectrum, load(path)
    np.testing.assert_array_equal(ours.wavelength, surveys.spectrum.wavelength)
    np.testing.assert_array_equal(ours.flux, surveys.spectrum.flux)
    np.testing.assert_allclose(ours.ivar, surveys.spectrum.ivar)


def test_a_numpy_file_that_was_never_filled_is_refused_as_such(real):
    (path,) = (real / "lamost_lrs").glob("*.npy")
    with pytest.raises(LoaderError, match="got 10 rows that hold zeros or nothing"):
        load(path)
