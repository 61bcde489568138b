import time

import numpy as np
import pytest

from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.member import Course
from specoracle.models.preview import PreviewClassifier


def lines(n=300, seed=1):
    """Noise with a bump up at the left, at the right, or none."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(3, size=n)
    bump = np.exp(-0.5 * ((np.arange(60)[:, None] - [15, 45]) / 3) ** 2)
    bumps = np.column_stack([bump, np.zeros(60)])
    X = rng.normal(0, 0.1, (n, 60)) + bumps[:, kind].T
    return X.astype(np.float32), np.array(["left", "right", "none"])[kind]


@pytest.fixture(scope="module")
def model():
    X, y = lines()
    course = Course(least_steps=60)
    return EnsembleClassifier(members=1, seed=1, course=course).fit(X, y == "none")


def test_it_learns_new_classes_from_few_labels_within_ten_seconds(model):
    X, y = lines(60, seed=2)
    begun = time.monotonic()
    preview = PreviewClassifier(model).fit(X, y)
    assert time.monotonic() - begun < 10
    others, truth = lines(seed=3)
    assert (preview.predict(others) == truth).mean() > 0.9
    np.testing.assert_allclose(preview.predict_proba(others).sum(axis=1), 1, rtol=1e-5)


def test_features_that_are_there_give_the_same(model):
    X, y = lines(60, seed=2)
    preview = PreviewClassifier(model).fit(X, y)
    expected = preview.predict_log_proba(X)
    np.testing.assert_array_equal(preview.of_features(model.features(X)), expected)


class Nothing:
    """A model whose features say nothing."""

    @staticmethod
    def features(X):
        return np.zeros((len(X), 2), np.float32)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_weights_are_undone_exactly(power):
    y = np.repeat(["rare", "usual"], [5, 95])
    found = PreviewClassifier(Nothing(), power=power).fit(np.zeros((100, 3)), y)
    np.testing.assert_allclose(
        found.predict_proba(np.zeros((1, 3))), [[0.05, 0.95]], atol=1e-3
    )
