import numpy as np
import pytest
from scipy.stats import binom, binomtest

from specoracle.estimation.clustered_share import clustered_share


def test_a_unit_a_cluster_is_the_exact_binomial_interval():
    hit = np.arange(20) < 7
    share = clustered_share(hit, np.arange(20))
    known = binomtest(7, 20).proportion_ci(0.95, "exact")
    assert (share.low, share.high) == pytest.approx((known.low, known.high))
    assert (share.n, share.n_clusters, share.hits) == (20, 20, 7)


@pytest.mark.parametrize("all_hit", [True, False])
def test_at_none_or_all_only_clusters_count(all_hit):
    share = clustered_share(np.full(50, all_hit), np.repeat(np.arange(10), 5))
    known = binomtest(10 * all_hit, 10).proportion_ci(0.95, "exact")
    assert (share.low, share.high) == pytest.approx((known.low, known.high))


def test_copies_of_a_unit_teach_nothing():
    hit = np.arange(30) < 12
    once = clustered_share(hit, np.arange(30))
    often = clustered_share(np.repeat(hit, 8), np.repeat(np.arange(30), 8))
    assert often.low == pytest.approx(once.low, abs=0.01)
    assert often.high == pytest.approx(once.high, abs=0.01)


def test_without_units_nothing_is_known():
    share = clustered_share(np.zeros(0, bool), np.zeros(0, int))
    assert np.isnan(share.value)
    assert (share.low, share.high) == (0, 1)


@pytest.mark.parametrize("n_clusters", [8, 30])
@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("share", [0.03, 0.4, 0.9])
def test_the_interval_covers_what_it_should(n_clusters, likeness, share):
    rng, n_runs, covered = np.random.default_rng(3), 500, 0
    for _ in range(n_runs):
        chance = np.full(n_clusters, share)
        if likeness:  # beta-binomial: likeness is the correlation inside a cluster
            spread = 1 / likeness - 1
            chance = rng.beta(share * spread, (1 - share) * spread, n_clusters)
        cluster = np.repeat(np.arange(n_clusters), rng.integers(1, 5, n_clusters))
        found = clustered_share(rng.random(cluster.size) < chance[cluster], cluster)
        covered += found.low <= share <= found.high
    # Fails where even the upper binomial limit of the coverage is below 93 %.
    assert binom.cdf(covered, n_runs, 0.93) > 0.025, covered / n_runs
