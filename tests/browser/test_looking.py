import pytest
from annotator import SAVED, ready

pytestmark = pytest.mark.browser

DRAWN = "[data-testid=spectrum]:not([data-shows=''])"
CANVAS = "[data-testid=spectrum] .so-viewer-canvas"

# The sum of all colours of the canvas: the same only where the same was drawn.
PICTURE = """() => {
  const canvas = document.querySelector("[data-testid=spectrum] .so-viewer-canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 1) sum = (sum * 31 + data[i]) % 1000000007;
  return sum;
}"""


@pytest.fixture
def desk(voila, page, campaign):
    page.goto(f"{voila.url}&campaign={campaign.name}")
    ready(page)
    yield page
    page.goto("about:blank")
    voila.wait_without_kernels()


def words(page, action):
    return page.inner_text(f"[data-testid=view-{action}] span")


def labels(campaign):
    answers = campaign.batch("vera").answers
    return {i: a.value for i, a in answers.items() if a.value}


def middle(page):
    """Middle of the pane around a line, on the page."""
    box = page.locator(CANVAS).bounding_box()
    return box["x"] + 0.3 * box["width"], box["y"] + 0.78 * box["height"]


def drag(page, width):
    x, y = middle(page)
    page.mouse.move(x - width / 2, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=3)
    page.mouse.move(x + width / 2, y, steps=3)
    page.mouse.up()


def test_keys_change_the_view_and_answer_nothing(desk, campaign):
    before = desk.evaluate(PICTURE)
    for key, action, expected in [
        ("l", "line", "Hβ"),
        ("m", "smooth", "Smooth 3"),
        ("w", "frame", "Air"),
        ("d", "normalise", "÷ Continuum"),
        ("a", "groups", "Balmer"),
        ("h", "overlay", "Class means"),
        ("v", "keep", "View kept"),
    ]:
        desk.keyboard.press(key)
        assert words(desk, action) == expected
        if key == "v":
            assert desk.evaluate(PICTURE) == before
        else:
            desk.wait_for_function(f"before => ({PICTURE})() !== before", arg=before)
        before = desk.evaluate(PICTURE)
    desk.keyboard.press("Shift+L")
    assert words(desk, "line") == "Hα"
    assert labels(campaign) == {}


def test_settings_outlast_the_spectrum_and_a_reload(desk):
    name = desk.get_attribute(DRAWN, "data-shows")
    desk.keyboard.press("m")
    desk.keyboard.press("ArrowRight")
    desk.wait_for_selector(f"{DRAWN}:not([data-shows='{name}'])")
    assert words(desk, "smooth") == "Smooth 3"
    desk.reload()
    ready(desk)
    assert words(desk, "smooth") == "Smooth 3"


def test_one_spectrum_is_drawn_the_same_whenever_it_is_gone_back_to(desk):
    first, name = desk.evaluate(PICTURE), desk.get_attribute(DRAWN, "data-shows")
    desk.keyboard.press("ArrowRight")
    desk.wait_for_selector(f"{DRAWN}:not([data-shows='{name}'])")
    assert desk.evaluate(PICTURE) != first
    desk.keyboard.press("ArrowLeft")
    desk.wait_for_selector(f"[data-testid=spectrum][data-shows='{name}']")
    assert desk.evaluate(PICTURE) == first


def test_a_zoom_ends_with_its_spectrum_unless_the_view_is_kept(desk):
    def back_and_forth():
        for key in ("ArrowRight", "ArrowLeft"):
            name = desk.get_attribute(DRAWN, "data-shows")
            desk.keyboard.press(key)
            desk.wait_for_selector(f"{DRAWN}:not([data-shows='{name}'])")
        return desk.evaluate(PICTURE)

    whole = desk.evaluate(PICTURE)
    drag(desk, 100)
    zoomed = desk.evaluate(PICTURE)
    assert zoomed != whole
    assert back_and_forth() == whole
    desk.keyboard.press("v")
    drag(desk, 100)
    kept = desk.evaluate(PICTURE)
    assert back_and_forth() == kept != whole
    desk.keyboard.press("r")
    assert desk.evaluate(PICTURE) == whole


