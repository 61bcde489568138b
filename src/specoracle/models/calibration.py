r"""Make probabilities mean what they say, with labels drawn at random.

Log-probabilities are divided by a temperature and a bias is added to each class,
:math:`\ln p'_c = \ln p_c / T + b_c` but for a constant, such that the labels, each counting
for the :math:`1/\pi` spectra of the pool that it stands for, are as likely as can be. The
bias also brings the mix of the training set back to that of the pool. Labels that were
chosen because of the scores say nothing about it and must not be given.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import log_softmax

from specoracle.errors import CampaignError

FEWEST = 50
"""Labels that a calibration needs; with fewer, probabilities are uncalibrated."""

TIGHTNESS = 1.0
"""Labels' worth of belief, per parameter, that nothing need be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A temperature, and a bias of each class.

    Attributes
    ----------
    temperature
        Above 1 where the classifier was too sure of itself.
    bias
        Shape ``(n_classes,)`` [nat], of mean 0.
    n_labels
        How many it was fitted to.
    """

    temperature: float
    bias: tuple[float, ...]
    n_labels: int

    @classmethod
    def fitted(
        cls,
        log_proba: npt.NDArray[np.floating],
        y: npt.NDArray[np.intp],
        weights: npt.NDArray[np.floating] | None = None,
    ) -> Self | None:
        """Fit to labelled spectra drawn at random; None if they are fewer than `FEWEST`.

        Parameters
        ----------
        log_proba
            Shape ``(n_labels, n_classes)`` [nat].
        y
            Column of each label's class, shape ``(n_labels,)``.
        weights
            Inverse inclusion probabilities, shape ``(n_labels,)``; all alike if left out.

        Raises
        ------
        CampaignError
            If a weight is not positive and finite.

        References
        ----------
        Guo et al. (2017), On calibration of modern neural networks, ICML, section 4.2;
        Alexandari et al. (2020), Maximum likelihood with bias-corrected calibration, ICML,
        section 3, for the bias.
        """
        if len(y) < FEWEST:
            return None
        share = _shares(len(y), weights)
        scores = np.maximum(np.asarray(log_proba, np.float64), _LEAST)

        def cost(parameters: npt.NDArray[np.float64]) -> float:
            found = log_softmax(_changed(scores, parameters), axis=1)
            belief = TIGHTNESS / len(y) * np.square(parameters).sum() / 2
            return float(belief - share @ found[np.arange(len(y)), y])

        start = np.zeros(1 + scores.shape[1])
        found = minimize(cost, start, method="L-BFGS-B", bounds=_bounds(start.size)).x
        bias = found[1:] - found[1:].mean()
        return cls(
            temperature=float(np.exp(found[0])), bias=tuple(bias.tolist()), n_labels=len(y)
        )

    def __call__(self, log_proba: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
        """Calibrated log-probabilities ``(n_spectra, n_classes)``; impossible stays so."""
        parameters = np.array([np.log(self.temperature), *self.bias])
        scores = np.asarray(log_proba, np.float64)
        with np.errstate(invalid="ignore"):
            found = log_softmax(_changed(scores, parameters), axis=1)
        return np.where(np.isneginf(scores), -np.inf, found).astype(np.float32)


_LEAST = -80.0
"""Log-probabilities below are as good as this, or one label would decide it all."""


def _changed(
    scores: npt.NDArray[np.float64], parameters: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return scores * np.exp(-parameters[0]) + parameters[1:]


def _bounds(n_parameters: int) -> list[tuple[float, float]]:
    return [(np.log(0.05), np.log(20.0))] + [(-20.0, 20.0)] * (n_parameters - 1)


def _shares(
    n_labels: int, weights: npt.NDArray[np.floating] | None
) -> npt.NDArray[np.float64]:
    given = np.ones(n_labels) if weights is None else np.asarray(weights, np.float64)
    if not (np.isfinite(given) & (given > 0)).all():
        raise CampaignError(
            "Calibration: expected weights 1/π that are positive and finite, got "
            f"{given.min()} to {given.max()}. Give only labels of a probability design."
        )
    return given / given.sum()
