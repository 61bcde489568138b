import json

import pytest

from specoracle.campaign.answering.batch import Batch
from specoracle.journal.event import BLIND, Role
from specoracle.journal.journal import Journal, Member, NewRound
from specoracle.panel.queue import Queue


def members(queue):
    return {member["identifier"]: member for member in queue.listing["members"]}


def said(queue, identifier):
    """What the page says of a member: the latest word on it."""
    return queue.latest.get(identifier, queue.given.get(identifier, {}))


def test_there_is_one_line_a_member_in_the_order_of_the_batch(batch):
    queue = Queue(batch)
    assert [line["number"] for line in queue.listing["members"]] == [1, 2, 3, 4, 5]
    assert queue.current == "star-0"


def test_answers_appear_as_they_are_given(batch):
    queue = Queue(batch)
    batch.label("emission", sure=False)
    batch.skip()
    batch.comment("odd", identifier="star-4")
    batch.flag(on=True, identifier="star-4")
    batch.bad("artefact", identifier="star-2")
    assert said(queue, "star-0") == {"answer": "emission", "unsure": True}
    assert said(queue, "star-1") == {"skipped": True}
    assert said(queue, "star-4") == {"comment": "odd", "flagged": True}
    assert said(queue, "star-2") == {"quality": "artefact"}
    assert queue.current == "star-3"


def test_an_answer_that_is_taken_back_disappears(batch):
    queue = Queue(batch)
    batch.label("emission")
    batch.undo()
    assert said(queue, "star-0") == {}


def test_a_click_goes_there(batch):
    queue = Queue(batch)
    queue._handle_custom_msg({"action": "goto", "identifier": "star-3"}, [])
    assert batch.current.identifier == "star-3"
    assert queue.current == "star-3"


def test_a_click_on_what_is_gone_is_said_to_be_one(batch):
    queue = Queue(batch)
    queue._handle_custom_msg({"action": "goto", "identifier": "nowhere"}, [])
    assert "nowhere" in queue.note


def test_why_a_blind_member_was_chosen_is_not_told(batch):
    told = {line["role"]: line["reason"] for line in members(Queue(batch)).values()}
    assert told["estimation"] == ""
    assert told["oracle"]
    assert told["candidate"]


def test_a_repeat_looks_like_a_member_of_the_estimation_sample(batch):
    shown = members(Queue(batch))
    (repeat,) = [m.identifier for m in batch.members if m.role is Role.REPEAT]
    (sampled,) = [m.identifier for m in batch.members if m.role is Role.ESTIMATION]
    own = {"number", "identifier", "name"}
    assert {k: v for k, v in shown[repeat].items() if k not in own} == {
        k: v for k, v in shown[sampled].items() if k not in own
    }


@pytest.fixture
def long_batch(tmp_path):
    names = [f"lamost:55859-F5902_sp01-{n:04d}" for n in range(2000)]
    asked = [
        Member(identifier=n, role=Role.ORACLE, position=p) for p, n in enumerate(names)
    ]
    journal = Journal(tmp_path / "long.sqlite")
    journal.open_round("c", NewRound(number=0, model_hash=BLIND, members=asked))
    yield Batch(
        journal,
        "c",
        0,
        classes=("emission", "absorption"),
        annotator="vera",
        place=tmp_path / "place.txt",
        content_hash=lambda identifier: identifier,
    )
    journal.close()


def test_a_step_in_a_list_of_thousands_sends_little(long_batch):
    queue, sent = Queue(long_batch), []
    queue.observe(lambda change: sent.append(len(json.dumps(change["new"]))))
    for _ in range(40):
        long_batch.label("emission")
    assert max(sent) < 10_000
    for _ in range(60):
        long_batch.label("absorption")
    given = [said(queue, m.identifier).get("answer") for m in long_batch.members[:101]]
    assert given == ["emission"] * 40 + ["absorption"] * 60 + [None]
