"""Classifiers of scikit-learn take the network's place."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from specoracle.errors import CampaignError
from specoracle.models.classifier import NetworkClassifier
from specoracle.models.ensemble import EnsembleClassifier
from specoracle.models.masking import takes_missing
from specoracle.models.saved import load_model, save_model


def lines(n=120, seed=1):
    """Noise with a bump up or down, and a gap in every third spectrum."""
    rng = np.random.default_rng(seed)
    sign = np.tile([1.0, -1.0], n // 2)
    bump = np.exp(-0.5 * ((np.arange(60) - 30) / 3) ** 2)
    X = rng.normal(0, 0.1, (n, 60)) + sign[:, None] * bump
    X[::3, 5:15] = np.nan
    return X.astype(np.float32), np.where(sign > 0, "emission", "absorption")


CLASSIFIERS = {
    "trees": HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5),
    "neighbours": make_pipeline(SimpleImputer(), KNeighborsClassifier()),
}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_of_scikit_learn_learns_from_spectra_with_gaps(name):
    classifier = CLASSIFIERS[name].fit(*lines())
    X, y = lines(seed=2)
    assert takes_missing(classifier)
    assert classifier.classes_.tolist() == ["absorption", "emission"]
    found = classifier.classes_[classifier.predict_proba(X).argmax(axis=1)]
    assert (found == y).mean() > 0.95


def test_who_takes_missing_pixels_is_known_before_training():
    assert takes_missing(EnsembleClassifier())
    assert takes_missing(HistGradientBoostingClassifier())
    assert not takes_missing(NetworkClassifier("skoda2020"))
    assert not takes_missing(KNeighborsClassifier())


def perceptron(n_pixels, n_classes):
    return torch.nn.Sequential(
        torch.nn.Linear(n_pixels, 16), torch.nn.ReLU(), torch.nn.Linear(16, n_classes)
    )


def test_a_users_own_network_trains_and_is_loaded_with_its_code(tmp_path):
    X, y = lines()
    X = np.nan_to_num(X)
    classifier = NetworkClassifier(perceptron, max_epochs=30, seed=1).fit(X, y)
    assert (classifier.predict(X) == y).mean() > 0.95
    save_model(tmp_path, classifier, {})
    with pytest.raises(CampaignError, match="give it to load_model as network="):
        load_model(tmp_path)
    with pytest.raises(CampaignError, match="perceptron' and not"):
        load_model(tmp_path, network=torch.nn.Linear)
    again, card = load_model(tmp_path, network=perceptron)
    assert card["network"].endswith("test_any_classifier.perceptron")
    np.testing.assert_array_equal(again.predict_proba(X), classifier.predict_proba(X))


def test_a_classifier_that_is_none_of_scikit_learns_gets_flux_as_it_is():
    class Plain:
        classes_ = np.array(["absorption", "emission"])

        def fit(self, X, y):
            self.seen_ = len(X), len(y)
            return self

        def predict_proba(self, X):
            return np.full((len(X), 2), 0.5)

    assert not takes_missing(Plain())
