"""What an annotator sees of answering, and of trouble."""

import contextlib

import pytest
from annotator import Desk, in_database

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script> \u202e😀 "


def until(page, condition, seconds=60):
    """Until something that the page does not tell of has happened."""
    for _ in range(10 * seconds):
        if condition():
            return True
        page.wait_for_timeout(100)  # and not sleep: Playwright works in between
    return condition()


def test_every_axis_of_an_answer_has_a_key_and_is_shown_and_found_again(desk, campaign):
    page, first = desk.page, desk.spectrum
    for key, action in (("u", "unsure"), ("i", "flag")):
        page.keyboard.press(key)
        page.wait_for_selector(f"[data-testid={action}][aria-pressed=true]")
    page.keyboard.press("c")
    page.keyboard.insert_text(EVIL + "x" * 10_000)
    page.keyboard.press("Enter")
    desk.saved()
    assert desk.press("1") == first
    page.keyboard.press("b")
    page.wait_for_selector("[data-testid=reason-3]:visible")
    second = desk.press("3")
    third = desk.press("Shift+Digit2")
    said = {first: "emission?", second: "sky residual", third: "double-peak?"}
    assert desk.answers() == said
    answers = campaign.batch("vera").answers
    assert answers[first].flagged
    assert answers[first].comment == EVIL + "x" * 10_000
    assert (answers[second].value, answers[second].quality) == (None, "sky residual")
    assert answers[third].sure is False
    # Found again, by a search and by a filter; the text has stayed text.
    page.keyboard.press("/")
    page.keyboard.insert_text("onerror")
    assert page.locator("[data-testid=queue] li").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-testid=answers][data-identifier='{first}']")
    assert page.input_value("[data-testid=comment]").startswith(EVIL)
    page.fill("[data-testid=search]", "")
    page.select_option("[data-testid=filter]", "bad")
    lines = page.locator("[data-testid=queue] li")
    assert [
        lines.nth(n).get_attribute("data-identifier") for n in range(lines.count())
    ] == [second]
    assert page.evaluate("window.pwned") is None
    assert page.locator("[data-testid=queue] img, [data-testid=answers] img").count() == 0
    # A spectrum is marked, unmarked, and its answer taken away.
    page.locator("[data-testid=heading]").click()
    page.keyboard.press("u")
    page.wait_for_selector("[data-testid=unsure][aria-pressed=false]")
    page.keyboard.press("x")
    page.wait_for_selector("[data-testid=class-1][aria-pressed=false]")
    assert campaign.batch("vera").answers[first].value is None


def test_keys_are_shown_and_given_anew_and_a_conflict_is_named(desk, campaign, workspace):
    page = desk.page
    page.keyboard.press("?")
    page.click("[data-testid=keys]")
    assert "Z" in page.inner_text("[data-testid=key-undo]")
    page.click("[data-testid=key-skip]")
    page.keyboard.press("z")
    page.wait_for_selector("[data-testid=saved][data-state=error]")
    assert "which is the key of undo" in page.inner_text("[data-testid=saved]")
    page.click("[data-testid=key-skip]")
    page.keyboard.press("n")
    page.wait_for_selector("[data-testid=key-skip] kbd:text-is('N')")
    page.wait_for_selector("[data-testid=help] dt:has-text('N') + dd:text-is('Skip')")
    page.keyboard.press("Escape")
    assert not page.is_visible("[data-testid=key-list]")
    page.keyboard.press("Escape")
    assert not page.is_visible("[data-testid=help]")
    assert campaign.batch("vera").answers == {}
    try:
        page.reload()
        desk.wait()
        skipped = desk.press("n")
        assert campaign.batch("vera").answers[skipped].skipped
    finally:
        campaign.workspace.keys("vera").unlink()


