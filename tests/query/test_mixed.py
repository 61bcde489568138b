from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax

from specoracle.errors import CampaignError
from specoracle.query import short_list
from specoracle.query.acquisition import margin
from specoracle.query.candidates import Answered, Candidates
from specoracle.query.mixed import mixed_batch
from specoracle.query.shares import Shares, Stream

N = 3000
EMPTY = np.zeros(0, np.int64)


def rng(seed=1):
    return np.random.default_rng(seed)


def pool(n=N, seed=1, **columns):
    """Candidates of three classes, the last one rare and wanted; rows are not positions."""
    drawn = rng(seed)
    logits = drawn.normal(0, 2, (n, 3)) + np.array([4, 0, -2])
    columns = {
        "rows": 10 * np.arange(n) + 5,
        "log_probabilities": log_softmax(logits, axis=1).astype("f4"),
        "targets": (2,),
        "mutual_information": drawn.uniform(0, 0.3, n),
        "objects": drawn.integers(-1, n, n),
        "features": drawn.normal(size=(n, 8)).astype("f4"),
    } | columns
    return Candidates(**columns)


def streams(batch):
    return Counter(member.stream for member in batch)


def positions(batch, stream):
    return np.array([(m.row - 5) // 10 for m in batch if m.stream == stream], dtype=int)


ANSWERED = Answered(rows=np.arange(100_001, 100_051), objects=np.full(50, -1))


def test_every_stream_has_its_share():
    batch = mixed_batch(pool(), 100, answered=ANSWERED, rng=rng())
    assert streams(batch) == {
        Stream.MARGIN: 55,
        Stream.MUTUAL_INFORMATION: 15,
        Stream.LIKELY: 15,
        Stream.RANDOM: 10,
        Stream.REPEAT: 5,
    }


def test_every_member_says_why_and_chance_says_how_probable():
    batch = mixed_batch(pool(objects=None), 100, answered=ANSWERED, rng=rng())
    by_chance = {m.stream: m.probability for m in batch if m.probability is not None}
    # 10 of 3000, 5 of 50; no other stream is left to chance.
    assert by_chance == {Stream.RANDOM: 10 / N, Stream.REPEAT: 5 / 50}
    assert all(member.reason for member in batch)
    assert any(member.reason.startswith("probability 0.") for member in batch)


def test_the_same_seed_asks_the_same_and_another_something_else():
    first, again = (mixed_batch(pool(), 100, rng=rng(7)) for _ in range(2))
    assert first == again
    assert first != mixed_batch(pool(), 100, rng=rng(8))


def test_the_random_share_does_not_depend_on_what_else_is_asked():
    shares = Shares(margin=0, mutual_information=0, likely=85, random=10, repeat=5)
    batch, other = (mixed_batch(pool(), 100, shares=s, rng=rng()) for s in (None, shares))
    np.testing.assert_array_equal(
        positions(batch, Stream.RANDOM), positions(other, Stream.RANDOM)
    )


def test_margin_is_spread_over_kinds_of_spectra():
    # One kind has all the largest margins; others come close.
    kinds = np.arange(N) % 11
    features = 10 * np.eye(11)[kinds] + rng().normal(0, 0.01, (N, 11))
    p = 0.5 + np.where(kinds == 0, 0.0, 1e-4) + np.linspace(0, 1e-4, N)
    logs = np.log(np.column_stack([p, 1 - p, np.full(N, 1e-9)]))
    candidates = pool(log_probabilities=logs, features=features, targets=())
    shares = Shares(margin=100, mutual_information=0, likely=0, random=0, repeat=0)
    spread = mixed_batch(candidates, 11, shares=shares, rng=rng())
    assert set(kinds[positions(spread, Stream.MARGIN)]) == set(range(11))
    plain = mixed_batch(replace(candidates, features=None), 11, shares=shares, rng=rng())
    assert set(kinds[positions(plain, Stream.MARGIN)]) == {0}


def test_likely_members_are_the_most_probable_and_those_at_the_border():
    shares = Shares(margin=0, mutual_information=0, likely=100, random=0, repeat=0)
    candidates = pool(objects=None, features=None, threshold=0.3)
    batch = mixed_batch(candidates, 10, shares=shares, rng=rng())
    p = np.exp(candidates.log_probabilities[:, 2].astype("f8"))
    chosen = positions(batch, Stream.LIKELY)
    assert chosen[:5].tolist() == np.argsort(-p)[:5].tolist()
    odds = np.abs(np.log(p / (1 - p)) - np.log(0.3 / 0.7))
    assert set(chosen[5:]) == set(np.argsort(odds)[:5])


def test_two_targets_share_the_places_though_one_is_much_rarer():
    candidates = pool(targets=(1, 2))
    shares = Shares(margin=0, mutual_information=0, likely=100, random=0, repeat=0)
    batch = mixed_batch(candidates, 20, shares=shares, rng=rng())
    best = [set(np.argsort(-candidates.log_probabilities[:, t])[:8]) for t in (1, 2)]
    chosen = set(positions(batch, Stream.LIKELY))
    assert all(len(chosen & most) >= 4 for most in best)


def test_without_an_ensemble_its_places_are_asked_by_margin():
    batch = mixed_batch(pool(mutual_information=None), 100, answered=ANSWERED, rng=rng())
    assert streams(batch)[Stream.MARGIN] == 55 + 15
    assert len(batch) == 100


def test_with_nothing_to_repeat_its_places_are_asked_by_margin():
    batch = mixed_batch(pool(), 100, rng=rng())
    assert streams(batch)[Stream.MARGIN] == 55 + 5


def missing_class():
    logs = pool().log_probabilities.copy()
    logs[:, 2] = -np.inf
    return logs


@pytest.mark.parametrize(
    "columns", [{"targets": ()}, {"log_probabilities": missing_class()}]
)
def test_while_no_target_is_known_the_strangest_are_asked(columns):
    unlike = np.zeros(N)
    unlike[:100] = np.linspace(50, 60, 100)
    batch = mixed_batch(pool(unlike=unlike, **columns), 100, rng=rng())
    assert streams(batch)[Stream.DISCOVERY] == 15
    assert (positions(batch, Stream.DISCOVERY) < 100).all()
    without = mixed_batch(pool(**columns), 100, rng=rng())
    assert streams(without)[Stream.MARGIN] == 55 + 5 + 15


def test_one_target_of_two_unknown_is_discovered_beside_the_other():
    columns = {"log_probabilities": missing_class(), "targets": (1, 2)}
    batch = mixed_batch(pool(unlike=np.arange(N), **columns), 100, rng=rng())
    assert streams(batch)[Stream.LIKELY] == 7
    assert streams(batch)[Stream.DISCOVERY] == 8


def test_nothing_is_discovered_once_all_targets_are_known():
    batch = mixed_batch(pool(unlike=np.arange(N)), 100, rng=rng())
    assert streams(batch)[Stream.LIKELY] == 15
    assert Stream.DISCOVERY not in streams(batch)


def test_artefacts_are_kept_out_but_for_their_share_and_for_chance():
    flag = np.zeros(N, dtype=bool)
    flag[np.argsort(-margin(pool().log_probabilities))[:200]] = True
    none = mixed_batch(pool(artefact=flag), 100, rng=rng())
    for stream in set(Stream) - {Stream.RANDOM}:
        assert not flag[positions(none, stream)].any()
    some = mixed_batch(
        pool(artefact=flag), 100, shares=Shares(margin=50, artefact=5), rng=rng()
    )
    asked = positions(some, Stream.ARTEFACT)
    assert len(asked) == 5
    assert flag[asked].all()
    assert len(some) == 100


def test_a_short_list_of_artefacts_alone_is_made_longer():
    flag = np.zeros(N, dtype=bool)
    flag[np.argsort(-margin(pool().log_probabilities))[:2500]] = True
    batch = mixed_batch(pool(artefact=flag), 100, rng=rng())
    assert len(batch) == 100
    assert not flag[positions(batch, Stream.MARGIN)].any()


def test_chance_draws_artefacts_too():
    drawn = mixed_batch(pool(artefact=np.ones(N, dtype=bool)), 100, rng=rng())
    assert streams(drawn) == {Stream.RANDOM: 10}


def test_features_are_looked_up_for_short_lists_only():
    seen, features = [], rng().normal(size=(10 * N + 5, 4))

    def looked_up(rows):
        seen.append(len(rows))
        return features[rows]

    batch = mixed_batch(pool(features=looked_up), 20, rng=rng())
    assert len(batch) == 20
    assert max(seen) <= short_list.PER_PLACE * 20
    given = mixed_batch(pool(features=features[5::10][:N]), 20, rng=rng())
    assert given == batch


def test_all_but_equal_spectra_are_asked_once():
    # Fifty different spectra, each sixty times.
    features = np.tile(rng().normal(size=(50, 8)), (60, 1))
    shares = Shares(margin=60, random=0, likely=20)
    batch = mixed_batch(pool(features=features, objects=None), 40, shares=shares, rng=rng())
    chosen = [(m.row - 5) // 10 % 50 for m in batch]
    assert len(set(chosen)) == len(chosen) == 40


def test_other_spectra_of_an_answered_object_are_not_asked():
    objects = np.arange(N) // 3
    answered = Answered(rows=np.array([1, 2]), objects=np.array([4, 7]))
    batch = mixed_batch(pool(300, objects=objects[:300]), 300, answered=answered, rng=rng())
    asked = [objects[(m.row - 5) // 10] for m in batch if m.stream != Stream.REPEAT]
    assert not {4, 7} & set(asked)
    # All 98 other objects, once each.
    assert len(set(asked)) == len(asked) == 98


def test_a_labelled_row_is_asked_as_a_repeat_only():
    candidates = pool(20, objects=None)
    batch = mixed_batch(
        candidates, 100, answered=Answered(rows=candidates.rows[:9]), rng=rng()
    )
    rows = [m.row for m in batch]
    assert len(set(rows)) == len(rows)
    assert streams(batch)[Stream.REPEAT] == 5
    assert len(batch) == 5 + 11


def test_a_batch_larger_than_the_pool_asks_all_of_it():
    candidates = pool(30, objects=None)
    batch = mixed_batch(candidates, 100, rng=rng())
    assert sorted(m.row for m in batch) == candidates.rows.tolist()


def test_an_empty_pool_gives_an_empty_batch_but_for_repeats():
    nothing = pool(0)
    assert mixed_batch(nothing, 100, rng=rng()) == ()
    batch = mixed_batch(nothing, 100, answered=ANSWERED, rng=rng())
    assert streams(batch) == {Stream.REPEAT: 5}


@pytest.mark.parametrize("bad", [np.nan, -np.inf])
def test_a_pool_that_cannot_be_judged_is_not_asked(bad):
    logs = np.full((N, 3), bad, dtype="f4")
    assert mixed_batch(pool(log_probabilities=logs), 100, rng=rng()) == ()


def test_scores_and_features_that_are_not_finite_keep_nobody_else_out():
    information, features = np.full(N, np.nan), rng().normal(size=(N, 4))
    information[:5], features[::2] = np.inf, np.nan
    batch = mixed_batch(
        pool(mutual_information=information, features=features), 100, rng=rng()
    )
    assert len(batch) == 100
    assert Stream.MUTUAL_INFORMATION not in streams(batch)
    for stream in (Stream.MARGIN, Stream.LIKELY):
        assert (positions(batch, stream) % 2 == 1).all()


def test_a_network_that_has_learnt_nothing_still_fills_the_batch():
    logs = np.full((N, 3), np.log(1 / 3))
    batch = mixed_batch(
        pool(log_probabilities=logs, features=np.ones((N, 4))), 100, rng=rng()
    )
    assert len(batch) == 100


def test_ties_are_broken_by_chance_and_not_by_place():
    logs = np.full((N, 3), np.log(1 / 3))
    batch = mixed_batch(pool(log_probabilities=logs, features=None), 100, rng=rng())
    # Uniform on 0..N: the mean of 60 is within 5 standard errors of the middle.
    asked = positions(batch, Stream.MARGIN)
    assert abs(asked.mean() / N - 0.5) < 5 / np.sqrt(12 * len(asked))


@settings(max_examples=60, deadline=None)
@given(
    n_candidates=st.integers(0, 60),
    n=st.integers(0, 80),
    seed=st.integers(0, 2**31),
    shares=st.lists(st.integers(0, 9), min_size=6, max_size=6).filter(any),
    data=st.data(),
)
def test_no_row_object_or_flaw_enters_twice_or_at_all(n_candidates, n, seed, shares, data):
    drawn = rng(seed)
    candidates = pool(n_candidates, seed, unlike=drawn.normal(size=n_candidates))
    logs = candidates.log_probabilities
    logs[drawn.random(logs.shape) < 0.2] = -np.inf
    logs[drawn.random(n_candidates) < 0.2] = np.nan
    objects = drawn.integers(-1, 40, n_candidates)
    flag = drawn.random(n_candidates) < 0.2
    known = Answered(rows=np.arange(100_000, 100_007), objects=np.arange(7) - 1)
    columns = {
        "objects": data.draw(st.sampled_from([None, objects])),
        "artefact": data.draw(st.sampled_from([None, flag])),
        "features": data.draw(st.sampled_from([None, candidates.features])),
        "targets": data.draw(st.sampled_from([(), (2,), (1, 2)])),
    }
    candidates = replace(candidates, **columns)
    percent = (100 * np.array(shares) / sum(shares)).tolist()
    names = ("margin", "mutual_information", "likely", "random", "repeat", "artefact")
    made_up = Shares(**dict(zip(names, percent, strict=True)))
    batch = mixed_batch(candidates, n, shares=made_up, answered=known, rng=rng(seed))
    rows = [m.row for m in batch]
    assert len(set(rows)) == len(rows) <= n
    at = [(m.row - 5) // 10 for m in batch if m.stream != Stream.REPEAT]
    assert np.isfinite(np.exp(logs[at]).sum(axis=1)).all()
    assert (np.exp(logs[at]).sum(axis=1) > 0).all()
    if columns["objects"] is not None:
        again = [m.row - 100_001 for m in batch if m.stream == Stream.REPEAT]
        asked = [*objects[at].tolist(), *again]
        asked = [number for number in asked if number >= 0]
        assert len(set(asked)) == len(asked)
    assert all(0 < (m.probability or 1) <= 1 for m in batch)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"objects": np.zeros(2, int)}, "arrays of 3000 rows, got"),
        ({"targets": (3,)}, "targets among columns 0 to 2"),
        ({"threshold": 1.0}, "threshold between 0 and 1"),
    ],
)
def test_candidates_that_do_not_belong_together_are_refused(columns, words):
    with pytest.raises(CampaignError, match=words):
        pool(**columns)


def test_answers_without_their_objects_are_refused():
    with pytest.raises(CampaignError, match="an object for each of 2 rows, got 1"):
        Answered(rows=np.array([1, 2]), objects=np.array([1]))
