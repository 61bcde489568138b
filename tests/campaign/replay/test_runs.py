import json

import pytest

from specoracle.campaign.replay import runs
from specoracle.campaign.replay.pool import PoolPlan, prepared_pool
from specoracle.campaign.replay.queue import main
from specoracle.campaign.replay.runs import RunPlan, grid, run_once
from specoracle.errors import CampaignError
from specoracle.query.names import NEED_ENSEMBLE, StrategyName


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay") / "pools"
    plan = PoolPlan(kind="a", folder=folder, n=150, prevalence=0.2)
    prepared_pool(plan)
    return plan


def plan_of(pool, arm="entropy", **changes):
    settings = {"budget": 45, "batch_size": 15, "classifier": "linear"}
    return RunPlan(pool=pool, arm=arm, **settings | changes)


def looks_of(result):
    return json.loads(result.read_text(encoding="utf-8"))["looks"]


def without_time(result):
    return [{k: v for k, v in look.items() if k != "seconds"} for look in looks_of(result)]


def test_the_grid_is_geometric_in_whole_batches():
    assert grid(100, 6400) == [
        *(100, 200, 300, 400, 600, 800, 1100, 1600, 2300, 3200, 4500, 6400)
    ]
    assert grid(20, 130) == [20, 40, 60, 80, 120]


BY_ONE_NETWORK = sorted(set(StrategyName) - set(NEED_ENSEMBLE))


@pytest.mark.parametrize("arm", BY_ONE_NETWORK)
def test_a_run_is_judged_on_what_was_asked_and_on_what_was_held_out(pool, arm, tmp_path):
    result = run_once(plan_of(pool, arm), tmp_path)
    record = json.loads(result.read_text(encoding="utf-8"))
    assert [look["answers"] for look in record["looks"]] == [15, 30, 45]
    # One of each target class was known before; the first batch may ask about it again.
    assert {look["labels"] - look["answers"] for look in record["looks"]} <= {0, 1, 2}
    for part in ("asked", "held-out"):
        assert len(record["stars"][part]) == 30
        for look in record["looks"]:
            assert len(look[part]["found"]) == 30
            assert look[part]["completeness"] == pytest.approx(
                look[part]["found"].count("1") / 30, abs=1e-4
            )
    assert not (tmp_path / "running" / result.stem).exists()


def test_confirmed_targets_are_always_on_the_list_of_what_was_asked(pool, tmp_path):
    last = looks_of(run_once(plan_of(pool), tmp_path))[-1]
    assert last["asked"]["found"].count("1") >= last["targets"] > 2


def test_a_run_with_a_network_is_a_campaign_like_any_other(pool, tmp_path):
    plan = plan_of(pool, "skoda2020", classifier="network", budget=15, max_epochs=2)
    (look,) = looks_of(run_once(plan, tmp_path))
    assert look["seconds"] > 0
    assert 0 <= look["held-out"]["average_precision"] <= 1


@pytest.mark.parametrize(
    "arm", ["badge", "core_set", "mutual_information", "mutual_information@skoda2020"]
)
def test_strategies_that_look_closer_see_what_an_ensemble_has_learnt(pool, arm, tmp_path):
    plan = plan_of(pool, arm, classifier="network", budget=30, max_epochs=2)
    assert [look["answers"] for look in looks_of(run_once(plan, tmp_path))] == [15, 30]


def test_a_run_that_was_interrupted_goes_on_to_the_same_end(pool, tmp_path, monkeypatch):
    whole = run_once(plan_of(pool), tmp_path / "whole")
    judge, done = runs.look, []

    def interrupted(*arguments):
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return judge(*arguments)

    monkeypatch.setattr(runs, "look", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_once(plan_of(pool), tmp_path / "halved")
    assert not list((tmp_path / "halved").glob("*.json"))
    monkeypatch.setattr(runs, "look", judge)
    halved = run_once(plan_of(pool), tmp_path / "halved")
    assert without_time(halved) == without_time(whole)


def test_a_result_is_not_made_twice(pool, tmp_path, monkeypatch):
    result = run_once(plan_of(pool, budget=15), tmp_path)
    monkeypatch.setattr(runs, "_run", None)
    assert run_once(plan_of(pool, budget=15), tmp_path) == result


def test_a_wrong_answer_is_trained_on_and_not_believed(pool, tmp_path):
    right = looks_of(run_once(plan_of(pool, "random"), tmp_path))
    wrong = looks_of(run_once(plan_of(pool, "random", wrong=0.5), tmp_path))
    assert [look["targets"] for look in wrong] == [look["targets"] for look in right]
    assert wrong[-1]["asked"]["completeness"] < right[-1]["asked"]["completeness"]


def test_the_module_runs_many_side_by_side(tmp_path, capsys):
    words = [
        *(str(tmp_path), "--pool", "a", "--n", "100", "--prevalence", "0.2"),
        *("--presets", "random,margin", "--seeds", "2", "--budget", "20"),
        *("--batch-size", "20", "--classifier", "linear", "--workers", "2"),
    ]
    main(words)
    main(words)
    assert len(list((tmp_path / "results").glob("*.json"))) == 4
    assert "4 runs, 4 of them done before." in capsys.readouterr().out


def test_a_pool_that_cannot_be_made_says_what_is_missing(tmp_path):
    with pytest.raises(CampaignError, match="Name it with --spectra"):
        prepared_pool(PoolPlan(kind="b", folder=tmp_path))
    with pytest.raises(CampaignError, match="got 'z'"):
        PoolPlan(kind="z", folder=tmp_path)
