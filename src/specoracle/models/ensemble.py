"""Several networks that differ by chance alone: what they disagree on, none has learnt."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from torch import nn

from specoracle.models.class_numbers import class_numbers
from specoracle.models.logit_adjustment import class_weights, log_prior
from specoracle.models.member import Course, Member, MemberHistory, rng_of
from specoracle.models.networks import Factory, factory, features_of, new_network
from specoracle.models.pieces import in_pieces, one_thread_each
from specoracle.models.training import Progress
from specoracle.models.validation import stratified
from specoracle.models.warm_start import Start


class EnsembleClassifier(ClassifierMixin, BaseEstimator):
    """Networks that are fitted and predict like one scikit-learn classifier.

    Parameters
    ----------
    network
        Name in `NETWORKS`, or what makes a network of ``(n_pixels, n_classes)``.
    members
        How many networks.
    course
        How each is trained.
    validation
        Share of the spectra that each member does without, another for each, to see when
        to stop; none while a class has fewer than four.
    seed
        Seed of weights, splits, mini-batches and augmentation.
    device
        ``"auto"`` takes CUDA when there is one.
    precision
        As in `chosen_precision`, of training and of scoring.
    start
        Weights to begin with, of the last round.
    checkpoint
        File to go on from when training was killed, of which each member has one beside;
        nothing is kept when left out.
    progress
        Called with epochs done, of all members, and the most there can be.

    References
    ----------
    Lakshminarayanan et al. (2017), Simple and scalable predictive uncertainty estimation
    using deep ensembles, NeurIPS.

    Examples
    --------
    >>> X = np.repeat(np.eye(2, 40), 20, axis=0)
    >>> y = np.repeat(["absorption", "emission"], 20)
    >>> classifier = EnsembleClassifier(members=2, seed=1).fit(X, y)
    >>> classifier.predict(X[[0, -1]]).tolist()
    ['absorption', 'emission']
    """

    def __init__(
        self,
        network: str | Factory = "residual",
        *,
        members: int = 4,
        course: Course | None = None,
        validation: float = 0.15,
        seed: int = 0,
        device: str = "auto",
        precision: str = "auto",
        start: Start | None = None,
        checkpoint: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.network = network
        self.members = members
        self.course = course
        self.validation = validation
        self.seed = seed
        self.device = device
        self.precision = precision
        self.start = start
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
        flux = np.ascontiguousarray(X, np.float32)
        self.classes_, numbers = class_numbers(y)
        self.n_features_in_ = flux.shape[1]
        course = self.course or Course()
        weights = class_weights(numbers, self.classes_.size, power=course.power)
        offset = course.tau * log_prior(numbers, self.classes_.size)
        self.undo_ = (offset - np.log(weights)).astype(np.float32)
        self.networks_ = [self._new_network(n) for n in range(self.members)]
        members = [
            Member(
                network,
                flux,
                numbers,
                split=stratified(
                    numbers, share=self.validation, rng=rng_of(self.seed, number, 0)
                ),
                course=course,
                offset=offset,
                weights=weights,
                seed=self.seed,
                number=number,
                device=self._device(),
                precision=self.precision,
            )
            for number, network in enumerate(self.networks_)
        ]
        self.history_ = self._train(members)
        return self

    def predict_log_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Logarithms of the members' mean probabilities, ``(n_spectra, n_classes)``."""
        members = self.member_log_proba(X)
        return np.logaddexp.reduce(members, axis=2) - np.float32(np.log(members.shape[2]))

    def member_log_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Of each member by itself, shape ``(n_spectra, n_classes, n_members)``."""
        check_is_fitted(self)
        undo = torch.from_numpy(self.undo_).to(self._device())

        def log_proba(flux: torch.Tensor) -> torch.Tensor:
            logits = [network(flux).float() + undo for network in self.networks_]
            return torch.stack(logits, dim=2).log_softmax(dim=1)

        return self._in_pieces(X, log_proba)

    def predict_proba(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Class probabilities, shape ``(n_spectra, n_classes)``."""
        return np.exp(self.predict_log_proba(X))

    def predict(self, X: npt.NDArray[np.floating]) -> npt.NDArray[Any]:
        """Most probable class of each spectrum."""
        return self.classes_[self.predict_log_proba(X).argmax(axis=1)]

    def features(self, X: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Last hidden layers of all members, ``(n_spectra, n_members * n_features)``.

        Side by side, since what a number means differs from member to member; squared
        distances are then sums over the members.
        """
        check_is_fitted(self)
        passes = [features_of(network) for network in self.networks_]
        return self._in_pieces(X, lambda flux: torch.cat([f(flux) for f in passes], 1))

    def _in_pieces(
        self,
        X: npt.NDArray[np.floating],
        function: Callable[[torch.Tensor], torch.Tensor],
    ) -> npt.NDArray[np.float32]:
        for network in self.networks_:
            network.eval()
        flux = torch.from_numpy(np.ascontiguousarray(X, np.float32))
        device = self._device()
        return in_pieces(function, flux, device=device, precision=self.precision).numpy()

    def _train(self, members: list[Member]) -> tuple[MemberHistory, ...]:
        done, most = [0] * len(members), sum(member.n_epochs for member in members)
        one_at_a_time = Lock()

        def one(number: int) -> MemberHistory:
            def progress(epoch: int, _: int) -> None:
                with one_at_a_time:
                    done[number] = epoch
                    if self.progress is not None:
                        self.progress(sum(done), most)

            return members[number].train(
                checkpoint=_beside(self.checkpoint, number), progress=progress
            )

        numbers = range(len(members))
        if self._device().type == "cpu" and not any(map(_drops_out, self.networks_)):
            with torch.random.fork_rng([]), one_thread_each() as pool:
                return tuple(pool.map(one, numbers))
        # What drops out is drawn from the one source that a device has.
        with torch.random.fork_rng(_gpus(self._device())):
            histories = []
            for number in numbers:
                torch.manual_seed(int(rng_of(self.seed, number, 0).integers(2**62)))
                histories.append(one(number))
        return tuple(histories)

    def _new_network(self, number: int) -> nn.Module:
        drawn = int(rng_of(self.seed, number, 0).integers(2**62))
        network = new_network(
            self.network, self.n_features_in_, self.classes_.size, seed=drawn
        )
        if self.start is not None:
            self.start.give(network, number, tuple(self.classes_.tolist()))
        return network.to(self._device())

    def _device(self) -> torch.device:
        if self.device == "auto":
            return torch.device("cuda" if torch.cuda.is_available() else "cpu")
        return torch.device(self.device)


def _drops_out(network: nn.Module) -> bool:
    return any("Dropout" in type(layer).__name__ for layer in network.modules())


def _gpus(device: torch.device) -> list[torch.device]:
    return [device] if device.type == "cuda" else []


def _beside(checkpoint: Path | None, number: int) -> Path | None:
    if checkpoint is None:
        return None
    return checkpoint.with_name(f"{checkpoint.name}-{number}")
