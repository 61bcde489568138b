"""The network behind scikit-learn's interface, so that any classifier can stand in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from torch import nn

from specoracle.models.balance import smote
from specoracle.models.class_numbers import class_numbers
from specoracle.models.networks import Factory, factory, features_of, new_network
from specoracle.models.pieces import in_pieces
from specoracle.models.training import Progress, Schedule, train


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A network that is fitted and predicts like a scikit-learn classifier.

    Parameters
    ----------
    network
        Name in `NETWORKS`, or what makes a network of ``(n_pixels, n_classes)``; one that
        reads NaN as missing pixels says so by an attribute ``masks``.
    balance
        Whether classes are balanced by SMOTE before training, which takes no NaN.
    max_epochs, min_delta, patience, mini_batch_size
        As in `Schedule`.
    seed
        Seed of weights, mini-batches, dropout and balancing.
    device
        ``"auto"`` takes CUDA when there is one.
    precision
        As in `chosen_precision`, of training and of scoring.
    checkpoint
        File to go on from when training was killed; nothing is kept when left out.
    progress
        Called with epochs done and the most there can be.

    Examples
    --------
    >>> X = np.repeat(np.eye(2, 40), 20, axis=0)
    >>> y = np.repeat(["absorption", "emission"], 20)
    >>> classifier = NetworkClassifier(max_epochs=20, seed=1).fit(X, y)
    >>> classifier.predict(X[[0, -1]]).tolist()
    ['absorption', 'emission']
    """

    def __init__(
        self,
        network: str | Factory = "skoda2020",
        *,
        balance: bool = True,
        max_epochs: int = 1000,
        min_delta: float = 1e-3,
        patience: int = 10,
        mini_batch_size: int = 64,
        seed: int = 0,
        device: str = "auto",
        precision: str = "auto",
        checkpoint: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.network = network
        self.balance = balance
        self.max_epochs = max_epochs
        self.min_delta = min_delta
        self.patience = patience
        self.mini_batch_size = mini_batch_size
        self.seed = seed
        self.device = device
        self.precision = precision
        self.checkpoint = checkpoint
        self.progress = progress

    @property
    def masks(self) -> bool:
        """Whether NaN are read as missing pixels."""
        return bool(getattr(factory(self.network), "masks", False))

    def fit(self, X: npt.NDArray[np.floating], y: Sequence[Any]) -> Self:
        """Train on spectra ``(n_spectra, n_pixels)`` and their classes.

        Raises
        ------
        CampaignError
            If fewer than two classes are given.
        """
        flux = np.asarray(X, dtype=np.float32)
        self.classes_, numbers = class_numbers(y)
        self.n_features_in_ = flux.shape[1]
        if self.balance:
            flux, numbers = smote(flux, numbers, seed=self.seed)
        self.network_ = self._new_network().to(self._device())
        self.history_ = train(
            self.network_,
            flux,
            numbers,
            schedule=Schedule(
                mini_batch_size=self.mini_batch_size,
                max_epochs=self.max_epochs,
                min_delta=self.min_delta,
                patience=self.patience,
            ),
            seed=self.seed,
            device=self._device(),
            precision=self.precision,
            checkpoint=self.checkpoint,
            progress=self.progress,
        )
        return self

    def predict_log_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Natural logarithms of the class probabilities, ``(n_spectra, n_classes)``."""
        check_is_fitted(self)
        return self._batched(X, lambda flux: self.network_(flux).log_softmax(dim=1))

    def predict_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Class probabilities, shape ``(n_spectra, n_classes)``."""
        return np.exp(self.predict_log_proba(X))

    def predict(self, X: npt.NDArray[np.floating]) -> npt.NDArray[Any]:
        """Most probable class of each spectrum."""
        return self.classes_[self.predict_log_proba(X).argmax(axis=1)]

    def features(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Last hidden layer, shape ``(n_spectra, n_features)``."""
        check_is_fitted(self)
        return self._batched(X, features_of(self.network_))

    def _batched(self, X: npt.NDArray[np.floating], function: Any) -> Any:
        self.network_.eval()
        flux = torch.from_numpy(np.ascontiguousarray(X, np.float32))
        found = in_pieces(function, flux, device=self._device(), precision=self.precision)
        return found.numpy()

    def _new_network(self) -> nn.Module:
        n_classes = self.classes_.size
        return new_network(self.network, self.n_features_in_, n_classes, seed=self.seed)

    def _device(self) -> torch.device:
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return torch.device(self.device)
