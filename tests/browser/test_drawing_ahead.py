"""The next spectrum is drawn while the annotator looks at the one before."""

import pytest

pytestmark = pytest.mark.browser

KEPT = """() => {
  const canvas = document.querySelector(".so-viewer-canvas");
  globalThis.kept = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}"""

# Share of the canvas that is another than what was kept, by more than a shade.
CHANGED = """() => {
  const canvas = document.querySelector(".so-viewer-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let changed = 0;
  for (let i = 0; i < data.length; i += 1) changed += Math.abs(data[i] - kept.data[i]) > 8;
  return changed / data.length;
}"""


def wait_for_the_next(page):
    """It is drawn when the hands rest."""
    page.wait_for_selector(".so-viewer-canvas[data-next=drawn]")


def was_drawn_ahead(page):
    return page.get_attribute(".so-viewer-canvas", "data-ahead") == "true"


def test_what_was_drawn_ahead_is_what_would_be_drawn_now(desk):
    page = desk.page
    for key in ("1", "2", "3"):
        wait_for_the_next(page)
        desk.press(key)
        assert was_drawn_ahead(page)
        page.evaluate(KEPT)
        page.keyboard.press("j")  # the ruler: everything is drawn again
        page.wait_for_selector(".so-viewer-stage[data-ruler=true]")
        assert not was_drawn_ahead(page)
        assert page.evaluate(CHANGED) < 1e-4
        page.keyboard.press("j")


def test_what_was_drawn_before_a_setting_changed_is_not_shown_after_it(desk):
    page = desk.page
    wait_for_the_next(page)
    page.keyboard.press("d")
    desk.press("1")
    page.evaluate(KEPT)
    page.keyboard.press("j")
    page.wait_for_selector(".so-viewer-stage[data-ruler=true]")
    assert page.evaluate(CHANGED) < 1e-4
    page.keyboard.press("j")
    page.keyboard.press("d")
    assert page.evaluate(CHANGED) > 1e-3


def test_another_spectrum_than_the_next_is_drawn_when_it_is_wanted(desk):
    page = desk.page
    wait_for_the_next(page)
    lines = page.locator("[data-testid=queue] li")
    desk.go_to(lines.nth(4).get_attribute("data-identifier"))
    assert not was_drawn_ahead(page)
