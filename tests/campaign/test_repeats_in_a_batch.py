"""A batch that asks something again, blind."""

import pytest

from specoracle.campaign.answering.batch import Batch
from specoracle.errors import CampaignError
from specoracle.journal.event import Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import Journal, Member, NewRound
from specoracle.journal.repeats import repeats

CLASSES = ("absorption", "emission")


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def open_round(journal, tmp_path):
    def open_round(number, roles, annotator="vera"):
        members = [
            Member(identifier=name, role=role, position=position)
            for position, (name, role) in enumerate(roles.items())
        ]
        new = NewRound(number=number, model_hash="blind", members=members)
        if journal.last_round("hunt") != number:
            journal.open_round("hunt", new)
        return Batch(
            journal,
            "hunt",
            number,
            classes=CLASSES,
            annotator=annotator,
            place=tmp_path / f"{annotator}.txt",
            content_hash=lambda name: name,
        )

    return open_round


@pytest.fixture
def again(open_round):
    """The second round of vera, who has said emission of both stars."""
    first = open_round(0, {"old": Role.ORACLE, "other": Role.ORACLE})
    first.label("emission")
    first.label("emission")
    return open_round(1, {"old": Role.REPEAT, "new": Role.ORACLE})


def values(batch):
    return {name: answer.value for name, answer in batch.answers.items()}


def test_what_is_asked_again_is_unanswered_until_it_is_answered_again(again):
    assert (values(again), again.n_answered) == ({}, 0)
    again.label("absorption")
    assert values(again) == {"old": "absorption"}
    again.label("emission")
    assert again.is_done


def test_the_repeat_changes_no_label_and_is_told_beside_the_first_answer(again, journal):
    again.label("absorption")
    assert Fold(journal.events("hunt")).labels() == {"old": "emission", "other": "emission"}
    (repeat,) = repeats(journal.events("hunt"))
    assert (repeat.first.value, repeat.again.value) == ("emission", "absorption")
    assert again.own.repeats() == [repeat]


def test_a_repeat_is_undone_and_redone(again):
    again.label("absorption")
    again.label("emission")
    again.undo()
    again.undo()
    assert values(again) == {}
    assert again.current.identifier == "old"
    assert again.own.repeats() == []
    again.redo()
    assert values(again) == {"old": "absorption"}


def test_everything_else_said_of_a_repeat_stays_with_the_repeat(again, journal):
    again.comment("second look", identifier="old")
    again.flag(on=True, identifier="old")
    again.bad("artefact", identifier="old")
    again.be_sure(sure=False, identifier="old")
    judged = Fold(journal.events("hunt")).judgement("vera", "old")
    assert (judged.comment, judged.flagged, judged.quality) == ("", False, None)


def test_the_first_answer_to_a_repeat_is_neither_listed_nor_undone(again):
    assert [member.identifier for member in again.own.earlier()] == ["other"]
    again.undo()
    assert again.current.identifier == "other"
    assert not again.can_undo


def test_a_repeat_of_one_round_is_open_again_in_a_later_one(again, open_round):
    again.label("absorption")
    later = open_round(2, {"old": Role.REPEAT})
    assert later.n_answered == 0
    later.label("emission")
    assert [r.again.value for r in later.own.repeats()] == ["absorption", "emission"]


def test_a_colleague_finds_it_unanswered_too(again, open_round):
    again.label("absorption")
    colleague = open_round(1, {}, annotator="cecilia")
    assert colleague.n_answered == 0
    colleague.label("emission")
    assert colleague.own.repeats() == []


def test_an_answer_of_an_earlier_round_is_changed_where_it_is(again, journal):
    again.show("earlier", again.own.earlier())
    assert again.answers["other"].value == "emission"
    again.label("absorption")
    event = journal.events("hunt")[-1].event
    assert (event.role, event.round_number, event.batch) == (
        "oracle",
        1,
        "hunt/0001/earlier",
    )
    assert Fold(journal.events("hunt")).labels()["other"] == "absorption"
    again.show_batch()
    assert again.current.identifier == "old"
    again.undo()
    assert again.listing.name == "undone"
    assert again.answers["other"].value == "emission"


def test_what_the_page_has_sent_twice_moves_nothing(again):
    again.label("absorption", uuid="one")
    again.label("absorption", identifier="old", uuid="one")
    assert again.current.identifier == "new"
    again.undo(uuid="two")
    again.undo(uuid="two")
    assert again.can_undo
    assert again.can_redo


def test_what_a_page_says_late_of_an_earlier_round_is_kept(open_round, journal):
    open_round(0, {"star": Role.ESTIMATION, "other": Role.ORACLE})
    later = open_round(1, {"new": Role.ORACLE})
    later.comment("broad", identifier="star")
    later.label("emission", identifier="star")
    assert later.current.identifier == "new"
    judged = Fold(journal.events("hunt")).judgement("vera", "star")
    assert (judged.value, judged.comment) == ("emission", "broad")
    assert {r.event.role for r in journal.events("hunt")} == {Role.ESTIMATION}


def test_what_was_never_asked_takes_no_answer(again):
    with pytest.raises(CampaignError, match="got 'elsewhere'"):
        again.label("emission", identifier="elsewhere")
