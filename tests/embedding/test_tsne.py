import numpy as np
import pytest

from specoracle.embedding.tsne import tsne


@pytest.mark.parametrize("n", [1, 2, 4, 5, 8, 13, 29, 30, 91])
def test_any_number_of_spectra_gets_a_finite_place(n):
    features = np.random.default_rng(1).normal(size=(n, 140))
    plane = tsne(features, seed=1)
    assert plane.shape == (n, 2)
    assert np.isfinite(plane).all()


def test_two_kinds_of_spectra_lie_apart():
    rng = np.random.default_rng(1)
    features = np.concatenate([rng.normal(0, 1, (40, 20)), rng.normal(8, 1, (40, 20))])
    plane = tsne(features, seed=1)
    within = np.linalg.norm(plane[:40] - plane[:40].mean(axis=0), axis=1).mean()
    apart = np.linalg.norm(plane[:40].mean(axis=0) - plane[40:].mean(axis=0))
    assert apart > 3 * within


def test_identical_spectra_do_no_harm():
    assert np.isfinite(tsne(np.ones((12, 6)), seed=1)).all()


def test_the_same_seed_draws_the_same_map():
    features = np.random.default_rng(1).normal(size=(40, 10))
    np.testing.assert_array_equal(tsne(features, seed=4), tsne(features, seed=4))
