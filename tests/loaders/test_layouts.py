"""Every real file there is, read twice: docs/layouts.md is what comes out."""

import independent
import layouts
import numpy as np
import pytest
import with_specutils
from layouts import FOLDER

from specoracle.loaders.survey_file import LOADERS, load

NOT_SURVEYS = {"MANIFEST.csv", "LABELS.csv"}

NOTHING_IN_IT = "lamost_lrs/LamostDataset-000-SNst_generate_new_index.npy"


IN_AIR = ("Ondrejov", "IVOA", "IRAF MULTISPEC", "Marz")
"""Layouts of which some files or all are in air."""


@pytest.fixture(scope="module")
def collection():
    if not (FOLDER / "MANIFEST.csv").is_file():
        pytest.skip(f"no real spectra on this machine: {FOLDER.name} is not there")
    return FOLDER


@pytest.fixture(scope="module")
def found(collection):
    return layouts.measure()


def test_every_file_of_the_folder_is_in_the_sweep(collection, found):
    names = {
        path.relative_to(collection).as_posix()
        for path in collection.rglob("*")
        if path.is_file()
    }
    assert {row["file"] for row in layouts.manifest()} == names - NOT_SURVEYS
    assert sum(each.n_files for each in found.values()) == len(names - NOT_SURVEYS) >= 604


def test_no_file_is_refused_but_the_one_without_any_flux(collection, found):
    refused = {
        name: reason for each in found.values() for name, reason in each.refused.items()
    }
    assert refused.keys() == {NOTHING_IN_IT}
    assert "10 rows that hold zeros or nothing" in refused[NOTHING_IN_IT]
    data = np.load(collection / NOTHING_IN_IT, allow_pickle=False)["data"]
    assert len(data) == 10
    assert not any(data[name].any() for name in data.dtype.names)


def test_every_spectrum_is_that_of_an_independent_reading(found):
    assert not [words for each in found.values() for words in each.unlike]
    for (_, layout), each in found.items():
        for difference in each.differences:
            # Two formulae for air; whatever is stored in vacuum agrees to rounding.
            in_air = layout.startswith(IN_AIR)
            assert difference.wavelength < (1e-3 if in_air else 1e-8), layout
            assert difference.flux == 0, layout
            assert not difference.ivar > 1e-6, layout  # NaN where there is no noise


def test_a_survey_is_read_by_its_own_loader(found):
    used = {(survey, name) for (survey, _), each in found.items() for name in each.loaders}
    assert used == {
        ("desi", "desi"),
        ("lamost_lrs", "lamost-lrs"),
        ("lamost_lrs", "table"),
        ("lamost_mrs", "lamost-mrs"),
        ("ondrejov", "ondrejov"),
        ("ondrejov", "table"),
        ("other_1d", "aat-2df"),
        ("other_1d", "iraf-multispec"),
        ("sdss", "fits-image"),
        ("sdss", "sdss-spec"),
        ("sdss", "sdss-spspec"),
        ("sdss", "table"),
        ("templates", "table"),
    }
    assert {name for _, name in used} <= LOADERS.keys()


def test_the_documentation_says_what_was_measured(found):
    measured = layouts.table(found)
    print(measured)  # noqa: T201
    advice = "python tests/loaders/layouts.py --write"
    assert layouts.section("measured") == measured, advice
    assert layouts.section("refused") == layouts.refusals(found), advice


def test_the_documentation_says_what_specutils_reads(collection):
    specutils = pytest.importorskip("specutils")
    written = layouts.section("specutils")
    if f"specutils {specutils.__version__} |" not in written:
        pytest.skip("the page was written with another version of specutils")
    measured = with_specutils.table()
    print(measured)  # noqa: T201
    assert written == measured, "python tests/loaders/layouts.py --write"


def test_text_that_is_said_to_be_in_air_is_the_image_it_was_written_from(collection):
    (image,) = load(collection / "ondrejov" / "spectrum.fit")
    (said,) = load(collection / "ondrejov" / "spectrum.txt", loader="table:medium=air")
    (unsaid,) = load(collection / "ondrejov" / "spectrum.txt")
    axis = image.spectrum.wavelength
    np.testing.assert_allclose(said.spectrum.wavelength, axis, rtol=0, atol=1e-6)
    np.testing.assert_allclose(said.spectrum.flux, image.spectrum.flux, rtol=1e-7)
    at_halpha = np.argmin(np.abs(axis - 6564.61))
    # 6564.61 Å in vacuum are 6562.80 Å in air.
    off = axis[at_halpha] - unsaid.spectrum.wavelength[at_halpha]
    assert off == pytest.approx(1.81, abs=0.01)


def test_the_comparison_sees_another_wavelength_flux_or_number_of_pixels(collection):
    (observation,) = load(collection / "ondrejov" / "spectrum.fit")
    (reading,) = independent.read(collection / "ondrejov" / "spectrum.fit", "Ondrejov")
    spectrum = observation.spectrum
    shifted = reading._replace(stored=reading.stored + 0.005)
    assert layouts.compare(spectrum, shifted).wavelength == pytest.approx(0.005, rel=0.05)
    brighter = reading._replace(flux=np.where(np.arange(1997) == 7, 1.01, 1) * reading.flux)
    assert layouts.compare(spectrum, brighter).flux == pytest.approx(0.01, rel=0.05)
    noisy = reading._replace(ivar=np.where(np.arange(1997) == 7, 1.01, 1) * spectrum.ivar)
    assert layouts.compare(spectrum, noisy).ivar == pytest.approx(0.01, rel=0.05)
    assert np.isnan(layouts.compare(spectrum, reading).ivar)
    for wrong in (
        reading._replace(stored=reading.stored + 0.05),
        reading._replace(stored=reading.stored[1:], flux=reading.flux[1:]),
        reading._replace(flux=np.where(np.arange(1997) == 7, np.nan, reading.flux)),
    ):
        with pytest.raises(AssertionError, match=r"other|not in the file"):
            layouts.compare(spectrum, wrong)
