"""Which classifiers are told of missing pixels, as NaN, and which get flux as it is."""

from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags


def takes_missing(classifier: object) -> bool:
    """Whether pixels that must not be used are NaN in what a classifier is given.

    Its attribute ``masks`` says so or not; else scikit-learn's own tag, by which trees take
    NaN and neighbours do not. A pipeline takes what its first step takes: put
    ``SimpleImputer()`` before what cannot. What is none of scikit-learn's and says nothing
    gets flux as it is.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> takes_missing(KNeighborsClassifier())
    False
    """
    masks = getattr(classifier, "masks", None)
    if masks is not None:
        return bool(masks)
    if isinstance(classifier, Pipeline):  # whose own tag asks every step
        return takes_missing(classifier[0])
    if not hasattr(classifier, "__sklearn_tags__"):
        return False
    return bool(get_tags(classifier).input_tags.allow_nan)
