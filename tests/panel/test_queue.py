from specoracle.panel.queue import Queue


def lines(queue):
    return {line["identifier"]: line for line in queue.shown["members"]}


def test_there_is_one_line_a_member_in_the_order_of_the_batch(batch):
    shown = Queue(batch).shown
    assert [line["number"] for line in shown["members"]] == [1, 2, 3, 4, 5]
    assert shown["current"] == "star-0"


def test_answers_appear_as_they_are_given(batch):
    queue = Queue(batch)
    batch.label("emission")
    batch.skip()
    batch.comment("odd", identifier="star-4")
    assert lines(queue)["star-0"]["answer"] == "emission"
    assert lines(queue)["star-1"]["skipped"]
    assert lines(queue)["star-4"]["comment"] == "odd"
    assert queue.shown["current"] == "star-2"


def test_a_click_goes_there(batch):
    queue = Queue(batch)
    queue._handle_custom_msg({"action": "goto", "identifier": "star-3"}, [])
    assert batch.current.identifier == "star-3"
    assert queue.shown["current"] == "star-3"


def test_why_a_blind_member_was_chosen_is_not_told(batch):
    told = {line["role"]: line["reason"] for line in lines(Queue(batch)).values()}
    assert told["estimation"] == told["repeat"] == ""
    assert told["oracle"]
    assert told["candidate"]
