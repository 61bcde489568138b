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

NO_MAGNITUDE = 90.0
"""No magnitude is as faint: surveys write 99 where there is none."""

NO_CLASS = frozenset({"", "UNKNOWN"})

NUMERIC = frozenset({int, float})  # and not bool, which is an int too
"""Types of a number in a header."""


def number(header: AnyHeader, keys: Iterable[str]) -> float | None:
    """Return the first of ``keys`` that holds a finite number, else ``None``."""
    for key in keys:
        value = header.get(key)
        if type(value) in NUMERIC and math.isfinite(value) and value != SENTINEL:
            return float(value)
    return None


def text(header: AnyHeader, keys: Iterable[str]) -> str | None:
    """Return the first of ``keys`` that holds text, stripped, else ``None``."""
    for key in keys:
        value = header.get(key)
        if type(value) is str and (words := value.strip()):
            return words
    return None


def magnitude(value: float | None) -> float | None:
    """Return a magnitude; ``None`` for what stands for none: 0, 99, -999 and -9999.

    Examples
    --------
    >>> [magnitude(value) for value in (17.97, 99.0, 0.0, -999.0)]
    [17.97, None, None, None]
    """
    return value if value is not None and 0 < value < NO_MAGNITUDE else None


def object_class(words: str | None) -> str | None:
    """Return the name of a class in capitals; ``None`` where it is unknown.

    Examples
    --------
    >>> object_class("Galaxy"), object_class("Unknown")
    ('GALAXY', None)
    """
    name = words.strip().upper() if words else ""
    return name if name not in NO_CLASS else None
