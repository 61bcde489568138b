import json
from dataclasses import replace

import numpy as np
import pytest

from specoracle.campaign.replay.labels import (
    Run,
    completeness_curve,
    labels_needed,
    labels_to,
    ratio,
    read_runs,
)
from specoracle.errors import CampaignError

ANSWERS = np.array([100.0, 200.0, 400.0, 800.0])

CURVE = np.array([0.2, 0.5, 0.8, 1.0])


def run(completeness, *, arm="margin", seed=0, n_targets=100, star=None):
    found = [np.arange(n_targets) < round(c * n_targets) for c in completeness]
    nothing = np.zeros(len(completeness))
    return Run(
        setting="pool",
        arm=arm,
        seed=seed,
        answers=ANSWERS[: len(completeness)],
        found=np.array(found),
        star=np.arange(n_targets) if star is None else star,
        shares_stars=star is not None,
        confirmed=nothing,
        average_precision=nothing,
        seconds=nothing,
    )


def test_labels_are_interpolated_between_looks_in_their_logarithm():
    curves = [[0.1, 0.7, 0.9, 1.0], [0.8, 0.7, 0.9, 1.0], [0.1, 0.2, 0.3, 0.4]]
    # Half-way from 0.7 to 0.9, between 200 and 400: the geometric mean.
    expected = [np.sqrt(200 * 400), 100, np.inf]
    assert labels_to(0.8, ANSWERS, np.array(curves)) == pytest.approx(expected)


def test_the_median_over_seeds_lies_inside_its_interval():
    rng = np.random.default_rng(0)
    runs = [run(np.clip(CURVE + rng.normal(0, 0.05), 0, 1), seed=k) for k in range(10)]
    needed = labels_needed(runs, 0.7)
    assert 200 < needed.low <= needed.value <= needed.high < 500


def test_the_interval_of_a_median_covers_it():
    """Coverage of the 95 % interval over 200 made-up comparisons of 12 seeds each."""
    rng = np.random.default_rng(1)

    def drawn(n):
        shift = rng.normal(0, 0.15, n)
        return [run(np.clip(CURVE + s, 0, 1), seed=k) for k, s in enumerate(shift)]

    # The median of the shifts is 0, and labels fall with the shift.
    (true,) = labels_to(0.65, ANSWERS, CURVE[None])
    needed = [labels_needed(drawn(12), 0.65) for _ in range(200)]
    covered = [each.low <= true <= each.high for each in needed]
    # 0.95 less three standard deviations of 0.015.
    assert np.mean(covered) >= 0.904


def test_runs_that_never_arrive_leave_the_upper_end_open():
    arrived = [run([0.1, 0.5, 0.9, 1.0], seed=k) for k in range(6)]
    never = [run([0.1, 0.2, 0.3, 0.4], seed=k) for k in range(6, 10)]
    needed = labels_needed(arrived + never, 0.8)
    assert np.isfinite(needed.value)
    assert needed.high == np.inf
    assert labels_needed(never, 0.8).value == np.inf


def test_a_ratio_compares_the_same_seeds():
    fast = [run([0.3, 0.9, 1.0, 1.0], seed=k) for k in range(5)]
    slow = [run([0.0, 0.0, 0.3, 0.9], seed=k, arm="random") for k in range(3, 9)]
    found = ratio(fast, slow, 0.9)
    assert found.value == pytest.approx(200 / 800)
    assert found.low <= found.value <= found.high
    assert np.isnan(ratio(fast[:1], slow, 0.9).value)


def test_a_censored_other_counts_with_its_budget():
    fast = [run([0.3, 0.9, 1.0, 1.0], seed=k) for k in range(5)]
    never = [run([0.0, 0.1, 0.2, 0.3], seed=k) for k in range(5)]
    assert ratio(fast, never, 0.9).value == pytest.approx(200 / 800)
    assert ratio(never, fast, 0.9).value == np.inf


@pytest.mark.parametrize("n_stars", [100, 10])
def test_the_interval_is_that_of_the_stars_however_many_spectra_each_has(n_stars):
    star = np.arange(100) * n_stars // 100
    # Every other star is found, on all seeds alike.
    found = np.tile(star % 2 == 0, (2, 1))
    runs = [replace(run([0.5, 0.5], star=star, seed=k), found=found) for k in range(6)]
    _, ((mean, low, high), _) = completeness_curve(runs)
    assert mean == 0.5
    # Binomial: 0.05 of 100 stars, 0.16 of 10.
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(n_stars), rel=0.15)


def test_stars_are_drawn_where_there_is_one_seed_only():
    _, ((mean, low, high), _) = completeness_curve([run([0.5, 0.5])])
    assert low < 0.43 < mean < 0.57 < high


def test_a_curve_stands_on_the_looks_that_all_runs_have():
    often = replace(run([0.1, 0.2, 0.6, 0.8]), answers=np.array([50.0, 100, 200, 300]))
    answers, curve = completeness_curve([often, run([0.4, 0.8, 0.9], seed=1)])
    assert answers.tolist() == [100, 200]
    np.testing.assert_allclose(curve[:, 0], [0.3, 0.7])


def record(**changes):
    look = {"answers": 100, "labels": 100, "targets": 3, "seconds": None, "round": 1}
    look["asked"] = {"found": "10", "completeness": 0.5, "average_precision": 0.4}
    facts = {
        "format": "specoracle-replay",
        "pool": "a",
        "arm": "margin",
        "seed": 1,
        "prevalence": 0.01,
        "wrong": 0.05,
        "classifier": "linear",
        "targets": ["emission"],
        "n_spectra": {"asked": 200},
        "stars": {"asked": [7, 8]},
        "looks": [look],
    }
    return facts | changes


def test_results_are_gathered_by_setting_and_arm(tmp_path):
    settings = [{"seed": 2}, {"seed": 1}, {"arm": "random"}, {"wrong": 0.0}]
    for number, changes in enumerate(settings):
        (tmp_path / f"{number}.json").write_text(json.dumps(record(**changes)))
    found = read_runs(tmp_path.glob("*.json"), "asked")
    assert sorted(found) == [
        "pool a; 200 spectra; 2 of them emission; 5% of the answers wrong; "
        "linear classifier",
        "pool a; 200 spectra; 2 of them emission; linear classifier",
    ]
    arms = found[min(found)]
    assert {arm: [r.seed for r in runs] for arm, runs in arms.items()} == {
        "margin": [1, 2],
        "random": [1],
    }
    assert read_runs(tmp_path.glob("*.json"), "held-out") == {}


@pytest.mark.parametrize("text", ["{}", "no", '{"format": "other"}', "[]"])
def test_another_file_is_no_result(tmp_path, text):
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(CampaignError, match="expected the result of a replay"):
        read_runs([tmp_path / "other.json"], "asked")
