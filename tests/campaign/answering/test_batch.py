"""The batch against its journal: what is acknowledged is on disk, and nothing else."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from specoracle.campaign.answering.batch import Batch
from specoracle.errors import CampaignError, JournalError
from specoracle.journal.event import Action, Role
from specoracle.journal.fold import Fold
from specoracle.journal.journal import Journal, Member, NewRound

NAMES = [f"star-{number}" for number in range(5)]
CLASSES = ("absorption", "emission")


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "journal.sqlite")
    members = [
        Member(identifier=n, role=Role.ORACLE, position=p) for p, n in enumerate(NAMES)
    ]
    opened.open_round("hunt", NewRound(number=0, model_hash="blind", members=members))
    yield opened
    opened.close()


def batch_on(journal, tmp_path, annotator="vera"):
    return Batch(
        journal,
        "hunt",
        0,
        classes=CLASSES,
        annotator=annotator,
        place=tmp_path / f"place-{annotator}.txt",
        content_hash=lambda name: f"hash of {name}",
    )


@pytest.fixture
def batch(journal, tmp_path):
    return batch_on(journal, tmp_path)


def values(batch):
    return {name: answer.value for name, answer in batch.answers.items()}


def test_a_label_is_in_the_journal_before_the_next_spectrum_is_current(batch, journal):
    batch.label("emission", milliseconds=700)
    (recorded,) = journal.events("hunt")
    assert (recorded.event.identifier, recorded.event.value) == ("star-0", "emission")
    assert recorded.event.content_hash == "hash of star-0"
    assert recorded.event.milliseconds == 700
    assert batch.current.identifier == "star-1"


def test_a_label_that_cannot_be_saved_does_not_advance(batch, journal):
    with journal._engine.begin() as connection:
        connection.exec_driver_sql("drop table label_event")
    with pytest.raises(JournalError, match="It is not saved"):
        batch.label("emission")
    assert batch.current.identifier == "star-0"


def test_an_unknown_class_is_refused_and_nothing_recorded(batch, journal):
    with pytest.raises(
        CampaignError, match="expected one of absorption, emission, got 'nova'"
    ):
        batch.label("nova")
    assert journal.events("hunt") == []


def test_a_label_goes_to_the_spectrum_it_names(batch):
    batch.label("emission", identifier="star-3")
    assert values(batch) == {"star-3": "emission"}
    assert batch.current.identifier == "star-4"


def test_answering_goes_on_with_what_was_left_out(batch):
    batch.goto("star-3")
    batch.label("emission")
    batch.label("emission")
    assert batch.current.identifier == "star-0"


def test_skipping_counts_as_dealt_with(batch):
    batch.skip()
    assert batch.answers["star-0"].skipped
    assert (batch.n_answered, batch.current.identifier) == (1, "star-1")


def test_undo_takes_back_and_returns_to_the_spectrum(batch):
    batch.label("emission")
    batch.label("absorption")
    batch.undo()
    assert values(batch) == {"star-0": "emission"}
    assert batch.current.identifier == "star-1"


def test_undo_of_a_change_brings_the_first_label_back(batch):
    batch.label("emission", identifier="star-0")
    batch.label("absorption", identifier="star-0")
    batch.undo()
    assert values(batch)["star-0"] == "emission"


def test_redo_does_it_again(batch):
    batch.label("emission")
    batch.undo()
    batch.redo()
    assert values(batch)["star-0"] == "emission"
    assert not batch.can_redo


def test_a_new_answer_forgets_what_could_be_redone(batch):
    batch.label("emission")
    batch.undo()
    batch.label("absorption")
    assert not batch.can_redo


def test_undo_with_nothing_done_does_nothing(batch, journal):
    batch.undo()
    batch.redo()
    assert journal.events("hunt") == []


def test_undo_survives_a_reload(batch, journal, tmp_path):
    batch.label("emission")
    batch.label("absorption")
    again = batch_on(journal, tmp_path)
    again.undo()
    again.undo()
    assert not any(answer.answered for answer in again.answers.values())


def test_a_reload_resumes_at_the_spectrum_that_was_on_the_screen(batch, journal, tmp_path):
    batch.label("emission")
    batch.forward()
    batch.forward()
    assert (
        batch_on(journal, tmp_path).current.identifier
        == batch.current.identifier
        == "star-3"
    )


def test_a_place_that_makes_no_sense_is_forgotten(journal, tmp_path):
    (tmp_path / "place-vera.txt").write_bytes(b"\xff\xfe nonsense")
    assert batch_on(journal, tmp_path).current.identifier == "star-0"


def test_back_and_forward_stop_at_the_ends(batch):
    batch.back()
    assert batch.current.identifier == "star-0"
    for _ in range(9):
        batch.forward()
    assert batch.current.identifier == "star-4"


def test_a_comment_stays_with_its_spectrum_and_does_not_move(batch):
    batch.comment("<script>alert(1)</script>")
    assert batch.answers["star-0"].comment == "<script>alert(1)</script>"
    assert batch.current.identifier == "star-0"
    assert batch.n_answered == 0


def test_a_cleared_comment_keeps_the_label(batch):
    batch.label("emission", identifier="star-2")
    batch.comment("odd", identifier="star-2")
    batch.comment("", identifier="star-2")
    assert values(batch)["star-2"] == "emission"


def test_another_tab_is_seen_after_a_refresh(batch, journal, tmp_path):
    seen = []
    batch.observe(lambda b: seen.append(b.n_answered))
    batch_on(journal, tmp_path).label("emission")
    batch.refresh()
    assert seen == [1]


def test_two_annotators_do_not_touch_each_others_answers(batch, journal, tmp_path):
    other = batch_on(journal, tmp_path, "cecilia")
    batch.label("emission")
    other.label("absorption")
    batch.refresh()
    assert values(batch) == {"star-0": "emission"}
    assert values(other) == {"star-0": "absorption"}


def test_an_observer_that_left_is_not_called(batch):
    seen = []
    leave = batch.observe(seen.append)
    leave()
    batch.label("emission")
    assert seen == []


def test_a_closed_round_takes_no_more_answers_and_keeps_those_it_has(batch, journal):
    batch.label("emission")
    journal.open_round("hunt", NewRound(number=1, model_hash="x", members=[]))
    with pytest.raises(CampaignError, match="answers already given count"):
        batch.label("emission")
    assert Fold(journal.events("hunt")).labels() == {"star-0": "emission"}


def test_the_batch_is_done_when_everything_is_answered(batch):
    for _ in NAMES:
        assert not batch.is_done
        batch.label("absorption")
    assert batch.is_done
    assert batch.current is not None


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("label"), st.sampled_from(NAMES), st.sampled_from(CLASSES)),
        st.tuples(
            st.just("comment"), st.sampled_from(NAMES), st.sampled_from(["", "odd", "é"])
        ),
        st.tuples(st.sampled_from(["skip", "unlabel", "goto"]), st.sampled_from(NAMES)),
        st.tuples(st.sampled_from(["undo", "redo", "back", "forward", "reload"])),
    ),
    max_size=25,
)


class Model:
    """What the screen should say, kept the plain way: a list of states."""

    def __init__(self):
        self.done, self.undone = [], []

    def answers(self):
        states = dict.fromkeys(NAMES, (None, False, ""))
        for verb, name, *value in self.done:
            label, skipped, comment = states[name]
            states[name] = {
                "label": lambda v=value, c=comment: (v[0], False, c),
                "skip": lambda c=comment: (None, True, c),
                "unlabel": lambda c=comment: (None, False, c),
                "comment": lambda v=value, a=label, s=skipped: (a, s, v[0]),
            }[verb]()
        return states

    def act(self, action):
        match action[0]:
            case "undo" if self.done:
                self.undone.append(self.done.pop())
            case "redo" if self.undone:
                self.done.append(self.undone.pop())
            case "label" | "comment" | "skip" | "unlabel":
                self.done.append(action)
                self.undone.clear()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ACTIONS)
def test_whatever_is_done_the_journal_says_what_the_screen_said(tmp_path_factory, actions):
    folder = tmp_path_factory.mktemp("run")
    journal = Journal(folder / "journal.sqlite")
    members = [
        Member(identifier=n, role=Role.ORACLE, position=p) for p, n in enumerate(NAMES)
    ]
    journal.open_round("hunt", NewRound(number=0, model_hash="blind", members=members))
    batch, model = batch_on(journal, folder), Model()
    for action in actions:
        verb, *rest = action
        match verb:
            case "label" | "comment":
                getattr(batch, verb)(rest[1], identifier=rest[0])
            case "skip" | "unlabel":
                getattr(batch, verb)(identifier=rest[0])
            case "goto":
                batch.goto(rest[0])
            case "reload":
                batch = batch_on(journal, folder)
            case _:
                getattr(batch, verb)()
        model.act(action)
        folded = Fold(journal.events("hunt"))
        for name, (label, skipped, comment) in model.answers().items():
            judged = folded.judgement("vera", name)
            assert (judged.value, judged.skipped, judged.comment) == (
                label,
                skipped,
                comment,
            )
            shown = batch.answers.get(name)
            assert (shown.value if shown else None) == label
    assert {e.event.action for e in journal.events("hunt")} <= set(Action)
    journal.close()
