"""Honest answers of the estimate, whatever has been labelled."""

import numpy as np
import pytest

from specoracle.campaign.judging.class_performance import class_performance
from specoracle.campaign.judging.draw_file import read_design
from specoracle.campaign.judging.estimation_sample import EstimationSample
from specoracle.campaign.judging.performance import (
    candidate_flags,
    improvement,
    performance,
    round_performance,
)
from specoracle.campaign.judging.performance_text import performance_lines
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.oracle import KnownLabels, answer_all
from specoracle.campaign.transition import next_round
from specoracle.journal.event import Role

FIGURES = ("completeness_above_floor", "precision", "f1", "prevalence", "completeness")


def figures(done):
    return {name: getattr(done, name) for name in FIGURES}


def check_honest(done):
    """Never NaN, never a sure figure from a sample, and a reason where there is none."""
    for name, estimate in figures(done).items():
        assert np.isfinite([estimate.low, estimate.high]).all(), name
        assert estimate.low <= estimate.high, name
        if estimate.value is None:
            assert "label" in estimate.unknown, name
        else:
            assert estimate.low <= estimate.value <= estimate.high, name
            assert estimate.width > 0, name
    text = "\n".join(performance_lines(done))
    assert "nan" not in text


@pytest.fixture
def trained(answered, quick, truth):
    """A campaign of two rounds, all answered."""
    for _ in range(2):
        next_round(answered, classifier=quick())
        answer_all(answered.batch("vera"), KnownLabels(truth))
    return answered


@pytest.mark.whole_pool
def test_the_whole_pool_labelled_gives_the_truth(answered, quick, truth, space, facts):
    campaign = create_campaign(
        space, facts(name="census", estimation_size=0, estimation_growth=10_000)
    )
    known = {name: truth[name] for name in sorted(truth)[:60]}
    campaign.import_labels(known, annotator="catalogue")
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign, classifier=quick())
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    (done,) = performance(campaign)
    usable = campaign.archive.column("quality") == 0
    names = campaign.archive.identifiers(np.arange(len(usable)))
    is_target = np.array([truth[name] in campaign.facts.targets for name in names])
    listed = candidate_flags(campaign, 1)
    found = (listed & is_target & usable).sum()
    assert done.precision.value == pytest.approx(found / (listed & usable).sum())
    assert done.completeness.value == pytest.approx(found / (is_target & usable).sum())
    assert done.completeness.width == pytest.approx(0, abs=1e-6)
    campaign.close()


def test_withdrawn_labels_are_waited_for(answered, quick, truth):
    next_round(answered, classifier=quick())
    batch = answered.batch("vera")
    answer_all(batch, KnownLabels(truth))
    before = round_performance(answered, 1)
    members = [m.identifier for m in batch.members if m.role is Role.ESTIMATION]
    for identifier in members:
        batch.skip(identifier=identifier)
    done = round_performance(answered, 1)
    check_honest(done)
    assert done.n_waiting == done.n_skipped == len(members)
    assert "without an agreed label" in "\n".join(performance_lines(done))
    assert done.prevalence.width > before.prevalence.width


def test_nothing_labelled_of_the_sample_says_what_to_do(space, facts, quick, truth):
    campaign = create_campaign(space, facts())
    batch = campaign.batch("vera")
    for member in batch.members:
        if member.role is not Role.ESTIMATION:
            batch.label(truth[member.identifier], identifier=member.identifier)
    targets = {name: c for name, c in truth.items() if c != "absorption"}
    sample = campaign.sample()
    known = [name for name in sorted(targets) if name not in sample][:4]
    campaign.import_labels({n: targets[n] for n in known}, annotator="catalogue")
    next_round(campaign, classifier=quick())
    (done,) = performance(campaign)
    check_honest(done)
    assert done.completeness_above_floor.value is None
    assert "none of it is labelled" in str(done.completeness_above_floor)
    campaign.close()


def test_half_of_the_sample_labelled_gives_a_wider_interval(answered, quick, truth):
    next_round(answered, classifier=quick())
    batch = answered.batch("vera")
    members = [m.identifier for m in batch.members if m.role is Role.ESTIMATION]
    for identifier in members[::2]:
        batch.label(truth[identifier], identifier=identifier)
    half = round_performance(answered, 1)
    assert half.n_waiting == len(members) - len(members[::2])
    check_honest(half)
    for identifier in members[1::2]:
        batch.label(truth[identifier], identifier=identifier)
    whole = round_performance(answered, 1)
    assert whole.n_waiting == 0
    assert whole.prevalence.width <= half.prevalence.width


def test_annotators_who_all_disagree_leave_the_sample_unlabelled(trained, truth):
    other = trained.batch("otto")
    for member in other.members:
        if member.role is Role.ESTIMATION and truth[member.identifier] == "absorption":
            other.label("emission", identifier=member.identifier)
    done = round_performance(trained, 2)
    assert done.n_disputed > 0
    assert f"{done.n_disputed} on which annotators differ" in "\n".join(
        performance_lines(done)
    )
    check_honest(done)


def test_before_any_draw_by_score_there_is_no_floor(space, facts, quick, truth):
    campaign = create_campaign(space, facts(estimation_growth=0))
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign, classifier=quick())
    (done,) = performance(campaign)
    assert done.floor is None
    assert done.share_below == done.below_at_most == 0
    assert done.completeness_above_floor == done.completeness
    assert "no score floor yet" in "\n".join(performance_lines(done))
    campaign.close()


def test_without_a_sample_labels_alone_tell_nothing(space, facts, quick, truth):
    campaign = create_campaign(space, facts(estimation_size=0, estimation_growth=0))
    answer_all(campaign.batch("vera"), KnownLabels(truth))
    next_round(campaign, classifier=quick())
    (done,) = performance(campaign)
    check_honest(done)
    assert done.completeness_above_floor.value is None
    campaign.close()


def test_what_the_query_asked_for_stands_for_itself_only(trained):
    sample = EstimationSample(trained)
    members = trained.sample()
    drawn = set(trained.archive.identifiers(sample.rows[sample.drawn]))
    assert drawn <= members
    assert not drawn & trained.journal.would_be_asked("hunt")
    asked = {
        m.identifier
        for number in range(3)
        for m in trained.journal.members("hunt", number)
        if m.role is not Role.ESTIMATION
    }
    certain = set(trained.archive.identifiers(sample.rows[~sample.drawn]))
    assert asked & trained.labels().keys() <= certain


def test_each_draw_records_how_it_came_about(trained):
    for number, name in ((0, "signal"), (1, "score"), (2, "score")):
        design = read_design(trained.folder.round(number).draw)
        assert design.name == name
        assert design.seed == (1, number)
        assert (design.floor is None) == (number == 0)
    assert design.model_hash == trained.journal.model_hash("hunt", 2)


def test_two_rounds_are_compared_on_the_same_objects(trained):
    gain = improvement(trained, 1, 2)
    before, after = performance(trained)
    assert gain.completeness.low <= gain.completeness.high
    same = improvement(trained, 2, 2)
    assert same.completeness.width < 1e-6
    alone = before.completeness_above_floor.width + after.completeness_above_floor.width
    assert gain.completeness.width <= alone + 1e-6


def test_classes_are_told_apart_with_intervals(trained):
    done = class_performance(trained, 2)
    assert [c.name for c in done.classes] == list(trained.facts.classes)
    assert sum(c.n_predicted for c in done.classes) == len(EstimationSample(trained).pool)
    assert done.accuracy.low <= done.accuracy.value <= done.accuracy.high
    assert done.accuracy.width > 0
