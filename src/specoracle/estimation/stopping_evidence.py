"""What speaks for stopping: what the user wants, and what each round tells."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from specoracle.estimation.estimate import Estimate

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the user wants, and is ready to pay.

    Attributes
    ----------
    improvement
        Rise of F1 over two rounds that is still worth labelling for.
    distance_ratio
        How much more lists two rounds apart may differ than neighbours, or than those of
        two seeds.
    seed_distance
        Jaccard distance between the lists of two seeds of one round, if it was measured;
        else the distance of neighbouring rounds stands for it.
    price
        Targets that the list had missed, in 100 labels, below which these cost too much.
    precision
        What the lower limit of precision is to reach.
    unsure
        Share of a batch that annotators could not decide; above it, what is left is
        noise.
    budget
        Labels that may be given in all; ``None`` for any number.
    least_targets
        Labelled targets before which nothing is advised.
    """

    improvement: float = 0.007
    distance_ratio: float = 1.25
    seed_distance: float | None = None
    price: float = 10.0
    precision: float = 0.8
    unsure: float = 0.5
    budget: int | None = None
    least_targets: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundEvidence:
    """What a round tells about whether to go on.

    Attributes
    ----------
    n_labels, n_targets
        Labels given so far, and targets among them.
    expected_f1
        F1 of what is listed without a label, by the model's own probabilities; ``None``
        where that is nothing. They need not be calibrated: it is whether they still rise
        that counts.
    distance, distance_of_two
        Jaccard distance from the list of the round before, and of that two before.
    gain
        F1 less that of two rounds before, by the sample, paired; ``None`` where it was
        not compared.
    missed_per_100
        Targets that the list had missed, in 100 labels of this round's batch.
    precision
        Of the list.
    unsure
        Share of the batch's answers that were no sure label.
    """

    n_labels: int
    n_targets: int
    expected_f1: float | None
    distance: float | None
    distance_of_two: float | None
    gain: Estimate | None
    missed_per_100: float | None
    precision: Estimate
    unsure: float | None


def expected_f1(probability: npt.NDArray[np.floating], listed: Flags) -> float | None:
    """F1 of a list if each spectrum is a target with its probability.

    ``None`` of an empty list, which is neither right nor wrong.

    Parameters
    ----------
    probability
        Of the target classes, shape ``(n_pool,)``.
    listed
        Whether it is on the list, the same shape.

    Examples
    --------
    >>> expected_f1(np.array([1.0, 0.5, 0.5]), np.array([True, True, False]))
    0.75
    """
    if not listed.any():
        return None
    total = listed.sum() + probability.sum(dtype=np.float64)
    found = probability[listed].sum(dtype=np.float64)
    return float(2 * found / total)


def jaccard_distance(first: Flags, second: Flags) -> float:
    """Share of what is on either list that is not on both; 0 for two empty ones.

    References
    ----------
    Jaccard (1912), New Phytologist 11, 37.

    Examples
    --------
    >>> jaccard_distance(np.array([True, True, False]), np.array([True, False, True]))
    0.667
    """
    either = int((first | second).sum())
    return 1 - int((first & second).sum()) / either if either else 0.0
