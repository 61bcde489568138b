"""Classes by number, as networks know them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from specoracle.errors import CampaignError


def class_numbers(y: Sequence[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
    """Return the classes, sorted, and the number of each label's class.

    Raises
    ------
    CampaignError
        If there are fewer than two classes.

    Examples
    --------
    >>> class_numbers(["emission", "absorption", "emission"])[1]
    array([1, 0, 1])
    """
    classes, numbers = np.unique(np.asarray(y), return_inverse=True)
    if classes.size < 2:
        raise CampaignError(
            "Training: expected spectra of at least two classes, got "
            f"{classes.tolist()}. Label more spectra, of another class too."
        )
    return classes, numbers
