import numpy as np
import pytest

from specoracle.estimation.agreement import agreeing_share
from specoracle.estimation.estimate import Estimate
from specoracle.estimation.label_noise import error_rate, label_noise
from specoracle.estimation.limits import Counts

LIST_AND_REST = np.array([True, False])
EVERYWHERE = np.array([True, True])


def test_errors_made_up_are_found_in_the_repeats():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 4000)
    answers = [truth ^ (rng.random(4000) < 0.08) for _ in range(2)]
    rate = error_rate(agreeing_share(*answers))
    assert rate.low < 0.08 < rate.high


def test_figures_are_corrected_to_those_without_errors():
    # 1000 listed of which 800, 9000 others of which 100 are targets; 2 % of the answers
    # are wrong: 800 · 0.98 + 200 · 0.02 = 788 and 100 · 0.98 + 8900 · 0.02 = 276 appear so.
    seen = Counts(
        size=np.array([1e3, 9e3]),
        sampled=np.array([1e3, 9e3]),
        positive=np.array([788.0, 276.0]),
    )
    exact = 0.98**2 + 0.02**2
    consistency = Estimate(value=exact, low=exact, high=exact, n=100)
    done = label_noise(seen, LIST_AND_REST, EVERYWHERE, consistency)
    assert done.precision == pytest.approx((0.8, 0.8))
    assert done.completeness == pytest.approx((800 / 900, 800 / 900))


def test_no_repeats_mean_no_correction():
    nothing = agreeing_share(np.zeros(0, int), np.zeros(0, int))
    seen = Counts(size=np.ones(2), sampled=np.ones(2), positive=np.ones(2))
    done = label_noise(seen, LIST_AND_REST, EVERYWHERE, nothing)
    assert done.rate.value is None
    assert done.precision is None
    assert "label" in done.rate.unknown


def test_answers_at_random_say_nothing_of_the_truth():
    half = Estimate(value=0.5, low=0.5, high=0.5, n=100)
    seen = Counts(
        size=np.full(2, 100.0), sampled=np.full(2, 100.0), positive=np.full(2, 50.0)
    )
    done = label_noise(seen, LIST_AND_REST, EVERYWHERE, half)
    assert done.rate.value == 0.5
    assert done.precision is done.completeness is None