def test_zoom_and_pan_work_by_key(desk):
    pictures = [desk.evaluate(PICTURE)]
    for key in ("+", ".", ","):
        desk.keyboard.press(key)
        pictures.append(desk.evaluate(PICTURE))
    assert pictures[0] != pictures[1] != pictures[2]
    assert pictures[3] == pictures[1]


def test_the_ruler_measures_and_is_gone_with_its_spectrum(desk, campaign):
    desk.keyboard.press("j")
    drag(desk, 160)
    stage = desk.locator(".so-viewer-stage")
    assert "W = " in stage.get_attribute("data-measured")
    name = desk.get_attribute(DRAWN, "data-shows")
    desk.keyboard.press("ArrowRight")
    desk.wait_for_selector(f"{DRAWN}:not([data-shows='{name}'])")
    assert stage.get_attribute("data-measured") is None
    assert labels(campaign) == {}


def test_the_page_of_keys_opens_and_closes(desk):
    desk.keyboard.press("?")
    assert desk.is_visible("[data-testid=help]")
    assert "Comment" in desk.inner_text("[data-testid=help]")
    desk.keyboard.press("Escape")
    assert not desk.is_visible("[data-testid=help]")


def test_the_spectrum_is_told_to_a_screen_reader(desk):
    name = desk.get_attribute(DRAWN, "data-shows")
    told = desk.get_attribute(CANVAS, "aria-label")
    assert name in told
    assert "lower pane: Hα" in told


def test_the_pane_that_keys_are_about_is_marked_and_told(desk):
    seen = [desk.evaluate(PICTURE)]
    assert "Keys zoom and pan the line." in desk.get_attribute(CANVAS, "aria-label")
    for words in ("the whole range", "the network's row", "the line"):
        desk.keyboard.press("q")
        desk.wait_for_selector(f'.so-viewer-told:text-is("Keys zoom and pan {words}.")')
        assert words in desk.get_attribute(CANVAS, "aria-label")
        seen.append(desk.evaluate(PICTURE))
    assert len(set(seen)) == 3
    assert seen[0] == seen[3]


def test_a_page_of_the_gallery_is_drawn_and_labels_what_is_marked(desk, campaign):
    desk.keyboard.press("g")
    desk.wait_for_selector("[data-testid=gallery][data-milliseconds]")
    members = campaign.batch("vera").members
    assert desk.locator(".so-thumb").count() == len(members)
    marked = desk.locator(".so-thumb[aria-selected=true]")
    first = marked.get_attribute("data-identifier")
    desk.keyboard.press("2")
    desk.wait_for_selector(f".so-thumb[data-identifier='{first}'] >> text=double-peak")
    assert labels(campaign) == {first: "double-peak"}
    assert marked.get_attribute("data-identifier") != first


def test_the_rest_of_a_page_is_labelled_by_two_keys_and_undone_one_by_one(desk, campaign):
    desk.keyboard.press("g")
    desk.wait_for_selector("[data-testid=gallery][data-milliseconds]")
    desk.keyboard.press("r")
    assert "which class" in desk.inner_text("[data-testid=gallery]")
    desk.keyboard.press("Escape")
    assert labels(campaign) == {}
    desk.keyboard.press("r")
    desk.keyboard.press("3")
    desk.wait_for_selector("text=more are absorption")
    given = labels(campaign)
    assert set(given.values()) == {"absorption"}
    desk.keyboard.press("z")
    desk.wait_for_selector(SAVED)
    assert len(labels(campaign)) == len(given) - 1


