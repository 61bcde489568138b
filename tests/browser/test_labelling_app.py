import contextlib
import sqlite3
from urllib.parse import urlsplit

import pytest
from annotator import in_database

from specoracle.journal.event import BLIND_ROLES

pytestmark = pytest.mark.browser

KEYS = {"emission": "1", "double-peak": "2", "absorption": "3"}


def test_ten_spectra_are_labelled_with_keys_one_undone_and_a_reload_agrees(
    desk, campaign, workspace
):
    classes = [list(KEYS)[number % 3] for number in range(10)]
    given = {desk.press(KEYS[name]): name for name in classes}
    assert len(given) == 10
    undone = desk.press("Backspace")
    last = desk.spectrum
    assert undone != last
    expected = {name: answer for name, answer in given.items() if name != last}
    assert len(expected) == 9
    assert desk.answers() == in_database(campaign) == expected

    desk.page.reload()
    desk.wait()
    assert desk.answers() == in_database(campaign) == expected
    assert desk.spectrum == last
    # Undo is an event too: nothing was ever taken out of the journal.
    query = (
        "SELECT action, count(*) FROM label_event "
        "WHERE annotator = 'vera' AND campaign = ? GROUP BY action"
    )
    with contextlib.closing(sqlite3.connect(workspace / "journal.sqlite")) as database:
        counted = dict(database.execute(query, [campaign.name]))
    assert counted == {"label": 10, "undo": 1}


def test_no_request_leaves_the_server(desk):
    for key in ("1", "ArrowRight", "ArrowLeft"):
        desk.page.keyboard.press(key)
    desk.page.wait_for_selector("[data-testid=map][data-drawn]")
    desk.page.wait_for_selector("[data-testid=primary-figure]:not(:empty)")
    hosts = {
        urlsplit(url).hostname
        for url in desk.page.requested
        if urlsplit(url).scheme not in ("blob", "data")
    }
    assert hosts == {"127.0.0.1"}


def test_the_kernel_of_the_page_loads_no_torch(desk, voila):
    desk.press("1")
    (kernel,) = voila.kernels()
    mapped = {region.path for region in kernel.memory_maps()}
    assert any("numpy" in path for path in mapped)
    assert not [path for path in mapped if "torch" in path]


def test_without_the_token_nothing_is_shown(voila, page):
    page.goto(voila.url.partition("?")[0])
    assert page.query_selector(".specoracle-panel") is None
    assert page.query_selector("input[type=password]") is not None
    assert {urlsplit(url).hostname for url in page.requested} == {"127.0.0.1"}


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1366, 640), (3840, 2160)])
def test_everything_fits_on_the_screen(desk, width, height):
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.page.wait_for_timeout(500)
    desk.wait()
    overflow = desk.page.evaluate(
        """() => {
          const root = document.scrollingElement;
          const outside = [...document.querySelectorAll(
            ".specoracle-panel > *, [data-testid=answers] *, [data-testid=training] *"
          )].filter(element => {
            const box = element.getBoundingClientRect();
            return box.bottom > innerHeight + 1 || box.right > innerWidth + 1;
          });
          return [root.scrollHeight - innerHeight, root.scrollWidth - innerWidth,
            outside.map(element => element.className)];
        }"""
    )
    assert overflow == [0, 0, []]


def test_a_comment_is_written_without_answering_and_keys_work_after_it(desk, campaign):
    identifier = desk.spectrum
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("1 <b>broad</b> wing, 23 z")
    desk.page.keyboard.press("Enter")
    desk.saved()
    assert desk.spectrum == identifier
    answers = campaign.batch("vera").answers
    assert answers[identifier].comment == "1 <b>broad</b> wing, 23 z"
    assert answers[identifier].value is None
    desk.press("2")
    assert in_database(campaign) == {identifier: "double-peak"}


def test_a_comment_that_is_left_by_a_click_stays_with_its_spectrum(desk, campaign):
    first = desk.spectrum
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("look again")
    other = campaign.batch("vera").members[5].identifier
    desk.go_to(other)
    assert campaign.batch("vera").answers[first].comment == "look again"
    assert desk.page.input_value("[data-testid=comment]") == ""


