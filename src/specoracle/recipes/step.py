"""What a step of a recipe is, and what it needs of a spectrum."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from specoracle.recipes.block import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The part of a spectrum that a step and all that follow need.

    Attributes
    ----------
    start, stop
        Vacuum wavelengths that must be reached [Angstrom].
    pixels
        Pixels that are wanted beyond, on either side, where there are any.
    beyond
        The same as a length [Angstrom].
    least
        Least share of the window that a spectrum must reach.
    low, high
        What lies beyond is cut away before it is used [Angstrom].
    """

    start: float
    stop: float
    pixels: int = 0
    beyond: float = 0.0
    least: float = 1.0
    low: float = 0.0
    high: float = np.inf

    def wider(self, pixels: int = 0, beyond: float = 0.0) -> Self:
        """Return what is needed when a step looks further than its own pixel."""
        return replace(self, pixels=self.pixels + pixels, beyond=self.beyond + beyond)

    def stretched(self, factor: float) -> Self:
        """Return it in a frame whose wavelengths are ``factor`` times as long."""
        return replace(
            self,
            start=self.start * factor,
            stop=self.stop * factor,
            beyond=self.beyond * factor,
            low=self.low * factor,
            high=self.high * factor,
        )


WHOLE = 1 << 40
"""Pixels beyond the window of a step that wants all there are."""


@runtime_checkable
class Step(Protocol):
    """One thing done to spectra; a frozen dataclass whose fields are its parameters.

    A step of your own needs these three, and may compute with numpy whatever it likes, as
    long as rows stay rows and do not look at each other.
    """

    do: ClassVar[str]
    """Name under which it is recorded."""

    def before(self, need: Need, redshift: float) -> Need:
        """Say what of a spectrum this step needs so that ``need`` is left after it."""

    def apply(self, block: Block) -> Block:
        """Return what becomes of a block; the one given stays as it is."""


class Local:
    """Of a step that needs no other pixels than those that are left after it."""

    __slots__ = ()

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """Return the same."""
        return need


def record_of(step: Step) -> dict[str, Any]:
    """Return a step as plain values, for JSON."""
    record: dict[str, Any] = asdict(step)  # type: ignore[call-overload]
    for each in fields(step):  # type: ignore[arg-type]
        # 4800 in a file is 4800.0 in another, and checksums of records must agree.
        if each.type is float:
            record[each.name] = float(record[each.name])
    # One that an archive brought along and that cannot be run holds its own record.
    return dict(record["record"]) if "record" in record else {"do": step.do} | record
