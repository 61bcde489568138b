import numpy as np
import pytest

from specoracle.query.gate import Gate

RNG = np.random.default_rng(1)
FEATURES = RNG.normal(size=(2000, 40))
MEASURES = np.column_stack([RNG.uniform(0, 0.05, 2000), RNG.lognormal(3, 0.3, 2000)])
"""Share of bad pixels, and signal-to-noise ratio."""


def test_spoilt_spectra_are_flagged_by_their_measures_alone():
    # One in a hundred has lost half of its pixels and nearly all of its signal.
    rng, measures = np.random.default_rng(2), MEASURES.copy()
    measures[::100] = rng.uniform([0.4, 0.2], [0.8, 2.0], (20, 2))
    gate = Gate(share=0.01, seed=1).fit((FEATURES, measures))
    spoilt = rng.uniform([0.4, 0.2], [0.8, 2.0], (200, 2))
    assert gate.judge((np.zeros((200, 40)), spoilt)).flag.mean() > 0.9
    assert gate.judge((np.zeros((2000, 40)), MEASURES)).flag.mean() < 0.01


def test_a_strange_spectrum_is_flagged_by_its_features():
    gate = Gate(seed=1).fit((FEATURES, MEASURES))
    strange = np.vstack([np.full(40, 8.0), np.zeros(40)])
    usual = np.tile(np.median(MEASURES, axis=0), (2, 1))
    verdict = gate.judge((strange, usual))
    assert verdict.flag.tolist() == [True, False]
    assert verdict.score[0] > 0 > verdict.score[1]


def test_what_resembles_a_spectrum_with_a_class_is_never_flagged():
    # The rare class is as strange as an artefact, until one of it has been named.
    rare = np.full((1, 40), 8.0)
    unnamed = Gate(seed=1).fit((FEATURES,))
    named = Gate(seed=1).fit((FEATURES,), accepted=(rare,))
    assert unnamed.judge((rare,)).flag.all()
    assert not named.judge((rare,)).flag.any()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1])
def test_the_share_of_the_pool_that_is_flagged_is_the_one_asked_for(share):
    flag = Gate(share=share, seed=1).fit((FEATURES,)).judge((FEATURES,)).flag
    # A tie at the border is not flagged.
    assert share - 0.001 <= flag.mean() <= share


def test_missing_measures_are_judged_too():
    measures = MEASURES.copy()
    measures[:3, 1] = np.nan
    gate = Gate(share=0.01, seed=1).fit((measures,))
    verdict = gate.judge((np.array([[0.02, np.nan], [0.02, 20.0]]),))
    assert np.isfinite(verdict.score).all()
    assert verdict.score[0] > verdict.score[1]


def test_a_measure_that_nobody_has_is_no_hindrance():
    empty = np.full((100, 2), np.nan)
    assert not Gate(seed=1).fit((empty,)).judge((empty,)).flag.any()


def test_the_same_seed_judges_the_same():
    first, second = (
        Gate(seed=3).fit((FEATURES,)).judge((FEATURES,)).score for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
