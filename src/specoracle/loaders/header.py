"""Header cards as values, with the surveys' sentinels read as missing."""

import math
from collections.abc import Iterable
from typing import Any, Protocol


class AnyHeader(Protocol):
    """What astropy's header and our quick one have in common."""

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a card, or ``default`` where there is none."""


SENTINEL = -9999.0
"""What LAMOST writes where a number is missing."""

_NUMERIC = frozenset({int, float})  # and not bool, which is an int too


def number(header: AnyHeader, keys: Iterable[str]) -> float | None:
    """Return the first of ``keys`` that holds a finite number, else ``None``."""
    for key in keys:
        value = header.get(key)
        if type(value) in _NUMERIC and math.isfinite(value) and value != SENTINEL:
            return float(value)
    return None


def text(header: AnyHeader, keys: Iterable[str]) -> str | None:
    """Return the first of ``keys`` that holds text, stripped, else ``None``."""
    for key in keys:
        value = header.get(key)
        if type(value) is str and (words := value.strip()):
            return words
    return None
