import numpy as np
import pytest

from specoracle.models.validation import stratified


def split(counts, share=0.15, seed=1):
    y = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    return y, stratified(y, share=share, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("counts", [(90, 10), (4, 4), (300, 5, 17)])
def test_every_class_is_on_both_sides_and_no_spectrum_on_two(counts):
    y, found = split(counts)
    assert set(y[found.training]) == set(y[found.validation]) == set(range(len(counts)))
    both = np.concatenate([found.training, found.validation])
    np.testing.assert_array_equal(np.sort(both), np.arange(len(y)))


def test_each_class_gives_its_share():
    y, found = split((100, 20), share=0.25)
    np.testing.assert_array_equal(np.bincount(y[found.validation]), [25, 5])


@pytest.mark.parametrize(("counts", "share"), [((90, 3), 0.15), ((90, 10), 0.0)])
def test_nothing_is_spared_where_a_class_is_too_rare_or_nobody_asks(counts, share):
    _, found = split(counts, share)
    assert len(found.validation) == 0
    assert len(found.training) == sum(counts)


def test_another_seed_spares_others():
    assert not np.array_equal(
        split((90, 10))[1].validation, split((90, 10), seed=2)[1].validation
    )
