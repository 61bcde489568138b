"""What the labelled sample says of a round's predictions: confusion and reliability."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.campaign.judging.judged_sample import JudgedSample
from specoracle.campaign.judging.probabilities import TargetProbability
from specoracle.estimation.binomial import exact_interval

EDGES = (0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 1.0)
"""Of the bins of probability."""

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Confusion:
    """Label against prediction.

    Attributes
    ----------
    counts
        Labelled members of the sample, shape ``(n_classes, n_classes)``: label by row.
    share
        Estimated share of the pool's spectra of a class with each prediction, same shape;
        NaN in a row without labels. Shares of a class that few labels of large weight speak
        of are rough, and binomial limits of them do not cover: they are only for shades.
    """

    counts: npt.NDArray[np.int64]
    share: Shares


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """Share of targets by predicted probability, each of shape ``(n_bins,)``.

    Attributes
    ----------
    probability
        Mean prediction; NaN in an empty bin.
    share, low, high
        Share of targets with 95 % limits.
    n
        Labelled members of the sample.
    """

    probability: Shares
    share: Shares
    low: Shares
    high: Shares
    n: npt.NDArray[np.int64]


def confusion(
    sample: JudgedSample, probability: TargetProbability, n_classes: int
) -> Confusion:
    """Compare labels of the sample with what a round predicts."""
    shape = (n_classes, n_classes)
    counts, weights = np.zeros(shape), np.zeros(shape)
    cell = (sample.y, probability.predicted[sample.rows].astype(np.intp))
    np.add.at(counts, cell, 1)
    np.add.at(weights, cell, sample.weight)
    with np.errstate(invalid="ignore"):
        share = weights / weights.sum(axis=1, keepdims=True)
    return Confusion(counts=counts.astype(np.int64), share=share)


def reliability(sample: JudgedSample, probability: TargetProbability) -> Reliability:
    """Bin the sample by predicted probability."""
    predicted = probability.values[sample.rows].astype(np.float64)
    n_bins = len(EDGES) - 1
    number = np.clip(np.searchsorted(EDGES, predicted, side="right") - 1, 0, n_bins - 1)

    def total(values: npt.NDArray[np.floating]) -> Shares:
        sums = np.bincount(number, weights=values, minlength=n_bins)
        return sums.astype(np.float64)

    weight = total(sample.weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total(sample.weight * predicted) / weight
        share = total(sample.weight * sample.is_target) / weight
        effective = weight**2 / total(sample.weight**2)
    low, high = exact_interval(share, np.nan_to_num(effective))
    n = np.bincount(number, minlength=n_bins).astype(np.int64)
    return Reliability(probability=mean, share=share, low=low, high=high, n=n)
