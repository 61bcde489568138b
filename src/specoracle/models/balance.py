"""Balance classes by synthetic minority over-sampling, without ever failing."""

import numpy as np
import numpy.typing as npt

NEIGHBOURS = 5


def smote(
    X: npt.NDArray[np.float32], y: npt.NDArray[np.intp], *, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Bring every class up to the size of the largest.

    A class of n members is interpolated between ``min(5, n - 1)`` neighbours; a class of
    one is repeated as it is.

    Parameters
    ----------
    X
        Spectra, shape ``(n_spectra, n_pixels)``.
    y
        Class numbers, shape ``(n_spectra,)``.
    seed
        Seed of the interpolation.

    Returns
    -------
    tuple
        The spectra given, then the synthetic ones, and their classes.

    References
    ----------
    Chawla et al. (2002), Journal of Artificial Intelligence Research 16, 321.

    Examples
    --------
    >>> X, y = smote(np.eye(4, dtype="f4"), np.array([0, 0, 0, 1]), seed=1)
    >>> np.bincount(y)
    array([3, 3])
    """
    classes, counts = np.unique(y, return_counts=True)
    largest = int(counts.max())
    spectra, labels = [X], [y]
    for label, count in zip(classes.tolist(), counts.tolist(), strict=True):
        missing = largest - count
        if missing:
            spectra.append(_synthesise(X, y, label, largest=largest, seed=seed))
            labels.append(np.full(missing, label, dtype=y.dtype))
    return np.concatenate(spectra), np.concatenate(labels)


def _synthesise(
    X: npt.NDArray[np.float32],
    y: npt.NDArray[np.intp],
    label: int,
    *,
    largest: int,
    seed: int,
) -> npt.NDArray[np.float32]:
    count = int((y == label).sum())
    if count == 1:
        return np.repeat(X[y == label], largest - 1, axis=0)
    from imblearn.over_sampling import SMOTE

    sampler = SMOTE(
        sampling_strategy={label: largest},
        k_neighbors=min(NEIGHBOURS, count - 1),
        random_state=seed,
    )
    balanced, _ = sampler.fit_resample(X, y)
    return np.asarray(balanced[len(X) :], dtype=np.float32)
