"""Every step by its name, and steps from plain values, with errors that say what to do."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar

from specoracle.errors import RecipeError, SpectrumError
from specoracle.recipes.bad_pixels import Bridge, ClipCosmics
from specoracle.recipes.block import Block
from specoracle.recipes.continuum import NormaliseContinuum
from specoracle.recipes.frame import AirToVacuum, RestFrame, Shift
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.recipes.smoothing import Blur, Smooth
from specoracle.recipes.step import Need, Step
from specoracle.recipes.trim import Trim

STEPS: dict[str, type] = {
    step.do: step
    for step in (
        ClipCosmics,
        Bridge,
        AirToVacuum,
        Shift,
        RestFrame,
        Trim,
        Blur,
        Smooth,
        NormaliseContinuum,
        Resample,
        Scale,
    )
}
"""Steps by name, in the order in which a recipe would have them."""

_KINDS: dict[Any, tuple[type, ...]] = {float: (int, float), int: (int,), str: (str,)}


@dataclass(frozen=True, slots=True)
class ForeignStep:
    """A step of somebody's own, as an archive records it; it cannot be run.

    Attributes
    ----------
    record
        What the archive says of it, sorted by key.
    """

    do: ClassVar[str] = "foreign"
    record: tuple[tuple[str, Any], ...]

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """Refuse."""
        raise self._refusal()

    def apply(self, block: Block) -> Block:  # noqa: ARG002
        """Refuse."""
        raise self._refusal()

    def _refusal(self) -> RecipeError:
        return RecipeError(
            f"Step {dict(self.record)['do']!r}: expected one of {', '.join(STEPS)}, got a "
            "step that no file may bring along. Pass the recipe itself, as when the "
            "archive was made."
        )


def step_of(record: Mapping[str, Any]) -> Step:
    """Make a step of plain values.

    Parameters
    ----------
    record
        ``do``, the step's name, and its parameters.

    Raises
    ------
    RecipeError
        If there is no such step, or a parameter is unknown, missing or of another type.
    """
    name = record.get("do")
    if not isinstance(name, str) or name not in STEPS:
        raise RecipeError(
            f"expected do to be one of {', '.join(STEPS)}, got {name!r}. Choose "
            "one of these."
        )
    given = {key: value for key, value in record.items() if key != "do"}
    _check(name, given)
    try:
        step: Step = STEPS[name](**given)
    except SpectrumError as reason:
        raise RecipeError(f"Step {name}: {reason}") from reason
    return step


def _check(name: str, given: Mapping[str, Any]) -> None:
    known = {each.name: each for each in fields(STEPS[name])}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise RecipeError(
            f"Step {name}: expected parameters among {', '.join(known) or 'none'}, got "
            f"{', '.join(unknown)}. Correct the name."
        )
    missing = [n for n, each in known.items() if each.default is MISSING and n not in given]
    if missing:
        raise RecipeError(
            f"Step {name}: expected {', '.join(missing)}, got none. Say what it shall be."
        )
    for key, value in given.items():
        kinds = _KINDS[known[key].type]
        if type(value) not in kinds:
            raise RecipeError(
                f"Step {name}: expected {key} of type {kinds[-1].__name__}, got {value!r}. "
                "Correct the value."
            )
