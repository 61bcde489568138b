"""Header values and comments are text of strangers: shown, never obeyed."""

import re
from contextlib import contextmanager

import pytest
from annotator import Desk, with_another_spectrum
from desk_servers import voila
from repeated_objects import of_repeated_objects
from servers import running

pytestmark = pytest.mark.browser

fits = pytest.importorskip("astropy.io.fits")

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = "<img src=x onerror=window.pwned=1>"
TURNED = "\u202e\u2067right to left\u200f 😀 "
LONG = "&lt;b&gt;" + "W" * 10_000

CARDS = {
    "CLASS": f"STAR{SCRIPT}{IMAGE}",
    "SUBCLASS": IMAGE + LONG,
    "DATA_V": f"DR7 {IMAGE}",
    "DESIG": SCRIPT + IMAGE,
    "OBJECT": SCRIPT + IMAGE,
    "OBJNAME": IMAGE,
    "DATE-OBS": IMAGE,
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A workspace of survey files whose headers were written by an enemy."""
    made = of_repeated_objects(tmp_path_factory.mktemp("hostile"), spoil, n_spectra=40)
    yield made
    made.close()


def spoil(path, number):
    """Write an enemy's words into a header, and put two spectra each at one place."""
    with fits.open(path, mode="update") as file:
        for key, value in CARDS.items():
            file[0].header[key] = (value, "")
        file[0].header["PLANID"] = (f"P{number}{IMAGE}", "")
        file[0].header["RA"], file[0].header["DEC"] = 10.0 + number // 2, 41.0


@pytest.fixture
def desk(hostile, page, tmp_path_factory):
    page.spoken = []
    page.on("dialog", lambda dialog: (page.spoken.append(dialog.message), dialog.dismiss()))
    folder = hostile.workspace.folder
    with running(voila(folder), tmp_path_factory.mktemp("server"), folder) as server:
        yield Desk(page, server.url)
        page.goto("about:blank")


def in_view(page):
    """Facts of the catalogue that can be seen, in words."""
    return page.evaluate(
        """() => {
          const frame = document.querySelector(".so-facts").getBoundingClientRect();
          return [...document.querySelectorAll(".so-fact")]
            .filter(one => one.getBoundingClientRect().top < frame.bottom)
            .map(one => one.textContent).join(" ");
        }"""
    )


@contextmanager
def harmless(page, what):
    """Whatever is done inside, nothing is obeyed, and everything stays on the screen."""
    yield
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None, what
    assert page.spoken == [], what
    assert page.locator(".specoracle-panel :is(img, script, iframe)").count() == 0, what
    assert not [url for url in page.requested if re.search(r"/x$|pwned|onerror", url)], what
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".specoracle-panel, .specoracle-panel > *")]
          .filter(one => one.getBoundingClientRect().width > 0)
          .filter(one => {
            const box = one.getBoundingClientRect();
            return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 ||
              box.bottom > innerHeight + 1 || one.scrollWidth > one.clientWidth + 1;
          })
          .map(one => [one.className, one.scrollWidth, one.clientWidth])"""
    )
    assert outside == [], what
    root = page.evaluate(
        """[document.scrollingElement.scrollWidth - innerWidth,
          document.scrollingElement.scrollHeight - innerHeight]"""
    )
    assert root == [0, 0], what


def test_what_an_enemy_wrote_into_headers_and_comments_is_text_everywhere(desk, hostile):
    page = desk.page
    with harmless(page, "heading"):
        assert IMAGE in page.inner_text("[data-testid=identifier]")
        facts = in_view(page)
        assert "STAR<SCRIPT>" in facts
        assert f"DR7 {IMAGE}" in page.inner_text(".so-facts")
        assert "41.00000°" in facts
    with harmless(page, "comment"):
        page.keyboard.press("c")
        page.keyboard.insert_text(TURNED + SCRIPT + IMAGE + LONG)
        page.keyboard.press("Enter")
        desk.saved()
        first = desk.press("1")
    with harmless(page, "list"):
        page.keyboard.press("/")
        page.keyboard.insert_text("onerror")
        assert page.locator("[data-testid=queue] li").count() > 10
        page.keyboard.press("Escape")
        desk.go_to(first)
        assert page.input_value("[data-testid=comment]").startswith(TURNED + SCRIPT)
    with harmless(page, "overlay"):
        for _ in range(3):
            page.keyboard.press("h")
            page.wait_for_timeout(300)
    with harmless(page, "gallery"):
        page.keyboard.press("g")
        page.wait_for_selector("[data-testid=gallery][data-milliseconds]")
        page.keyboard.press("g")
    desk.go_to(with_another_spectrum(hostile)[0])
    for key, name in (("o", "object"), ("p", "candidates"), ("e", "earlier")):
        with harmless(page, name):
            page.keyboard.press(key)
            page.wait_for_selector(f"[data-testid=queue][data-listing={name}]")
            desk.wait()
            assert IMAGE in page.inner_text("[data-testid=queue] li >> nth=0")
            page.keyboard.press(key)
            page.wait_for_selector("[data-testid=queue][data-listing=batch]")
    with harmless(page, "reload"):
        page.reload()
        desk.wait()
    said = hostile.batch("vera").answers[first]
    assert said.comment == (TURNED + SCRIPT + IMAGE + LONG).strip()


def test_text_that_turns_its_direction_turns_nothing_beside_it(desk):
    kinds = desk.page.evaluate(
        """() => [...document.querySelectorAll(".so-fact > b")]
          .map(one => getComputedStyle(one).unicodeBidi)"""
    )
    assert kinds
    assert set(kinds) == {"isolate"}
