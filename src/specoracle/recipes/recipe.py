"""Recipes: how observed spectra become rows of an archive.

A recipe is a list of steps, one of which resamples to the grid that all rows share. The
archive records it, and everything trained on the archive is bound to it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from specoracle.errors import RecipeError
from specoracle.recipes.frame import AirToVacuum, RestFrame, Shift
from specoracle.recipes.preparation import Prepared, prepare
from specoracle.recipes.resample import Resample
from specoracle.recipes.scale import Scale
from specoracle.recipes.step import Need, Step, record_of
from specoracle.recipes.steps import STEPS, ForeignStep, step_of
from specoracle.recipes.trace import Trace, title, trace
from specoracle.recipes.trim import Trim
from specoracle.recipes.window import Cut, Windows
from specoracle.spectra.grid import Grid
from specoracle.spectra.observation import CatalogueRow
from specoracle.spectra.spectrum import Spectrum


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How spectra are prepared for the network.

    Attributes
    ----------
    name
        Name under which it is recorded.
    steps
        What is done, in this order; exactly one is a `Resample`, and none behind it changes
        wavelengths. Steps of your own are allowed, see `specoracle.recipes.step.Step`.

    Raises
    ------
    RecipeError
        If there is not exactly one `Resample`.

    Examples
    --------
    >>> from specoracle.recipes.built_in import RECIPES
    >>> [step.do for step in RECIPES["ondrejov"].steps]
    ['blur', 'resample', 'scale']
    """

    name: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        places = [i for i, step in enumerate(self.steps) if isinstance(step, Resample)]
        moving = (AirToVacuum, RestFrame, Shift, Trim)
        if len(places) != 1 or any(isinstance(s, moving) for s in self.steps[places[0] :]):
            raise RecipeError(
                f"Recipe {self.name}: expected one step resample, and behind it none that "
                f"changes wavelengths, got {[step.do for step in self.steps]}. Put the "
                "resampling last but for scaling, with the window that shall be left."
            )

    @property
    def grid(self) -> Grid:
        """Wavelengths of the result."""
        return next(step.grid for step in self.steps if isinstance(step, Resample))

    @cached_property
    def needs_redshift(self) -> bool:
        """Whether a spectrum without a redshift is refused."""
        return any(isinstance(step, RestFrame) for step in self.steps)

    def cut(self, spectrum: Spectrum, catalogue: CatalogueRow | None = None) -> Cut:
        """Cut out of a spectrum what the recipe needs.

        Parameters
        ----------
        spectrum
            As the survey published it.
        catalogue
            What the survey says of it; only a recipe for the rest frame asks for it.

        Raises
        ------
        RecipeError
            If the spectrum does not reach the recipe's window, or its redshift is wanted
            and missing.
        """
        redshift = self._redshift(spectrum, catalogue) if self.needs_redshift else 0.0
        return self._windows.cut(spectrum, redshift)

    def prepare(self, cuts: Sequence[Cut]) -> Prepared:
        """Take spectra through all steps, each for itself, in the order given.

        Raises
        ------
        RecipeError
            If a step of somebody's own loses spectra or pixels.
        """
        return prepare(cuts, self.steps, self.grid.n_pixels)

    def trace(self, spectrum: Spectrum, catalogue: CatalogueRow | None = None) -> Trace:
        """Show what each step makes of a spectrum; parameters as of `cut`.

        `specoracle.figures.recipe_trace.trace_figure` draws it, one picture a step.
        """
        return trace(
            spectrum.identifier,
            self.cut(spectrum, catalogue),
            recipe=self.name,
            steps=self.steps,
            titles=[title(step) for step in self.steps],
        )

    def need(self, redshift: float = 0.0) -> Need:
        """Say what of a spectrum at ``redshift`` all steps together need."""
        grid = self.grid
        need = Need(start=grid.start, stop=grid.stop)
        for step in reversed(self.steps):
            need = step.before(need, redshift)
        return need

    def fits_same_network(self, other: "Recipe") -> bool:
        """Whether a network that was trained on rows of one can read those of the other.

        It can where wavelengths and scaling are the same, however spectra were made alike
        before.
        """
        return (self.grid, self._scalings) == (other.grid, other._scalings)

    def record(self) -> dict[str, Any]:
        """Return the recipe as plain values, for JSON."""
        steps = [record_of(step) for step in self.steps]
        return {"name": self.name, "grid": asdict(self.grid), "steps": steps}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Recipe":
        """Make the recipe again from what `record` returned, or from before it had steps.

        A step that is none of ours comes back as one that cannot be run.
        """
        if "steps" not in record:
            return _before_steps(record)
        steps = [
            step_of(each)
            if each["do"] in STEPS
            else ForeignStep(tuple(sorted(each.items())))
            for each in record["steps"]
        ]
        return cls(name=record["name"], steps=tuple(steps))

    @cached_property
    def _windows(self) -> Windows:
        return Windows(self.name, self.need)

    @property
    def _scalings(self) -> list[Step]:
        return [
            s for s in self.steps if isinstance(s, Scale) or s.do == "normalise-continuum"
        ]

    def __str__(self) -> str:
        steps = "; ".join(map(title, self.steps))
        return f"{self.name} ({steps})"

    def _redshift(self, spectrum: Spectrum, catalogue: CatalogueRow | None) -> float:
        redshift = (catalogue or {}).get("z")
        if redshift is None or not -1 < redshift < np.inf:
            raise RecipeError(
                f"{spectrum.identifier}: expected a redshift for the rest frame (recipe "
                f"{self.name}), got {redshift}. Use a recipe without the step rest-frame."
            )
        return float(redshift)

    def __getstate__(self) -> dict[str, Any]:
        # What was worked out for arrays of this process is of no use in another.
        return {"name": self.name, "steps": self.steps}


def _before_steps(record: dict[str, Any]) -> Recipe:
    """Make a recipe of an archive of version 3 or older."""
    resample = Resample.onto(Grid(**record["grid"]))
    bridge = [step_of({"do": "bridge"})] if record.get("bridge_bad_pixels") else []
    return Recipe(name=record["name"], steps=(*bridge, resample, Scale(how="minmax")))