def test_escape_leaves_the_comment_as_it_was(desk, campaign):
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("never mind")
    desk.page.keyboard.press("Escape")
    assert desk.page.input_value("[data-testid=comment]") == ""
    desk.press("1")
    assert not any(a.comment for a in campaign.batch("vera").answers.values())


def test_buttons_do_what_keys_do_and_leave_the_keys_working(desk, campaign):
    first = desk.spectrum
    desk.page.click("[data-testid=class-3]")
    desk.saved()
    desk.wait()
    assert desk.spectrum != first
    second = desk.press("s")
    desk.press("1")
    answers = campaign.batch("vera").answers
    assert answers[first].value == "absorption"
    assert answers[second].skipped


def test_keys_work_after_a_click_on_the_plot(desk, campaign):
    identifier = desk.spectrum
    desk.page.keyboard.press("c")
    desk.page.click("[data-testid=spectrum]", position={"x": 400, "y": 150})
    desk.press("1")
    assert in_database(campaign) == {identifier: "emission"}


def test_keys_pressed_faster_than_spectra_are_drawn_answer_only_what_was_seen(
    desk, campaign
):
    first = desk.spectrum
    desk.page.evaluate(
        """() => {
          for (const key of ["1", "1", "1", "1"]) {
            document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key, bubbles: true }));
          }
        }"""
    )
    desk.saved()
    desk.page.wait_for_function(
        "first => document.querySelector('[data-testid=spectrum]').dataset.shows !== first",
        arg=first,
    )
    assert in_database(campaign) == {first: "emission"}


def test_no_opinion_is_on_the_page_where_the_annotator_is_blind(desk, campaign):
    seen = set()
    for member in campaign.batch("vera").members:
        desk.go_to(member.identifier)
        opinion = desk.page.text_content("[data-testid=opinion]")
        blind = member.role in BLIND_ROLES
        assert (opinion == "") == blind
        seen.add(blind)
    assert seen == {True, False}


def test_a_click_on_the_map_shows_that_spectrum(desk):
    # The map comes after the spectrum.
    desk.page.wait_for_selector("[data-testid=map][data-drawn]")
    x, y, identifier = desk.page.evaluate(
        """before => {
          const canvas = document.querySelector("[data-testid=map] .so-canvas");
          const points = canvas.calcdata.find(one => one[0].trace.name === "oracle");
          const names = points[0].trace.customdata;
          const number = names.findIndex(name => name !== before);
          const { xaxis, yaxis } = canvas._fullLayout;
          const frame = canvas.getBoundingClientRect();
          return [
            frame.left + xaxis._offset + xaxis.c2p(points[number].x),
            frame.top + yaxis._offset + yaxis.c2p(points[number].y),
            names[number],
          ];
        }""",
        arg=desk.spectrum,
    )
    desk.page.mouse.move(x - 3, y - 3)
    desk.page.mouse.move(x, y, steps=3)
    desk.page.wait_for_timeout(300)
    desk.page.mouse.click(x, y)
    desk.page.wait_for_selector(f"[data-testid=spectrum][data-shows='{identifier}']")


def test_a_round_is_trained_while_labelling_goes_on(desk, campaign):
    pytest.importorskip("torch")
    desk.press("1")
    desk.page.click("[data-testid=train]")
    assert "unanswered" in desk.page.inner_text("[data-testid=train]")
    desk.page.click("[data-testid=train]")
    desk.page.wait_for_selector("[data-testid=training][data-phase=EXECUTING]")
    desk.press("2")
    desk.page.wait_for_function(
        """() => document.querySelector("[data-testid=training]")
            ?.textContent.includes("round 2")""",
        timeout=180_000,
    )
    desk.wait()
    assert campaign.round_number == 2
    assert desk.answers() == {}
    identifier = desk.press("3")
    assert in_database(campaign) == {identifier: "absorption"}


def test_an_answer_that_cannot_be_confirmed_is_called_unsaved(desk, voila):
    (kernel,) = voila.kernels()
    kernel.suspend()
    try:
        desk.page.keyboard.press("1")
        desk.page.wait_for_selector(
            "[data-testid=saved][data-state=error]:has-text('Not confirmed')"
        )
    finally:
        kernel.resume()


def test_a_reload_leaves_no_kernel_behind(desk, voila):
    (before,) = voila.kernels()
    desk.page.reload()
    desk.wait()
    before.wait(90)
    assert len(voila.kernels()) == 1
