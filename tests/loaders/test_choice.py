import sys

import numpy as np
import pytest
from astropy.io import fits

from specoracle import load
from specoracle.errors import LoaderError
from specoracle.loaders.survey_file import LOADERS, chosen_loader

OWN = """
import numpy as np
import specoracle

def load(path):
    for number, line in enumerate(path.read_text().splitlines()):
        flux = np.array(line.split(), float)
        yield specoracle.spectrum(
            f"mine:{path.stem}-{number}", 6500 + np.arange(flux.size), flux,
            medium="vacuum", error=0.1 * flux, object_name=path.stem,
        )

def broken(path):
    return {}["no such key"]

def leaves(path):
    raise SystemExit(3)

def other(path):
    return [1, 2]

def nothing(path):
    return []

number = 5
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "star.flux").write_text("1 2 3\n4 5 6\n")
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    return path


def test_a_function_of_ones_own_reads_any_number_of_spectra_of_a_file(own, tmp_path):
    first, second = load(tmp_path / "star.flux", loader=str(own))
    assert second.spectrum.identifier == "mine:star-1"
    np.testing.assert_array_equal(second.spectrum.flux, [4, 5, 6])
    np.testing.assert_allclose(first.spectrum.ivar, 100 / np.array([1.0, 4.0, 9.0]))
    assert (first.row, second.row) == (0, 1)
    assert first.catalogue == {"object_name": "star"}


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("broken", "spectra from mine.py:broken, got KeyError: 'no such key'"),
        ("leaves", "spectra from mine.py:leaves, got SystemExit: 3"),
        ("other", "from mine.py:other, at least once, got int"),
        ("nothing", "from mine.py:nothing, at least once, got nothing"),
    ],
)
def test_a_function_that_fails_refuses_the_file(own, tmp_path, function, words):
    with pytest.raises(LoaderError) as caught:
        load(tmp_path / "star.flux", loader=f"{own}:{function}")
    assert str(caught.value).startswith("star.flux: expected ")
    assert words in str(caught.value)


@pytest.mark.parametrize("function", ["absent", "number"])
def test_a_file_without_the_function_is_refused_with_what_it_has(own, function):
    with pytest.raises(LoaderError, match=rf"a function {function}\(path\), got .* load"):
        chosen_loader(f"{own}:{function}")


@pytest.mark.parametrize(
    ("source", "words"),
    [("def load(:", "SyntaxError"), ("import no_such_module", "ModuleNotFoundError")],
)
def test_a_file_that_does_not_run_is_refused(tmp_path, source, words):
    (tmp_path / "bad.py").write_text(source)
    with pytest.raises(LoaderError, match=rf"bad\.py: expected a Python file .*{words}"):
        chosen_loader(str(tmp_path / "bad.py"))


def test_a_file_that_was_edited_since_it_was_chosen_is_refused(own):
    chosen = chosen_loader(str(own))
    own.write_text(OWN.replace("6500", "6400"))
    from specoracle.loaders import own_loader

    own_loader._loaded.cache_clear()  # as in another process
    with pytest.raises(LoaderError, match=r"of SHA-256 .* got a file of"):
        chosen.check()


def test_a_loader_of_ours_goes_by_its_name_and_is_not_asked_what_it_recognises(tmp_path):
    (tmp_path / "a.txt").write_text("6560 1\n6561 2\n")
    assert len(load(tmp_path / "a.txt", loader="table")) == 1
    with pytest.raises(LoaderError, match=r"a\.txt: expected a FITS file for this loader"):
        load(tmp_path / "a.txt", loader="lamost-lrs")


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("nonsense", "expected one of lamost-lrs, sdss-v-spec"),
        ("lamost-lrs:unit=nm", "Only table takes options"),
        ("", "got ''"),
        ("table:colour=red", "wavelength, flux, error, ivar, unit, medium, hdu once"),
        ("table:unit", "got 'unit'"),
        ("table:unit=nm,unit=um", "got 'unit=um'"),
        ("table:unit=", "got 'unit='"),
        ("table:medium=water", "expected air or vacuum, got 'water'"),
        ("table:hdu=one", "expected a number, got 'one'"),
        ("table:error=e,ivar=i", "expected error or ivar, got both"),
        ("missing.py", "missing.py: expected a Python file"),
    ],
)
def test_a_loader_that_is_none_is_refused_with_those_there_are(words, got):
    with pytest.raises(LoaderError) as caught:
        chosen_loader(words)
    assert got in str(caught.value)


def test_every_loader_can_be_chosen():
    for name in LOADERS:
        assert chosen_loader(name).name == name
    assert chosen_loader(None) is None


def test_an_installed_package_offers_a_loader_by_an_entry_point(tmp_path, monkeypatch, own):
    # What an installer writes: a module on the path, and its metadata beside it.
    own.rename(tmp_path / "my_survey.py")
    about = tmp_path / "my_survey-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: my-survey\nVersion: 1.0\n"
    )
    (about / "entry_points.txt").write_text(
        "[specoracle.loaders]\nmy-survey = my_survey:load\nbad = no_such_module:load\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "my_survey", raising=False)
    assert len(load(tmp_path / "star.flux", loader="my-survey")) == 2
    chosen = chosen_loader("my-survey")
    assert chosen.record().keys() == {"name", "sha256"}
    assert (chosen.name, chosen.words) == ("my-survey", "my-survey")
    with pytest.raises(LoaderError, match="bad: expected a loader in no_such_module:load"):
        chosen_loader("bad")
    with pytest.raises(LoaderError, match="specutils, bad, my-survey, table:OPTIONS"):
        chosen_loader("nonsense")


@pytest.mark.parametrize(
    "name", [name for name in LOADERS if name not in {"table", "specutils"}]
)
def test_a_loader_chosen_for_a_file_of_another_kind_refuses_it(name, tmp_path):
    # What no loader takes: an image of two dimensions.
    path = tmp_path / "picture.fits"
    fits.PrimaryHDU(np.ones((7, 9), np.float32)).writeto(path)
    with pytest.raises(LoaderError, match=r"picture\.fits: [Ee]xpected .* got .*\. [A-Z]"):
        load(path, loader=name)