def test_one_of_the_gallery_is_opened_large(desk):
    desk.keyboard.press("g")
    desk.wait_for_selector("[data-testid=gallery][data-milliseconds]")
    desk.keyboard.press("ArrowDown")
    target = desk.get_attribute(".so-thumb[aria-selected=true]", "data-identifier")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f"[data-testid=spectrum][data-shows='{target}']")
    assert not desk.is_visible("[data-testid=gallery]")


def test_whoever_answers_blind_sees_no_opinion_before_the_answer(desk, campaign):
    desk.keyboard.press("k")
    desk.wait_for_selector("[data-testid=blind][aria-pressed=true]")
    for _ in range(3):
        assert desk.inner_text("[data-testid=opinion]") == ""
        name = desk.get_attribute(DRAWN, "data-shows")
        desk.keyboard.press("1")
        desk.wait_for_selector(f"{DRAWN}:not([data-shows='{name}'])")
        desk.wait_for_selector(SAVED)
    events = [r.event for r in campaign.journal.events(campaign.name)]
    mine = [event for event in events if event.annotator == "vera"]
    assert {event.model_hash for event in mine} == {"blind"}


# Relative luminance and contrast of WCAG 2.2, sections 1.4.3 and "relative luminance".
CONTRASTS = """() => {
  const channel = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const parsed = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) =>
    0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parsed(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll(".specoracle-panel *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || element.closest("svg")) continue;
    if (element.closest(":disabled")) continue; // exempt by WCAG 1.4.3
    const [a, b] = [light(parsed(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push([element.className, element.textContent, contrast]);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_a_contrast_of_at_least_4_5(desk, scheme):
    desk.emulate_media(color_scheme=scheme)
    desk.keyboard.press("1")
    desk.wait_for_selector("[data-testid=advice] button:has-text('advised')")
    desk.wait_for_selector(SAVED)
    assert desk.evaluate(CONTRASTS) == []
    desk.keyboard.press("?")
    assert desk.evaluate(CONTRASTS) == []
    desk.keyboard.press("Escape")
    desk.keyboard.press("g")
    desk.wait_for_selector("[data-testid=gallery][data-milliseconds]")
    assert desk.evaluate(CONTRASTS) == []


def test_a_dark_page_draws_a_light_spectrum(desk):
    desk.emulate_media(color_scheme="dark")
    desk.wait_for_function(
        """() => {
          const canvas = document.querySelector(".so-viewer-canvas");
          const { data } = canvas.getContext("2d").getImageData(
            0, 0, canvas.width, canvas.height);
          let most = 0;
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] > 250) most = Math.max(most, data[i]);
          }
          return most > 200;
        }"""
    )


def test_everything_has_a_name_for_screen_readers(desk):
    nameless = desk.evaluate(
        """() => [...document.querySelectorAll(
            ".specoracle-panel :is(button, input, [role=img], [role=option])")]
          .filter((e) => e.checkVisibility())
          .filter((e) => !(e.getAttribute("aria-label") ?? e.textContent ?? "").trim())
          .map((e) => e.outerHTML.slice(0, 200))"""
    )
    assert nameless == []


def test_the_advice_opens_its_reasons_and_leaves_the_keys_with_the_desk(desk, campaign):
    desk.wait_for_selector("[data-testid=advice] button:has-text('advised')")
    assert "Completeness above the floor" in desk.inner_text("[data-testid=primary-figure]")
    reasons = desk.locator("[data-testid=advice-reasons]")
    assert not reasons.is_visible()
    desk.click("[data-testid=advice] .so-advice-sentence")
    assert reasons.is_visible()
    assert "for going on" in reasons.inner_text()
    name = desk.get_attribute(DRAWN, "data-shows")
    desk.keyboard.press("1")
    desk.wait_for_selector(SAVED)
    assert labels(campaign) == {name: "emission"}
    desk.focus("[data-testid=advice] .so-advice-sentence")
    desk.keyboard.press("Enter")
    assert not reasons.is_visible()
