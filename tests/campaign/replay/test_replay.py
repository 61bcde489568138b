import numpy as np
import pytest

from specoracle.campaign.replay.replay import replay
from specoracle.campaign.workspace import Workspace


def known_targets(truth):
    return {n: c for n, c in sorted(truth.items()) if c != "absorption"}


def test_a_replay_reports_every_trained_round(space, facts, truth, quick):
    rounds = replay(
        space, facts(), truth, n_rounds=2, known=known_targets(truth), classifier=quick
    )
    assert [r.estimate.round_number for r in rounds] == [1, 2]
    assert all(r.n_targets == len(known_targets(truth)) for r in rounds)
    assert rounds[1].estimate.n_labels > rounds[0].estimate.n_labels


def test_a_replay_that_was_interrupted_goes_on_to_the_same_end(space, facts, truth, quick):
    known = known_targets(truth)

    def run(name, n_rounds):
        return replay(
            space, facts(name=name), truth, n_rounds=n_rounds, known=known, classifier=quick
        )

    whole = run("whole", 2)
    run("halved", 1)
    halved = run("halved", 2)
    assert [r.n_found for r in halved] == [r.n_found for r in whole]
    assert [r.estimate.n_candidates for r in halved] == [
        r.estimate.n_candidates for r in whole
    ]


def test_true_precision_and_completeness_are_counted_from_the_list(
    space, facts, truth, quick
):
    (done,) = replay(
        space, facts(), truth, n_rounds=1, known=known_targets(truth), classifier=quick
    )
    assert done.completeness == pytest.approx(done.n_true / done.n_targets)
    assert done.precision == pytest.approx(done.n_true / done.estimate.n_candidates)
    assert not np.isnan(done.completeness)
    assert Workspace(space.folder).campaign_names() == ["hunt"]
