import itertools

import pytest

from specoracle.campaign.answering.batch import Batch
from specoracle.errors import JournalError
from specoracle.journal.event import BLIND, Role
from specoracle.journal.journal import Member, NewRound
from specoracle.panel.answers import Answers


@pytest.fixture
def page(batch):
    return Page(Answers(batch))


numbers = itertools.count()


class Page:
    """What the browser does to a widget: it sends messages and shows a trait."""

    def __init__(self, widget):
        self.widget = widget

    def press(self, action, identifier=None, **more):
        on_screen = self.shown["identifier"] if identifier is None else identifier
        content = {"action": action, "identifier": on_screen, "milliseconds": 900}
        content["uuid"] = f"page-{next(numbers)}"
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
    assert page.shown["state"] == "unsaved"
    assert "the disk is full" in page.shown["message"]
    assert page.shown["identifier"] == "star-0"
    assert page.shown["answer"] is None


def test_an_unknown_class_is_refused_in_words(page, batch):
    page.press("label", value="quasar")
    assert page.shown["state"] == "refused"
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
        "estimation": (0, 2),  # the repeat is named as one of these
        "candidate": (0, 1),
    }


def test_the_model_that_was_shown_is_recorded(batch):
    page = Page(Answers(batch, model_shown=lambda member: f"model of {member.identifier}"))
    page.press("label", value="emission")
    (recorded,) = batch._recorder.journal.events("c")
    assert recorded.event.model_hash == "model of star-0"


def test_an_answer_from_elsewhere_is_shown(page, batch):
    batch.label("emission")
    assert page.shown["answered"] == 1


def test_the_page_is_told_what_became_of_each_message(page):
    page.press("label", value="emission", uuid="first")
    assert (page.shown["about"], page.shown["state"]) == ("first", "saved")
    page.press("label", value="quasar", uuid="second")
    assert (page.shown["about"], page.shown["state"]) == ("second", "refused")


def test_a_message_that_is_sent_again_is_saved_once_and_moves_nothing(page, batch):
    page.press("label", value="emission", uuid="one")
    page.press("label", value="emission", identifier="star-0", uuid="one", again=True)
    assert page.shown["state"] == "saved"
    assert page.shown["identifier"] == "star-1"
    assert len(batch._recorder.journal.events("c")) == 1
    page.press("undo", uuid="two")
    page.press("undo", uuid="two", again=True)
    assert len(batch._recorder.journal.events("c")) == 2
    assert page.shown["can_redo"]


def test_an_answer_that_nobody_had_heard_of_is_saved_wherever_the_desk_is_now(page, batch):
    page.press("forward")
    page.press("label", value="emission", identifier="star-0", again=True)
    assert {n: a.value for n, a in batch.answers.items()} == {"star-0": "emission"}


def test_every_axis_of_an_answer_is_kept_apart(page, batch):
    page.press("unsure", value=True)
    page.press("flag", value=True)
    page.press("comment", text="Hα \u202e 😀 <script>")
    assert page.shown["identifier"] == "star-0"
    assert (page.shown["unsure"], page.shown["flagged"]) == (True, True)
    page.press("label", value="emission")
    page.press("bad", value="sky residual")
    page.press("label", value="emission", sure=False)
    answers = batch.answers
    assert (answers["star-0"].value, answers["star-0"].sure) == ("emission", False)
    assert (answers["star-0"].flagged, answers["star-0"].quality) == (True, None)
    assert answers["star-0"].comment == "Hα \u202e 😀 <script>"
    assert (answers["star-1"].value, answers["star-1"].quality) == (None, "sky residual")
    assert answers["star-2"].sure is False
    page.press("back")
    page.press("back")
    page.press("good")
    assert page.shown["identifier"] == "star-1"
    assert page.shown["quality"] is None
    assert not page.shown["skipped"]


def test_an_answer_is_taken_away_by_its_own_key(page, batch):
    page.press("label", value="emission")
    page.press("back")
    page.press("unlabel")
    assert not batch.answers
    page.press("undo")
    assert batch.answers["star-0"].value == "emission"


def test_keys_are_given_anew_and_outlast_the_desk(batch, tmp_path):
    path = tmp_path / "keys.json"
    page = Page(Answers(batch, keys=path))
    page.press("bind", what="skip", key="n")
    assert page.shown["state"] == "saved"
    again = Answers(batch, keys=path)
    assert again.bindings["skip"] == ("n",)
    assert again.bindings["undo"] == ("z", "Backspace")


def test_a_key_that_is_taken_is_refused_by_name(page):
    page.press("bind", what="skip", key="Z")
    assert page.shown["state"] == "refused"
    assert "'z', which is the key of undo" in page.shown["message"]
    assert page.widget.bindings["skip"] == ("s", "0")


def test_agreement_is_told_of_repeats_only(page, batch):
    page.press("label", value="emission")
    assert page.shown["agreement"] == (0, 0)


def test_an_answer_that_comes_as_a_new_round_opens_is_saved_by_the_next_desk(
    page, batch, tmp_path
):
    journal = batch._recorder.journal
    asked = [Member(identifier="new", role=Role.ORACLE, position=0)]
    journal.open_round("c", NewRound(number=1, model_hash=BLIND, members=asked))
    page.press("label", value="emission", uuid="late")
    assert page.shown["state"] == "unsaved"
    following = Batch(
        journal,
        "c",
        1,
        classes=batch.classes,
        annotator="vera",
        place=tmp_path / "next.txt",
        content_hash=lambda identifier: identifier,
    )
    next_page = Page(Answers(following))
    late = {"value": "emission", "identifier": "star-0", "uuid": "late", "again": True}
    next_page.press("label", **late)
    assert (next_page.shown["state"], next_page.shown["identifier"]) == ("saved", "new")
    (recorded,) = journal.events("c")
    assert (recorded.event.identifier, recorded.event.value) == ("star-0", "emission")
