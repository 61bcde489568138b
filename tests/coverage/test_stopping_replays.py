"""Simulated campaigns, a few of `stopping_replays`: is stopping advised at the plateau?"""

import functools

import numpy as np
from scipy.stats import binomtest
from stopping_replays import COSTS, CURVES, replay


@functools.cache
def replays():
    return [replay(curve, np.random.default_rng(7), n=100_000) for curve in CURVES[::5]]


def test_stopping_is_advised_within_a_fifth_of_the_labels_at_the_plateau():
    hits = sum(one.hit for one in replays())
    # Nine in ten are wanted; so many must not be excluded.
    upper = binomtest(hits, len(replays())).proportion_ci(0.95, method="exact").high
    assert upper >= 0.9, [(one.plateau, one.stopped) for one in replays()]


def test_stopping_is_never_advised_before_thirty_targets():
    assert COSTS.least_targets == 30
    assert min(one.n_targets for one in replays() if one.stopped) >= 30
