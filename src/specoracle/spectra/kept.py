"""What was worked out for arrays that cannot change, found again by identity.

Comparing thousands of wavelengths takes longer than what is worked out from them; that
an array is the very same one is seen at once.
"""

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Value = TypeVar("Value")
Array = npt.NDArray[Any]


class Kept(Generic[Value]):
    """A small memory that forgets what came first.

    Parameters
    ----------
    n_kept
        How many values are remembered.

    Examples
    --------
    >>> lengths: Kept[int] = Kept(8)
    >>> fixed = np.arange(3.0)
    >>> fixed.flags.writeable = False
    >>> lengths.put(fixed, value=3)
    >>> lengths.get(fixed), lengths.get(np.arange(3.0))
    (3, None)
    """

    def __init__(self, n_kept: int) -> None:
        self._n_kept = n_kept
        self._values: dict[tuple[int, ...], tuple[tuple[Array, ...], Value]] = {}

    def get(self, *arrays: Array) -> Value | None:
        """Return what was put for these very arrays."""
        # An entry holds its arrays, so that no other can take their place in memory.
        entry = self._values.get(tuple(map(id, arrays)))
        return entry[1] if entry else None

    def put(self, *arrays: Array, value: Value) -> None:
        """Remember a value, unless an array may still change."""
        if all(_fixed(array) for array in arrays):
            self._values[tuple(map(id, arrays))] = arrays, value
            if len(self._values) > self._n_kept:
                # Another thread may be about to forget the same.
                self._values.pop(next(iter(list(self._values))), None)


def _fixed(array: Array) -> bool:
    owner = array if array.base is None else array.base
    whole = isinstance(owner, np.ndarray) and owner.base is None
    return whole and not (array.flags.writeable or owner.flags.writeable)
