"""How far annotators agree with themselves and with each other.

Coefficients corrected for chance come without an interval, which no simple formula gives
well for rare classes; the plain share of agreement beside them has the exact one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from specoracle.errors import MissingExtraError
from specoracle.estimation.estimate import ERROR, Estimate

Codes = npt.NDArray[np.integer]

NO_ANSWER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far several annotators agree.

    Attributes
    ----------
    share
        Of pairs of answers about one spectrum, those that are equal; of each spectrum,
        the first two annotators' answers count, so that pairs are independent.
    cohen
        Cohen's κ of each pair of annotators who share answers, by their numbers; ``None``
        where one class only was named.
    fleiss, krippendorff
        Fleiss' κ and Krippendorff's α of all; ``None`` likewise.
    """

    share: Estimate
    cohen: dict[tuple[int, int], float | None]
    fleiss: float | None
    krippendorff: float | None


def agreeing_share(first: Codes, second: Codes, *, error: float = ERROR) -> Estimate:
    """Share of equal answers, with the exact binomial interval.

    Parameters
    ----------
    first, second
        Two answers about each spectrum, shape ``(n_pairs,)``.
    error
        Of both tails together.

    References
    ----------
    Clopper & Pearson (1934), Biometrika 26, 404.
    """
    n = len(first)
    if not n:
        why = "nothing was answered twice, label 30 repeats"
        return Estimate(value=None, low=0.0, high=1.0, n=0, unknown=why)
    equal = int((first == second).sum())
    limits = binomtest(equal, n).proportion_ci(1 - error, method="exact")
    return Estimate(value=equal / n, low=float(limits.low), high=float(limits.high), n=n)


def agreement(answers: Codes, *, error: float = ERROR) -> Agreement:
    """Compare annotators.

    Parameters
    ----------
    answers
        Class number by annotator and spectrum, shape ``(n_annotators, n_spectra)``,
        `NO_ANSWER` where there is none.
    error
        Of the interval of the share.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20, 37; Fleiss (1971),
    Psychological Bulletin 76, 378; Krippendorff (2011), Computing Krippendorff's
    Alpha-Reliability. For n answers in all, Fleiss' κ = 1 - (1 - α) n / (n - 1): the two
    differ in whether chance agreement is drawn with replacement.
    """
    twice = answers[:, (answers != NO_ANSWER).sum(axis=0) >= 2]
    alpha = _krippendorff(twice)
    n = int((twice != NO_ANSWER).sum())
    return Agreement(
        share=_share(twice, error),
        cohen=_pairs(answers),
        fleiss=None if alpha is None else 1 - (1 - alpha) * n / (n - 1),
        krippendorff=alpha,
    )


def _share(twice: Codes, error: float) -> Estimate:
    order = np.argsort(twice == NO_ANSWER, axis=0, kind="stable")
    first, second = np.take_along_axis(twice, order, axis=0)[:2]
    return agreeing_share(first, second, error=error)


def _krippendorff(twice: Codes) -> float | None:
    if len(np.unique(twice[twice != NO_ANSWER])) < 2:
        return None
    try:
        import krippendorff
    except ImportError as reason:
        raise MissingExtraError(
            f"Agreement: expected krippendorff, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    ratings = np.where(twice == NO_ANSWER, np.nan, twice)
    return float(krippendorff.alpha(ratings, level_of_measurement="nominal"))


def _pairs(answers: Codes) -> dict[tuple[int, int], float | None]:
    found: dict[tuple[int, int], float | None] = {}
    for i in range(len(answers)):
        for j in range(i + 1, len(answers)):
            both = (answers[i] != NO_ANSWER) & (answers[j] != NO_ANSWER)
            if both.any():
                found[i, j] = _cohen(answers[i, both], answers[j, both])
    return found


def _cohen(first: Codes, second: Codes) -> float | None:
    if len(np.union1d(first, second)) < 2:
        return None
    try:
        from sklearn.metrics import cohen_kappa_score
    except ImportError as reason:
        raise MissingExtraError(
            f"Agreement: expected scikit-learn, got {reason}. Install it with "
            "pip install 'specoracle[models]'."
        ) from reason
    return float(cohen_kappa_score(first, second))
