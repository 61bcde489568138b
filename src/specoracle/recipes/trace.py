"""What each step of a recipe makes of one spectrum."""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import NamedTuple

from specoracle.recipes.block import Pixels
from specoracle.recipes.preparation import blocks
from specoracle.recipes.step import Step, record_of
from specoracle.recipes.window import Cut


class Stage(NamedTuple):
    """A spectrum before the first step, or after one.

    Attributes
    ----------
    title
        Name of the step, with its parameters.
    wavelength
        Vacuum wavelength, shape ``(n_pixels,)`` [Angstrom].
    flux, ivar
        Shape ``(n_pixels,)``.
    """

    title: str
    wavelength: Pixels
    flux: Pixels
    ivar: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The way of a spectrum through a recipe.

    Attributes
    ----------
    identifier, recipe
        Of which spectrum and which recipe.
    stages
        As observed, and after each step.
    """

    identifier: str
    recipe: str
    stages: tuple[Stage, ...]

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)


def trace(
    identifier: str, cut: Cut, *, recipe: str, steps: Sequence[Step], titles: Sequence[str]
) -> Trace:
    """Take what was cut out of a spectrum through steps, and keep what each left."""
    passed = zip(["as observed", *titles], blocks([cut], steps), strict=True)
    stages = tuple(
        Stage(title, block.wavelength, block.flux[0], block.ivar[0])
        for title, block in passed
    )
    return Trace(identifier, recipe, stages)


def title(step: Step) -> str:
    """Name a step and its parameters, but for those that are as always.

    Examples
    --------
    >>> from specoracle.recipes.smoothing import Blur, Smooth
    >>> title(Blur(pixels=7.0)), title(Smooth(resolution=900.0))
    ('blur: pixels = 7.0', 'smooth: resolution = 900.0')
    """
    always = {each.name: each.default for each in fields(step)}  # type: ignore[arg-type]
    record = record_of(step)
    name = record.pop("do")
    unusual = [f"{k} = {v}" for k, v in record.items() if always.get(k, MISSING) != v]
    return f"{name}: {', '.join(unusual)}" if unusual else str(name)