def test_an_answer_that_a_killed_kernel_never_heard_is_saved_by_the_next(
    desk, voila, campaign
):
    page, before = desk.page, desk.press("1")
    (kernel,) = voila.kernels()
    kernel.kill()
    kernel.wait(60)
    interrupted = desk.spectrum
    page.keyboard.press("2")
    page.wait_for_selector(
        "[data-testid=saved][data-state=error]:has-text('Not confirmed')"
    )
    # It waits for that, and takes no other answer.
    page.keyboard.press("3")
    assert desk.spectrum == interrupted
    page.reload()
    desk.wait()
    expected = {before: "emission", interrupted: "double-peak"}
    assert until(page, lambda: in_database(campaign) == expected)
    desk.saved()
    desk.wait()
    assert desk.answers() == expected
    assert desk.press("3") not in expected


def test_the_desk_stops_at_what_cannot_be_saved_and_saves_it_once_it_can(
    desk, campaign, workspace
):
    page, spectrum = desk.page, desk.spectrum
    journal, aside = workspace / "journal.sqlite", workspace / "journal.aside"
    journal.rename(aside)
    try:
        page.keyboard.press("1")
        page.wait_for_selector("[data-testid=saved][data-state=error]")
        page.wait_for_selector("[data-testid=saved]:has-text('Not saved')")
        # Both at once: with the next attempt, in 3 s, it says again that it is not saved.
        said = page.evaluate(
            """() => {
              document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key: "2", bubbles: true }));
              return document.querySelector("[data-testid=saved]").textContent;
            }"""
        )
        assert "First “emission” has to be saved" in said
        assert desk.spectrum == spectrum
    finally:
        journal.unlink(missing_ok=True)
        aside.rename(journal)
    page.wait_for_selector(f"[data-testid=spectrum]:not([data-shows='{spectrum}'])")
    desk.wait()
    desk.saved()
    assert in_database(campaign) == {spectrum: "emission"}


def test_two_tabs_and_a_lost_connection_give_one_history(voila, chromium, desk, campaign):
    url = f"{voila.url}&campaign={campaign.name}"
    sockets = []

    def connect(route):
        server = route.connect_to_server()
        sockets.append((route, server))

    with contextlib.closing(chromium.new_context()) as context:
        other = context.new_page()
        other.set_default_timeout(60_000)
        other.route_web_socket("**/api/kernels/**", connect)
        second = Desk(other, url)
        first_answer = desk.press("1")
        other.wait_for_selector("[data-testid=answers]:has-text('1 of')")
        other.keyboard.press("ArrowRight")
        other.wait_for_selector(
            f"[data-testid=spectrum]:not([data-shows='{first_answer}'])"
        )
        second.wait()
        # The line is cut; the page mends it by itself, and what was pressed is saved once.
        interrupted = second.spectrum
        for route, server in sockets:
            with contextlib.suppress(Exception):
                server.close()
                route.close(code=3001, reason="cut")
        other.keyboard.press("2")
        assert until(other, lambda: in_database(campaign).get(interrupted) == "double-peak")
        second.saved()
        desk.page.wait_for_selector("[data-testid=answers]:has-text('2 of')")
        desk.page.keyboard.press("z")
        assert until(other, lambda: in_database(campaign) == {first_answer: "emission"})
        other.goto("about:blank")


def test_candidates_and_earlier_answers_are_gone_through_like_the_batch(desk, campaign):
    page, start = desk.page, desk.spectrum
    page.keyboard.press("p")
    page.wait_for_selector("[data-testid=queue][data-listing=candidates]")
    desk.wait()
    page.wait_for_function(
        """() => document.querySelector("[data-testid=spectrum]").dataset.shows
          === document.querySelector("[data-testid=queue] li").dataset.identifier"""
    )
    candidate = desk.press("1")
    event = campaign.journal.events(campaign.name)[-1].event
    assert (event.identifier, event.value, event.role) == (
        candidate,
        "emission",
        "candidate",
    )
    assert campaign.training_labels().get(candidate) in (None, "emission")
    page.click("[data-testid=to-batch]")
    page.wait_for_selector(f"[data-testid=spectrum][data-shows='{start}']")
    page.wait_for_selector("[data-testid=queue][data-listing=batch]")
    assert page.inner_text("[data-testid=listing]") == ""
    page.keyboard.press("e")
    page.wait_for_selector("[data-testid=queue][data-listing=earlier]")
    page.keyboard.press("e")
    page.wait_for_selector("[data-testid=queue][data-listing=batch]")
