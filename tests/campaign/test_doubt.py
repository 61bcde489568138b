"""What becomes of unsure answers and of bad spectra in training, query and estimate."""

import pytest

from specoracle.campaign.answering.streams import candidate_members, census
from specoracle.campaign.catalogue.candidates import candidates
from specoracle.campaign.judging.performance import performance
from specoracle.campaign.transition import next_round
from specoracle.journal.event import Role


@pytest.fixture
def batch(answered):
    return answered.batch("vera")


def of_role(batch, role):
    return [member.identifier for member in batch.members if member.role is role]


def test_an_unsure_label_and_a_bad_spectrum_are_not_trained_on(answered, batch):
    unsure, bad, *_ = of_role(batch, Role.ORACLE)
    before = answered.training_labels()
    batch.be_sure(sure=False, identifier=unsure)
    batch.bad("artefact", identifier=bad)
    after = answered.training_labels()
    assert before.keys() - after.keys() == {unsure, bad}
    assert answered.labels().keys() >= {unsure, bad}
    batch.undo()
    assert bad in answered.training_labels()


def test_a_bad_spectrum_is_not_asked_about_again(answered, batch, quick):
    bad = of_role(batch, Role.ORACLE)[0]
    batch.unlabel(identifier=bad)
    batch.bad("no spectrum", identifier=bad)
    next_round(answered, classifier=quick(), mapped=False)
    assert bad not in {m.identifier for m in answered.batch("vera").members}
    assert bad not in set(candidates(answered)["identifier"])


def test_a_bad_member_of_the_sample_is_a_judged_one_that_is_no_target(
    answered, batch, quick
):
    next_round(answered, classifier=quick(), mapped=False)
    sampled = [n for n in of_role(batch, Role.ESTIMATION) if n in answered.labels()]
    (before,) = performance(answered)
    again = answered.batch("vera")
    again.show("earlier", again.own.earlier())
    targets = [n for n in sampled if answered.labels()[n] in answered.facts.targets]
    for name in targets:
        again.unlabel(identifier=name)
        again.bad("too noisy", identifier=name)
    (after,) = performance(answered)
    assert targets
    assert after.precision.n == before.precision.n
    assert after.precision.value < before.precision.value


def test_an_unsure_member_of_the_sample_counts_as_what_was_said(answered, batch, quick):
    next_round(answered, classifier=quick(), mapped=False)
    before = performance(answered)
    again = answered.batch("vera")
    again.show("earlier", again.own.earlier())
    for name in of_role(batch, Role.ESTIMATION):
        again.be_sure(sure=False, identifier=name)
    assert performance(answered) == before


def test_candidates_that_were_gone_through_are_a_census(answered, quick):
    next_round(answered, classifier=quick(), mapped=False)
    batch = answered.batch("vera")
    asked = [m for m in batch.members if m.role is Role.CANDIDATE]
    assert census(answered) == {}
    batch.label("absorption", identifier=asked[0].identifier)
    batch.bad("artefact", identifier=asked[1].identifier)
    batch.show("candidates", candidate_members(answered))
    name = batch.current.identifier
    batch.label("emission")
    expected = {asked[0].identifier: False, asked[1].identifier: False, name: True}
    assert census(answered) == expected
