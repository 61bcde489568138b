"""What the new labels change, seconds after they were given.

The last layer alone is fitted again, on the features of the last round's model, while the
full training goes on. A preview ranks well and knows no class or line that the features do
not tell apart; it is shown, never kept.
"""

from collections.abc import Sequence
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from specoracle.models.logit_adjustment import class_weights


class HasFeatures(Protocol):
    """What a preview builds on."""

    def features(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Last hidden layer, shape ``(n_spectra, n_features)``."""


class PreviewClassifier(ClassifierMixin, BaseEstimator):
    """Logistic regression on the features of a fitted network or ensemble.

    Parameters
    ----------
    model
        The last round's.
    power
        Classes are weighted by their share to minus this, which is undone exactly.
    softness
        Inverse strength of the regularisation.

    References
    ----------
    Kang et al. (2020), Decoupling representation and classifier for long-tailed
    recognition, ICLR, section 4.1.
    """

    def __init__(
        self, model: HasFeatures, *, power: float = 0.5, softness: float = 0.1
    ) -> None:
        self.model = model
        self.power = power
        self.softness = softness

    @property
    def masks(self) -> bool:
        """Whether NaN are read as missing pixels."""
        return bool(getattr(self.model, "masks", False))

    def fit(self, X: npt.NDArray[np.floating], y: Sequence[Any]) -> Self:
        """Fit to spectra ``(n_spectra, n_pixels)`` and their classes."""
        self.classes_, numbers = np.unique(np.asarray(y), return_inverse=True)
        weights = class_weights(numbers, self.classes_.size, power=self.power)
        self.undo_ = -np.log(weights)
        self.head_ = make_pipeline(
            StandardScaler(), LogisticRegression(C=self.softness, max_iter=500)
        )
        self.head_.fit(
            self.model.features(X),
            numbers,
            logisticregression__sample_weight=weights[numbers],
        )
        return self

    def predict_log_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Natural logarithms of the class probabilities, ``(n_spectra, n_classes)``."""
        return self.of_features(self.model.features(X))

    def of_features(self, features: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Like `predict_log_proba`, of features that are there already."""
        check_is_fitted(self)
        scores = self.head_.predict_log_proba(features) + self.undo_
        scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)
        return scores.astype(np.float32)

    def predict_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Class probabilities, shape ``(n_spectra, n_classes)``."""
        return np.exp(self.predict_log_proba(X))

    def predict(self, X: npt.NDArray[np.floating]) -> npt.NDArray[Any]:
        """Most probable class of each spectrum."""
        return self.classes_[self.predict_log_proba(X).argmax(axis=1)]
