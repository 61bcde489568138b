"""Coverage of every interval that is printed, by Monte Carlo over simulated pools."""

import numpy as np
import pytest
from scipy.stats import binomtest

from specoracle.estimation.design import draw, score_strata, union_probability
from specoracle.estimation.estimate import estimate_performance, weighted_share


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (9, 10), (28, 30)])
def test_equal_weights_give_the_exact_binomial_interval(hits, n):
    # scipy's own Clopper-Pearson interval.
    expected = binomtest(hits, n).proportion_ci(0.95, method="exact")
    share = weighted_share(np.arange(n) < hits, np.full(n, 7.0))
    np.testing.assert_allclose((share.low, share.high), expected, rtol=1e-12)
    assert share.value == pytest.approx(hits / n)


def test_nothing_sampled_means_nothing_known():
    share = weighted_share(np.zeros(0, bool), np.zeros(0))
    assert np.isnan(share.value)
    assert (share.low, share.high, share.n) == (0.0, 1.0, 0)


def test_a_sample_of_everything_gives_the_truth():
    target = np.array([True, True, False, False, True])
    listed = np.array([True, True, True, False, False])
    done = estimate_performance(
        is_target=target, on_list=listed, weight=np.ones(5), n_on_list=3, n_pool=5
    )
    assert done.precision.value == pytest.approx(2 / 3)
    assert done.completeness.value == pytest.approx(2 / 3)
    assert done.prevalence.value == pytest.approx(3 / 5)


def test_an_empty_list_finds_nothing():
    done = estimate_performance(
        is_target=np.array([True, False]),
        on_list=np.zeros(2, bool),
        weight=np.ones(2),
        n_on_list=0,
        n_pool=10,
    )
    assert done.completeness.value == 0.0


def pool(rng, *, n=4000, prevalence=0.02, quality=2.5):
    """A pool with a score: targets score higher, by ``quality`` standard deviations."""
    target = rng.random(n) < prevalence
    score = rng.normal(size=n) + quality * target
    return target, score


def estimated(rng, *, n_draws, **settings):
    target, score = pool(rng, **settings)
    listed = score > 2.0
    inclusion, sampled = [], set()
    for _ in range(n_draws):
        # Later models rank a little differently.
        strata = score_strata(score + rng.normal(scale=0.3, size=len(score)))
        drawn = draw(strata, 40, rng=rng)
        inclusion.append(drawn.probability[strata])
        sampled.update(drawn.rows.tolist())
    rows = np.array(sorted(sampled))
    weight = 1 / union_probability(np.array(inclusion)[:, rows])
    done = estimate_performance(
        is_target=target[rows],
        on_list=listed[rows],
        weight=weight,
        n_on_list=int(listed.sum()),
        n_pool=len(target),
    )
    truth = {
        "precision": target[listed].mean(),
        "completeness": listed[target].mean(),
        "prevalence": target.mean(),
    }
    return done, truth


@pytest.mark.parametrize("n_draws", [1, 4])
@pytest.mark.parametrize(
    "settings",
    [{}, {"prevalence": 0.1}, {"quality": 4.0}, {"prevalence": 0.005, "quality": 3.5}],
    ids=["rare", "common", "easy", "very rare"],
)
def test_intervals_cover_the_truth_as_often_as_they_say(settings, n_draws):
    # 300 pools: a true coverage of 0.95 gives fewer than 0.91 with a chance of 0.3 %.
    hits = {"precision": 0, "completeness": 0, "prevalence": 0}
    for seed in range(300):
        done, truth = estimated(np.random.default_rng(seed), n_draws=n_draws, **settings)
        for name in hits:
            estimate = getattr(done, name)
            hits[name] += estimate.low - 1e-9 <= truth[name] <= estimate.high + 1e-9
    coverage = {name: count / 300 for name, count in hits.items()}
    assert min(coverage.values()) >= 0.91, coverage
