import numpy as np
import pytest
from astropy.table import Table
from scipy.stats import binom, binomtest

from specoracle.campaign.completeness.known_objects import known_completeness, read_known
from specoracle.campaign.judging.performance import trained_on
from specoracle.campaign.scores import read_scores
from specoracle.campaign.transition import next_round
from specoracle.errors import ArchiveError
from specoracle.estimation.binomial import exact_interval


@pytest.fixture
def trained(answered, quick):
    next_round(answered, classifier=quick())
    return answered


def catalogue(campaign, names, path, *, extra=0):
    rows = campaign.archive.rows(names)
    table = campaign.archive.catalogue(["ra", "dec"], rows)
    ra = [*table["ra"].to_pylist(), *range(extra)]
    dec = [*table["dec"].to_pylist(), *[-80.0] * extra]
    Table({"RAJ2000": ra, "DEJ2000": dec}).write(path)
    return path


def test_known_objects_are_found_or_missed_and_trained_ones_left_out(
    trained, truth, tmp_path
):
    targets = sorted(n for n, c in truth.items() if c != "absorption")
    path = catalogue(trained, targets, tmp_path / "known.fits", extra=5)
    result, missed = known_completeness(trained, path)
    learnt = set(trained_on(trained, 1))
    predicted = read_scores(trained.folder.round(1).scores).argmax(axis=1) > 0
    left = [n for n in targets if n not in learnt]
    found = [n for n in left if predicted[trained.archive.rows([n])[0]]]
    assert result.n_objects == len(targets) + 5
    assert result.n_in_pool == len(targets)
    assert result.n_trained == len(targets) - len(left)
    assert result.n_found == len(found)
    known = binomtest(len(found), len(left)).proportion_ci(0.95, "exact")
    assert (result.low, result.high) == pytest.approx((known.low, known.high))
    assert set(missed["identifier"]) == set(left) - set(found)
    assert read_known(trained, 1) == [result]
    assert f"{len(found)} of {len(left)} known objects" in result.said


def test_without_a_match_the_completeness_is_not_known(trained, tmp_path):
    path = catalogue(trained, [], tmp_path / "elsewhere.csv", extra=3)
    result, missed = known_completeness(trained, path)
    assert "None of the 3 objects" in result.said
    assert "not known" in result.said
    assert (result.low, result.high, len(missed)) == (0, 1, 0)
    (kept,) = read_known(trained, 1)
    assert np.isnan(kept.completeness)


def test_where_all_were_trained_on_nothing_is_known(trained, tmp_path):
    names = sorted(trained_on(trained, 1))[:3]
    path = catalogue(trained, names, tmp_path / "known.ecsv")
    result, _ = known_completeness(trained, path)
    assert result.n_judged == 0
    assert "left out: the completeness is not known" in result.said


def test_a_catalogue_without_positions_is_refused(trained, tmp_path):
    path = tmp_path / "known.csv"
    path.write_text("name,period\nalpha,1.5\n")
    with pytest.raises(ArchiveError, match="expected columns of a position"):
        known_completeness(trained, path)


def test_the_exact_interval_covers():
    rng = np.random.default_rng(2)
    for n in (5, 30, 200):
        for share in (0.02, 0.3, 0.95):
            found = rng.binomial(n, share, 2000) / n
            low, high = exact_interval(found, np.full(2000, n))
            covered = ((low <= share) & (share <= high)).sum()
            assert binom.cdf(covered, 2000, 0.95) > 0.001
