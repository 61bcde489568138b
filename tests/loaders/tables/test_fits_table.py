import io

import numpy as np
import pytest
from astropy.io import fits

from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import load
from specoracle.spectra.air import air_to_vacuum

WAVELENGTH = np.linspace(5000.0, 7000.0, 20)
FLUX = np.linspace(1.0, 2.0, 20)


def hdu(name="", **columns):
    made = [
        fits.Column(key, "D" if np.ndim(v) == 1 else f"{len(v[0])}E", array=np.array(v))
        for key, v in columns.items()
    ]
    return fits.BinTableHDU.from_columns(made, name=name)


def found(tmp_path, *hdus, loader=None):
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(file)
    (tmp_path / "star.fits").write_bytes(file.getvalue())
    return load(tmp_path / "star.fits", loader=loader)


def refusal(tmp_path, *hdus, loader=None):
    with pytest.raises(LoaderError, match=r"^star\.fits: ") as caught:
        found(tmp_path, *hdus, loader=loader)
    return str(caught.value)


@pytest.mark.parametrize(
    "names", ["WAVE FLUX ERR", "lambda flux sigma", "wl intensity std"]
)
def test_one_row_a_pixel_is_read_by_the_names_of_columns(tmp_path, names):
    columns = zip(names.split(), (WAVELENGTH, FLUX, np.full(20, 0.5)), strict=True)
    (observation,) = found(tmp_path, hdu(**dict(columns)))
    np.testing.assert_array_equal(observation.spectrum.wavelength, WAVELENGTH)
    np.testing.assert_array_equal(observation.spectrum.flux, FLUX)
    np.testing.assert_array_equal(observation.spectrum.ivar, np.full(20, 4.0))
    assert observation.spectrum.identifier.startswith("table:star-")
    assert (observation.hdu, observation.row) == (1, 0)


def test_each_row_of_arrays_is_a_spectrum_unless_it_holds_nothing(tmp_path):
    flux = np.stack([FLUX, np.zeros(20), FLUX + 1])
    table = hdu(wavelength=np.tile(WAVELENGTH, (3, 1)), flux=flux, ivar=np.ones((3, 20)))
    observations = found(tmp_path, table)
    assert [observation.row for observation in observations] == [0, 2]
    assert len({observation.spectrum.identifier for observation in observations}) == 2
    np.testing.assert_allclose(observations[1].spectrum.flux, FLUX + 1, rtol=1e-6)


def test_units_comments_and_cards_say_nanometres_in_air(tmp_path):
    for column, card in (("", {"VACUUM": False}), ("air", {}), ("", {"AIRORVAC": "air"})):
        table = hdu(**{f"wave{column}": WAVELENGTH / 10, "flux": FLUX})
        table.header["TUNIT1"] = "nm"
        table.header.update(card)
        (observation,) = found(tmp_path, table)
        np.testing.assert_allclose(
            observation.spectrum.wavelength, air_to_vacuum(WAVELENGTH), rtol=1e-12
        )


def test_of_a_vacuum_and_an_air_column_the_one_in_vacuum_is_taken(tmp_path):
    table = hdu(wave_air=WAVELENGTH - 1.8, wave_vac=WAVELENGTH, flux=FLUX)
    (observation,) = found(tmp_path, table)
    np.testing.assert_array_equal(observation.spectrum.wavelength, WAVELENGTH)


def test_a_velocity_axis_is_refused_for_what_it_is(tmp_path):
    table = hdu(spectral=np.linspace(-50, 50, 20), flux=FLUX)
    table.header["TUNIT1"] = "km/s"
    assert "expected wavelengths, got a velocity axis in km/s" in refusal(tmp_path, table)


def test_several_tables_are_refused_until_one_is_chosen(tmp_path):
    tables = [hdu(wave=WAVELENGTH, flux=FLUX), hdu(wave=WAVELENGTH, flux=FLUX + 1)]
    assert "got 2; tables are in HDU 1, 2. Say which" in refusal(tmp_path, *tables)
    (observation,) = found(tmp_path, *tables, loader="table:hdu=2")
    np.testing.assert_array_equal(observation.spectrum.flux, FLUX + 1)
    assert observation.hdu == 2


def test_two_grids_are_refused_until_one_is_chosen(tmp_path):
    table = hdu(wave=WAVELENGTH, wavelength=WAVELENGTH + 1, flux=FLUX)
    assert "expected one column of wavelength, got 2" in refusal(tmp_path, table)
    (observation,) = found(tmp_path, table, loader="table:wavelength=wave")
    np.testing.assert_array_equal(observation.spectrum.wavelength, WAVELENGTH)


def test_a_table_of_a_survey_that_its_loader_does_not_know_is_no_strangers(tmp_path):
    table = hdu(wave=WAVELENGTH, flux=FLUX)
    for telescope in ("LAMOST", "SDSS 2.5-M"):
        primary = fits.PrimaryHDU()
        primary.header["TELESCOP"] = telescope
        file = tmp_path / "star.fits"
        fits.HDUList([primary, table]).writeto(file, overwrite=True)
        with pytest.raises(LoaderError, match="expected a layout"):
            load(file)
        assert len(load(file, loader="table")) == 1


def test_a_table_without_a_flux_is_refused_with_its_columns(tmp_path):
    message = refusal(tmp_path, hdu(wave=WAVELENGTH, ra=FLUX), loader="table")
    assert "expected a column of flux, got 2 columns 'wave', 'ra'" in message


def test_a_file_of_images_alone_is_refused_as_such(tmp_path):
    message = refusal(tmp_path, fits.ImageHDU(np.ones(20)), loader="table")
    assert "got a FITS file without any table" in message


def test_an_hdu_that_holds_no_table_is_refused(tmp_path):
    message = refusal(tmp_path, hdu(wave=WAVELENGTH, flux=FLUX), loader="table:hdu=7")
    assert "got 0; tables are in HDU 1" in message


def test_a_file_in_memory_gets_the_same_identifier_whatever_its_folder(tmp_path):
    (first,) = found(tmp_path, hdu(wave=WAVELENGTH, flux=FLUX))
    (tmp_path / "b").mkdir()
    (second,) = found(tmp_path / "b", hdu(wave=WAVELENGTH, flux=FLUX))
    (third,) = found(tmp_path / "b", hdu(wave=WAVELENGTH, flux=FLUX + 1))
    assert first.spectrum.identifier == second.spectrum.identifier
    assert first.spectrum.identifier != third.spectrum.identifier
