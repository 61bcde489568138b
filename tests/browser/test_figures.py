import html
import json
import re

import numpy as np
import pytest
from annotator import in_database

pytestmark = pytest.mark.browser

TOPICS = {
    "Learning curve": 1,
    "Calibration": 1,
    "Confusion": 1,
    "Scores of the pool": 1,
    "Completeness": 1,
    "Whether to stop": 0,
    "Candidates": 1,
    "Labels and methods": 0,
}
"""Topics in the order of the page, and how many figures each has."""

SHOWN = "[data-testid=topics][data-topic='{}']"
FIGURE = "[data-testid=figure]"


class Brightest:
    classes_ = np.array(["absorption", "emission"])

    def predict_proba(self, X):
        found = (np.argmax(X, axis=1) < 60).astype(float)
        return np.stack([1.0 - found, found], axis=1)


@pytest.fixture
def measured(campaign):
    """A campaign of which everything is known that there is a figure for."""
    from specoracle.campaign.completeness.completeness import injection_completeness
    from specoracle.campaign.completeness.injection_grid import Grid

    grid = Grid(equivalent_widths=(1.0, 40.0), separations=(0.0,), snr=(5.0, 20.0))
    injection_completeness(campaign, grid, model=Brightest())
    return campaign


def open_figures(desk):
    desk.page.keyboard.press("f")
    desk.page.wait_for_selector(SHOWN.format("Learning curve"))


def open_topic(desk, topic):
    name = desk.page.locator(f"[role=tab]:text-is('{topic}')")
    if name.get_attribute("aria-selected") == "false":
        name.click()
    desk.page.wait_for_selector(SHOWN.format(topic))
    # A table comes sooner than a figure, and both after the name.
    sign = ":is(p, td)" if TOPICS[topic] or topic == "Whether to stop" else "td"
    desk.page.wait_for_selector(f".so-sheet {sign}", state="attached")
    if TOPICS[topic]:
        desk.page.wait_for_selector(f"{FIGURE}[data-drawn]")


def report(campaign, tmp_path):
    from specoracle.report.campaign_report import write_campaign_report

    path = tmp_path / "report.html"
    write_campaign_report(path, campaign)
    return path.read_text(encoding="utf-8")


def test_every_figure_is_drawn_with_the_numbers_of_the_report(measured, desk, tmp_path):
    written = report(measured, tmp_path)
    figures = json.loads(re.search(r'id="figures">(.*?)</script>', written, re.S)[1])
    read = html.unescape(re.sub(r"<[^>]+>", "\n", written))
    open_figures(desk)
    drawn = []
    for topic, n_figures in TOPICS.items():
        open_topic(desk, topic)
        assert desk.page.locator(FIGURE).count() == n_figures
        # Lines, bars or cells that really are on the screen, and what they were drawn from.
        for n in range(n_figures):
            figure = desk.page.locator(FIGURE).nth(n)
            marks = ":is(.scatterlayer, .barlayer) .trace, .heatmaplayer image"
            assert figure.locator(marks).count() > 0, topic
            box = figure.bounding_box()
            assert box["width"] > 400
            assert box["height"] > 120
            drawn.append(
                figure.evaluate(
                    """el => {
                      const { data, layout } = el.querySelector(".so-canvas");
                      return [data.length, (layout.annotations ?? []).map(a => a.text)];
                    }"""
                )
            )
        cells = desk.page.locator(".so-sheet :is(td, th)").all_inner_texts()
        cells = [text for text in cells if text]
        assert cells or n_figures
        assert not [text for text in cells if text not in read]
    expected = [
        [len(figure["data"]), [a["text"] for a in figure["layout"].get("annotations", [])]]
        for figure in figures
    ]
    assert drawn == expected


def test_a_figure_is_sent_only_while_its_topic_is_open(desk):
    assert desk.page.locator(FIGURE).count() == 0
    open_figures(desk)
    open_topic(desk, "Confusion")
    assert desk.page.locator(FIGURE).count() == 1
    desk.page.click("[data-testid=close-figures]")
    desk.page.wait_for_selector(FIGURE, state="detached")


