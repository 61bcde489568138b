import numpy as np
import pytest

from specoracle.models.balance import smote


def cloud(*counts):
    rng = np.random.default_rng(1)
    X = np.concatenate([rng.normal(k, 0.1, (n, 8)) for k, n in enumerate(counts)])
    return X.astype(np.float32), np.repeat(np.arange(len(counts)), counts)


@pytest.mark.parametrize(
    "counts", [(30, 1), (30, 2), (30, 3, 6), (5, 5), (30, 20, 1), (1, 1)]
)
def test_every_class_ends_as_large_as_the_largest(counts):
    X, y = smote(*cloud(*counts), seed=1)
    assert np.bincount(y).tolist() == [max(counts)] * len(counts)
    assert len(X) == len(y)


def test_the_spectra_given_stay_as_they_are():
    X, y = cloud(10, 4)
    balanced, labels = smote(X, y, seed=1)
    np.testing.assert_array_equal(balanced[:14], X)
    np.testing.assert_array_equal(labels[:14], y)


def test_synthetic_spectra_lie_between_two_of_their_class():
    X, y = cloud(10, 2)
    balanced, _ = smote(X, y, seed=1)
    a, b = X[10], X[11]
    share = (balanced[12:] - a) @ (b - a) / ((b - a) @ (b - a))
    np.testing.assert_allclose(balanced[12:], a + share[:, None] * (b - a), atol=1e-5)
    assert (share >= -1e-5).all()
    assert (share <= 1 + 1e-5).all()


def test_the_same_seed_makes_the_same_spectra():
    first, second = (smote(*cloud(20, 5), seed=3)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
