import pytest

from specoracle.errors import JournalError
from specoracle.panel.answers import Answers


@pytest.fixture
def page(batch):
    return Page(Answers(batch))


class Page:
    """What the browser does to a widget: it sends messages and shows a trait."""

    def __init__(self, widget):
        self.widget = widget

    def press(self, action, identifier=None, **more):
        on_screen = self.shown["identifier"] if identifier is None else identifier
        content = {"action": action, "identifier": on_screen, "milliseconds": 900}
        self.widget._handle_custom_msg({**content, **more}, [])

    @property
    def shown(self):
        return self.widget.shown


def test_a_key_labels_the_spectrum_on_the_screen_and_goes_on(page, batch):
    page.press("label", value="emission")
    assert batch.answers["star-0"].value == "emission"
    assert page.shown["identifier"] == "star-1"
    assert (page.shown["state"], page.shown["message"]) == ("saved", "Saved")


def test_the_time_to_decide_is_recorded(page, batch):
    page.press("label", value="emission")
    (recorded,) = batch._recorder.journal.events("c")
    assert recorded.event.milliseconds == 900


def test_a_key_meant_for_another_spectrum_answers_nothing(page, batch):
    page.press("label", value="emission", identifier="star-3")
    page.press("skip", identifier="star-3")
    assert not batch.answers
    assert page.shown["state"] == "note"


def test_pressing_twice_before_the_next_spectrum_is_drawn_answers_once(page, batch):
    page.press("label", value="emission", identifier="star-0")
    page.press("label", value="emission", identifier="star-0")
    assert set(batch.answers) == {"star-0"}


def test_undo_and_redo_reach_the_batch(page, batch):
    page.press("label", value="emission")
    page.press("undo")
    assert not batch.answers
    assert page.shown["identifier"] == "star-0"
    assert page.shown["can_redo"]
    page.press("redo")
    assert batch.answers["star-0"].value == "emission"


def test_skipping_is_an_answer_without_a_class(page, batch):
    page.press("skip")
    assert batch.answers["star-0"].skipped
    assert page.shown["answered"] == 1


def test_a_comment_stays_with_its_spectrum_wherever_the_batch_is(page, batch):
    page.press("forward")
    page.press("comment", identifier="star-0", text="<b>odd</b> wing")
    assert batch.answers["star-0"].comment == "<b>odd</b> wing"
    assert page.shown["identifier"] == "star-1"


def test_back_shows_the_answer_that_was_given(page):
    page.press("label", value="absorption")
    page.press("back")
    assert page.shown["answer"] == "absorption"


def test_what_cannot_be_saved_is_not_shown_as_saved(page, batch, monkeypatch):
    def full_disk(events):
        raise JournalError("Journal: the disk is full.")

    monkeypatch.setattr(batch._recorder.journal, "record_all", full_disk)
    page.press("label", value="emission")
    assert page.shown["state"] == "error"
    assert "the disk is full" in page.shown["message"]
    assert page.shown["identifier"] == "star-0"
    assert page.shown["answer"] is None


def test_an_unknown_class_is_refused_in_words(page, batch):
    page.press("label", value="quasar")
    assert page.shown["state"] == "error"
    assert "quasar" in page.shown["message"]
    assert not batch.answers


def test_the_page_hears_of_every_message_even_when_nothing_changed(page):
    before = page.shown["times_shown"]
    page.press("label", value="emission", identifier="elsewhere")
    assert page.shown["times_shown"] > before


def test_progress_is_told_by_role(page):
    page.press("label", value="emission")
    assert page.shown["roles"] == {
        "oracle": (1, 2),
        "estimation": (0, 1),
        "candidate": (0, 1),
        "repeat": (0, 1),
    }


def test_the_model_that_was_shown_is_recorded(batch):
    page = Page(Answers(batch, model_shown=lambda member: f"model of {member.identifier}"))
    page.press("label", value="emission")
    (recorded,) = batch._recorder.journal.events("c")
    assert recorded.event.model_hash == "model of star-0"


def test_an_answer_from_elsewhere_is_shown(page, batch):
    batch.label("emission")
    assert page.shown["answered"] == 1