def test_what_is_not_known_says_what_to_do(desk, campaign):
    open_figures(desk)
    desk.page.click("[role=tab]:text-is('Completeness')")
    desk.page.wait_for_selector(SHOWN.format("Completeness"))
    said = "Not yet known: no lines were injected for this round."
    command = f"specoracle completeness WORKSPACE {campaign.name}"
    desk.page.wait_for_selector(f".so-sheet p:text('{said}'):text('{command}')")


def test_figures_are_read_with_keys_alone_and_no_key_answers_meanwhile(desk, campaign):
    before = desk.spectrum
    open_figures(desk)
    for key in ("1", "s", "z", "b", "k", "g", "h"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector(SHOWN.format("Calibration"))
    focused = "document.activeElement.textContent"
    assert desk.page.evaluate(focused) == "Calibration"
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className").count("so-sheet")
    desk.page.keyboard.press("Escape")
    assert desk.page.get_attribute(".specoracle-panel", "data-mode") is None
    assert desk.spectrum == before
    assert in_database(campaign) == {}
    desk.press("2")
    assert in_database(campaign) == {before: "double-peak"}


def test_the_button_beside_the_curve_opens_what_f_opens(desk):
    desk.page.wait_for_selector("[data-testid=primary-figure]:not(:empty)")
    desk.page.click("[data-testid=open-figures]")
    desk.page.wait_for_selector(SHOWN.format("Learning curve"))
    assert not desk.page.is_visible("[data-testid=answers]")
    desk.page.keyboard.press("f")
    assert desk.page.is_visible("[data-testid=answers]")


# What stands out of the screen, its sheet or its list of topics, and how far [px].
OVER = """() => {
  const root = document.scrollingElement;
  const sheet = document.querySelector(".so-sheet");
  const topics = document.querySelector("[data-testid=topics]");
  const wide = [...sheet.querySelectorAll(".main-svg")]
    .map(svg => svg.getBoundingClientRect().right - sheet.clientWidth
      - sheet.getBoundingClientRect().left)
    .filter(over => over > 1);
  return [root.scrollHeight - innerHeight, root.scrollWidth - innerWidth,
    sheet.scrollWidth - sheet.clientWidth, ...wide,
    Math.max(0, topics.scrollHeight - topics.clientHeight - 1)];
}"""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (2560, 1440), (800, 600)])
def test_figures_fit_the_screen(measured, desk, width, height):
    desk.page.set_viewport_size({"width": width, "height": height})
    open_figures(desk)
    for topic in TOPICS:
        open_topic(desk, topic)
        # Plotly draws once more where the first drawing has made its place another.
        desk.page.wait_for_function(f"() => ({OVER})().every(over => over === 0)")


def test_figures_follow_the_dark_page(desk):
    paper = f'document.querySelector("{FIGURE} .main-svg").style.background'
    open_figures(desk)
    open_topic(desk, "Learning curve")
    light = desk.page.evaluate(paper)
    desk.page.emulate_media(color_scheme="dark")
    desk.page.wait_for_function(f"light => {paper} !== light", arg=light)
    ground = "getComputedStyle(document.querySelector('.so-section')).backgroundColor"
    assert desk.page.evaluate(ground) == desk.page.evaluate(paper) == "rgb(26, 33, 41)"


def test_figures_stay_open_and_become_those_of_a_new_round(desk, campaign):
    from sklearn.neighbors import KNeighborsClassifier

    from specoracle.campaign.transition import next_round

    open_figures(desk)
    open_topic(desk, "Confusion")
    where = desk.page.locator(".so-topics-where")
    assert "round 1" in where.inner_text()
    next_round(campaign, classifier=KNeighborsClassifier(3))
    desk.page.wait_for_selector(".so-topics-where:has-text('round 2')")
    desk.page.wait_for_selector(f"{FIGURE}[data-drawn]")
    assert desk.page.get_attribute(".specoracle-panel", "data-mode") == "figures"
    desk.page.select_option("[data-testid=round]", "1")
    desk.page.wait_for_selector(".so-topics-where:has-text('round 1')")
    desk.page.click("[role=tab]:text-is('Calibration')")
    desk.page.wait_for_selector(SHOWN.format("Calibration"))
    assert "round 1" in where.inner_text()
    desk.page.keyboard.press("1")
    desk.page.keyboard.press("Escape")
    desk.wait()
    assert in_database(campaign) == {}
    identifier = desk.press("1")
    assert in_database(campaign) == {identifier: "emission"}
