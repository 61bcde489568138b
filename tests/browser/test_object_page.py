"""Spectra of one object on the sky, looked at together."""

import pytest
from annotator import Desk, in_database, with_another_spectrum
from desk_servers import voila
from repeated_objects import of_repeated_objects
from servers import running

pytestmark = pytest.mark.browser

fits = pytest.importorskip("astropy.io.fits")


def seen_again(path, number):
    """Make of every four spectra four of one object, of different nights."""
    with fits.open(path, mode="update") as file:
        file[0].header["RA"], file[0].header["DEC"] = 10.0 + number // 4, 41.0
        file[0].header["DATE-OBS"] = f"201{number % 4}-03-0{1 + number % 4}T14:05:00"


@pytest.fixture(scope="module")
def repeated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repeated")
    made = of_repeated_objects(folder, seen_again, n_spectra=48)
    yield made
    made.close()


@pytest.fixture
def desk(repeated, page, tmp_path_factory):
    folder = repeated.workspace.folder
    with running(voila(folder), tmp_path_factory.mktemp("server"), folder) as server:
        yield Desk(page, server.url)
        page.goto("about:blank")


def test_spectra_of_one_object_are_drawn_together_and_answered_one_by_one(desk, repeated):
    page = desk.page
    together = with_another_spectrum(repeated)
    assert len(together) >= 2
    desk.go_to(together[0])
    assert page.get_attribute("[data-testid=spectrum]", "data-stacked") == "0"
    page.keyboard.press("o")
    page.wait_for_selector(f"[data-testid=spectrum][data-stacked='{len(together)}']")
    label = page.get_attribute(".so-viewer-canvas", "aria-label")
    assert f"{len(together)} spectra of this object" in label
    # The current one is the first; an answer goes on to the next of the object.
    assert desk.spectrum == together[0]
    assert desk.press("2") == together[0]
    assert desk.spectrum == together[1]
    assert in_database(repeated)[together[0]] == "other"
    assert desk.answers()[together[0]] == "other"
    page.keyboard.press("o")
    page.wait_for_selector("[data-testid=spectrum][data-stacked='0']")
    assert "of this object" not in page.get_attribute(".so-viewer-canvas", "aria-label")
