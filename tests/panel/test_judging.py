from concurrent.futures import CancelledError

import pytest

from specoracle.errors import CampaignError
from specoracle.panel.judging import Judging


def judged(judging):
    return judging.ask(lambda _, judged: judged).result()


def test_a_round_is_judged_once_until_somebody_labels(campaign, judging):
    first = judged(judging)
    assert first.number == 1
    assert first.rounds is first.rounds
    assert judged(judging) is first
    before = judging.ask(lambda c, _: len(c.labels())).result()
    batch = campaign.batch("vera")
    seen = campaign.dealt_with()
    new = next(m.identifier for m in batch.members if m.identifier not in seen)
    batch.label("emission", identifier=new)
    assert judged(judging) is not first
    assert judging.ask(lambda c, _: len(c.labels())).result() == before + 1


def test_a_new_round_is_judged_anew(campaign, judging):
    neighbours = pytest.importorskip("sklearn.neighbors")
    from specoracle.campaign.transition import next_round

    first = judged(judging)
    assert first.is_last
    next_round(campaign, classifier=neighbours.KNeighborsClassifier(3))
    assert judged(judging).number == 2
    assert not first.is_last


def test_questions_are_answered_one_after_the_other(judging):
    order = []
    asked = [judging.ask(lambda *_, n=n: order.append(n)) for n in range(20)]
    for one in asked:
        one.result()
    assert order == list(range(20))


def test_what_goes_wrong_comes_with_the_answer(judging):
    def question(*_):
        raise CampaignError("no such thing")

    with pytest.raises(CampaignError, match="no such thing"):
        judging.ask(question).result()
    assert judged(judging).number == 1


def test_after_it_is_closed_no_question_is_begun(campaign):
    made = Judging(campaign)
    asked = made.ask(lambda _, judged: judged.rounds)
    made.close()
    made.close()
    later = asked.exception()
    assert later is None or isinstance(later, CancelledError)
    with pytest.raises(RuntimeError):
        made.ask(lambda *_: None)
