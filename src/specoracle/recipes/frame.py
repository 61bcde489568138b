"""Steps that change wavelengths: to vacuum, by a velocity, to the rest frame.

Loaders give wavelengths in vacuum, so the first is for files that do not say.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.constants import speed_of_light

from specoracle.errors import RecipeError
from specoracle.recipes.block import Block
from specoracle.recipes.step import Need
from specoracle.spectra.air import air_to_vacuum, vacuum_to_air

LIGHT = speed_of_light / 1e3
"""Speed of light [km/s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AirToVacuum:
    """Take wavelengths for those in air, and convert those above 2000 Angstrom."""

    do: ClassVar[str] = "air-to-vacuum"

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """The same wavelengths in air."""
        window = np.array([need.start, need.stop, need.low, need.high])
        start, stop, low, high = vacuum_to_air(window).tolist()
        return replace(need, start=start, stop=stop, low=low, high=high)

    def apply(self, block: Block) -> Block:
        """Convert the wavelengths; flux and ivar stay, and so do ultraviolet pixels."""
        return replace(block, wavelength=air_to_vacuum(block.wavelength))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Move spectra by a velocity; positive is away from us, to the red.

    Attributes
    ----------
    velocity
        [km/s]; smaller than the speed of light.

    Raises
    ------
    RecipeError
        If it is not.

    References
    ----------
    Relativistic Doppler effect along the line of sight: λ' = λ √((1 + β) / (1 - β)).
    """

    do: ClassVar[str] = "shift"
    velocity: float

    def __post_init__(self) -> None:
        if not abs(self.velocity) < LIGHT:
            raise RecipeError(
                f"Step shift: expected a velocity below {LIGHT:.0f} km/s, got "
                f"{self.velocity}. It is in km/s."
            )

    @property
    def factor(self) -> float:
        """By which wavelengths grow."""
        beta = self.velocity / LIGHT
        return float(np.sqrt((1 + beta) / (1 - beta)))

    def before(self, need: Need, redshift: float) -> Need:  # noqa: ARG002
        """The window before it was moved."""
        return need.stretched(1 / self.factor)

    def apply(self, block: Block) -> Block:
        """Move the wavelengths; flux and ivar stay."""
        return replace(block, wavelength=block.wavelength * self.factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFrame:
    """Divide wavelengths by 1 + z, with the redshift z of the survey's catalogue.

    A spectrum without a redshift is refused. Every spectrum has wavelengths of its own
    afterwards, so that none are prepared together, which takes a few times as long.
    """

    do: ClassVar[str] = "rest-frame"

    def before(self, need: Need, redshift: float) -> Need:
        """The window as observed."""
        return need.stretched(1 + redshift)

    def apply(self, block: Block) -> Block:
        """Move the wavelengths; flux and ivar stay."""
        return replace(block, wavelength=block.wavelength / (1 + block.redshift))
